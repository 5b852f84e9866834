"""The border: what it asks of passengers, the lists its authorities get, who crossed, and what is erased."""
