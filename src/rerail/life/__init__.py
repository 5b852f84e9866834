"""Whether a train runs: each railway's consent, in a journal that is only ever added to."""
