"""The faces over HTTP: the passenger's site and the operator's office."""
