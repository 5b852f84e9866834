"""The office: signing in, recording, looking after users."""
