"""Measurements that anybody can repeat on their own machine and database, as ratios to a baseline of the same run."""
