"""The passenger's site."""
