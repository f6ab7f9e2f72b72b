"""`make run`: prepare, load the demonstration where it belongs, start everything, say where."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections

from bot_project import keys

BASE_DIR = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
READY_WITHIN = 60  # seconds for the first page
# A newcomer's first choice: one account a role. The others are in the README.
ACCOUNTS = ("mentor", "coach", "admin", "caseworker", "trainer", "manager", "auditor", "technical")


def main() -> int:
    """Returns the exit status of the processes, or 1 where they could not be started."""
    warning = keys.make_missing()
    if warning:
        print(warning, end="\n\n", file=sys.stderr)
    # A database that somebody named is theirs: it is a demonstration only if they say so.
    os.environ.setdefault("DEMO", "0" if os.environ.get("DATABASE_URL") else "1")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bot_project.settings")
    port = os.environ.setdefault("PORT", "8000")
    if fault := taken(port):
        return refuse(fault)
    try:
        accounts = prepare()
    except (CommandError, ImproperlyConfigured) as error:
        return refuse(str(error))
    return start(port, accounts)


def refuse(fault: str) -> int:
    print(f"make run: {fault}", file=sys.stderr)
    return 1


def taken(port: str) -> str:
    """Why nothing can listen on this port, or empty."""
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        return f"PORT must be a number from 1 to 65535, not {port!r}."
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(port)))
        except OSError:
            return f"port {port} is taken. Choose another: PORT=8001 make run"
    return ""


def prepare() -> list[str]:
    """Set up, and fill an empty demonstration; the addresses to sign in with."""
    django.setup()
    call_command("setup", verbosity=0)
    users = get_user_model().objects
    if settings.DEMO and not users.exists():
        call_command("seed_demo", scale="pilot")
    wanted = [f"{name}@demo.example" for name in ACCOUNTS]
    found = set(users.filter(email__in=wanted, is_demo=True).values_list("email", flat=True))
    connections.close_all()
    return [address for address in wanted if address in found]


def start(port: str, accounts: list[str]) -> int:
    # Without its own reading of `.env`: the settings do that, and the environment goes first.
    command = [
        sys.executable,
        "-m",
        "honcho",
        "-e",
        os.devnull,
        "-f",
        "Procfile.embedded",
        "start",
    ]
    processes = subprocess.Popen(command, cwd=BASE_DIR, env=environment())

    def stop(number: int, frame: object) -> None:
        # Ctrl-C reaches honcho by itself, as a member of the terminal's group.
        if number != signal.SIGINT:
            processes.terminate()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    threading.Thread(target=announce, args=(port, accounts, processes), daemon=True).start()
    return processes.wait()


def environment() -> dict[str, str]:
    """Honcho gives each process a port of its own; letters link to that of the pages."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "PUBLIC_URL": settings.PUBLIC_URL}


def announce(port: str, accounts: list[str], processes: subprocess.Popen) -> None:
    """Print where to go, once somebody answers there."""
    deadline = time.monotonic() + READY_WITHIN
    while processes.poll() is None and time.monotonic() < deadline:
        if answers(port):
            lines = [f"Ready: http://{HOST}:{port}/    (Ctrl-C stops everything)"]
            if accounts:
                lines += ["", "Sign in with the password back-on-track-demo as", *accounts]
            print("\n" + "\n".join(f"    {line}".rstrip() for line in lines) + "\n", flush=True)
            return
        time.sleep(0.2)


def answers(port: str) -> bool:
    connection = HTTPConnection(HOST, int(port), timeout=2)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
