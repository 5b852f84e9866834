"""GTFS Schedule: the line and its life as journey planners read it. What is chosen and why: docs/feeds.md."""
