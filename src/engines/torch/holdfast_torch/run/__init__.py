"""One attempt of a run: what it does, and what it says."""
