"""`python -m holdfast_torch RUN_FOLDER [--token T]`."""

import sys

if __name__ == "__main__":
    if sys.version_info < (3, 10):  # noqa: UP036
        # Newer ways of writing would not even compile there, so the rest is imported after this.
        found = sys.version.split()[0]
        sys.stderr.write("Python " + found + " is too old for the torch engine: use Python 3.10 or newer.\n")
        raise SystemExit(2)
    from holdfast_torch.wall import main

    raise SystemExit(main(sys.argv[1:]))
