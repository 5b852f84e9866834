"""The operator's office: sign in, see the journal, record what a railway decided, look after users."""
