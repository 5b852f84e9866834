"""The outbox: messages that must leave at least once, and the mail that carries them."""
