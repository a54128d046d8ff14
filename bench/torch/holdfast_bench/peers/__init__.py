"""What users would run instead, and ours. Each is loaded in a child process of its own and has `train(work, meter)`."""
