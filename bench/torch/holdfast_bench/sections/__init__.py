"""One file per section of the benchmark."""
