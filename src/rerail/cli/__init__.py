"""The face on the command line."""
