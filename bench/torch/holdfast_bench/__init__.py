"""The benchmark of the torch engine: interleaved child processes, medians of ratios, floors beside what was measured."""
