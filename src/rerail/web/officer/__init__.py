"""The officer's and the conductor's pages: made to be used on a telephone, at night, without a network."""
