"""What host and engine have in common: run.json, events.jsonl, commands."""
