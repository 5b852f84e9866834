"""Double-entry postings that sum to zero, the clerk's shifts, settlement between railways."""
