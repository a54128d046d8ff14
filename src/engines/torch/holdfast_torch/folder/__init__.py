"""The run folder on disk: names, locks, identities, writing that is never torn."""
