"""The keys of an installation, made once, before the settings are read that need them.

They come from the environment, from `.env`, or from `VAR_DIR/keys.env`, in that order.
"""

import os
import secrets
from pathlib import Path

import environ
from cryptography.fernet import Fernet

BASE_DIR = Path(__file__).resolve().parent.parent
MAKERS = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FIELD_KEYS": lambda: Fernet.generate_key().decode(),
    "NAME_TOKEN_KEY": lambda: secrets.token_urlsafe(32),
    "TRAIL_KEY": lambda: secrets.token_urlsafe(32),
}
WARNING = """\
New keys are in {path}: {names}.
Back this file up now, apart from the database: A LOST KEY IS LOST NOTES. Nobody can read
names and notes again without it, and who holds both can read everything."""


def read_environment() -> Path:
    """Read `.env` and the file of keys as the settings will; where that file is or belongs."""
    environ.Env.read_env(BASE_DIR / ".env")
    path = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var") / "keys.env"
    environ.Env.read_env(path)
    return path


def make_missing() -> str:
    """Make the keys that stand nowhere, and say so; empty where all were there.

    What exists is never replaced. The file is readable by its owner alone.
    """
    path = read_environment()
    made = {name: make() for name, make in MAKERS.items() if not os.environ.get(name)}
    if not made:
        return ""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    with path.open("a") as file:
        file.writelines(f"{name}={value}\n" for name, value in made.items())
    os.environ.update(made)
    return WARNING.format(path=path, names=", ".join(made))
