"""`python -m bench [--scale NAME | --here] [--rounds N]`: a database, then `measuring`."""

import argparse
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import django
from cryptography.fernet import Fernet

KEYS = ("SECRET_KEY", "NAME_TOKEN_KEY", "TRAIL_KEY", "FIELD_KEYS")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--scale", default="pilot", choices=["pilot", "national", "european"])
    where.add_argument(
        "--here",
        action="store_true",
        help="measure the demonstration that is in the database, and leave some sessions there",
    )
    parser.add_argument(
        "--rule",
        action="store_true",
        help="measure the rule alone; what it does not read is not copied",
    )
    parser.add_argument("--rounds", type=int, default=40)
    asked = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        if not asked.here:
            for name in ("queue", "queue-control", "cache", "static"):
                (Path(folder) / name).mkdir()
            os.environ |= {"VAR_DIR": folder}
            os.environ |= {key: Fernet.generate_key().decode() for key in KEYS}
        django.setup()
        # Not before: its models need the settings, and they this folder.
        measuring = import_module("bench.measuring")
        if asked.here:
            measuring.measure(asked.rounds, pages=not asked.rule)
        else:
            measuring.fill_and_measure(asked.scale, asked.rounds, pages=not asked.rule)
    return 0


if __name__ == "__main__":
    sys.exit(main())
