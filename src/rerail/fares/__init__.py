"""What it costs and what comes back. Pure."""
