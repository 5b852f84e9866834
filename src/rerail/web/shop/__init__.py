"""Buying: from a departure to held places, without a script."""
