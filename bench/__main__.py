"""`python -m bench [--scale small|N] [--rounds N]`: a database for the run, then `measuring`."""

import argparse
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import django

SMALL = 200  # mentees


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--scale", default="small", help="small, or a number of mentees")
    parser.add_argument("--rounds", type=int, default=40)
    asked = parser.parse_args()
    mentees = SMALL if asked.scale == "small" else max(SMALL, int(asked.scale))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for name in ("queue", "queue-control", "cache", "static"):
            (Path(folder) / name).mkdir()
        os.environ |= {"VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "bench.settings"}
        django.setup()
        # Not before: its models need the settings, and they this folder.
        import_module("bench.measuring").run(mentees, asked.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
