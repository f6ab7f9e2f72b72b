"""What stands in several files about running the application agrees."""

import re
import subprocess
import sys

import pytest
from django.conf import settings

from bot_project import run

BASE_DIR = settings.BASE_DIR


def processes(file: str) -> dict[str, str]:
    lines = (BASE_DIR / file).read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines if line)


def setup(**environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "setup"]
    return subprocess.run(
        command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )


class TestTheProcesses:
    def test_of_compose_are_those_of_the_procfile(self):
        asked = re.findall(
            r"honcho -e /dev/null start (\w+)", (BASE_DIR / "compose.yaml").read_text()
        )
        assert sorted(asked) == sorted(processes("Procfile"))

    def test_beat_runs_once_in_either_shape(self):
        for file in ("Procfile", "Procfile.embedded"):
            beats = re.findall(r"celery.* beat|--beat", "\n".join(processes(file).values()))
            assert len(beats) == 1


class TestTheEnvironment:
    def test_of_a_worker_names_the_address_of_the_pages(self):
        """Honcho gives it another PORT, from which the settings would make another address."""
        asked = [
            sys.executable,
            "-c",
            "from django.conf import settings; print(settings.PUBLIC_URL)",
        ]
        keys = {"SECRET_KEY": "s", "FIELD_KEYS": "f", "NAME_TOKEN_KEY": "n", "TRAIL_KEY": "t"}
        given = {**run.environment(), **keys, "PORT": "8100"}
        given["DJANGO_SETTINGS_MODULE"] = "bot_project.settings"
        said = subprocess.check_output(asked, cwd=BASE_DIR, env=given, text=True)
        assert said.strip() == settings.PUBLIC_URL

        del given["PUBLIC_URL"]
        said = subprocess.check_output(asked, cwd=BASE_DIR, env=given, text=True)
        assert said.strip() == "http://localhost:8100"

    def test_is_explained_in_full(self):
        """Every variable that the settings or gunicorn read stands in `.env.example`."""
        files = [BASE_DIR / "bot_project" / name for name in ("settings.py", "gunicorn.py")]
        source = "".join(path.read_text() for path in files)
        read = set(re.findall(r"(?:env\.\w+|environ\.get)\(\s*\"([A-Z_]+)\"", source))
        explained = set(
            re.findall(r"^# ([A-Z_]+)=", (BASE_DIR / ".env.example").read_text(), re.M)
        )
        assert "FIELD_KEYS" in read
        assert read <= explained

    def test_holds_no_secret_in_the_repository(self):
        for file in (".env.example", "compose.yaml", "Dockerfile"):
            assert not re.search(r"(KEYS?|PASSWORD): *[\w]", (BASE_DIR / file).read_text())


class TestSetUp:
    def test_makes_keys_once_and_keeps_them(self, tmp_path):
        first = setup(VAR_DIR=str(tmp_path))
        keys = tmp_path / "keys.env"
        made = keys.read_text()
        assert first.returncode == 0, first.stderr
        assert "A LOST KEY IS LOST NOTES" in first.stderr
        assert keys.stat().st_mode & 0o777 == 0o600
        assert {"queue", "queue-control", "cache", "static"} <= {
            p.name for p in tmp_path.iterdir()
        }

        again = setup(VAR_DIR=str(tmp_path))
        assert (again.returncode, again.stderr) == (0, "")
        assert keys.read_text() == made

    def test_writes_down_no_key_that_the_environment_gives(self, tmp_path):
        given = {"SECRET_KEY": "s", "FIELD_KEYS": "f", "NAME_TOKEN_KEY": "n", "TRAIL_KEY": "t"}
        asked = [sys.executable, "-c", "from bot_project import keys; print(keys.make_missing())"]
        environment = {"VAR_DIR": str(tmp_path), **given}
        said = subprocess.check_output(asked, cwd=BASE_DIR, env=environment, text=True)
        assert (said.strip(), list(tmp_path.iterdir())) == ("", [])

    @pytest.mark.parametrize(
        ("address", "sentence"),
        [
            ("postgres://app:secret@127.0.0.1:1/app", "No database answers at 127.0.0.1:1/app."),
            (
                "sqlite:////nowhere/at/all.sqlite3",
                "No database answers at /nowhere/at/all.sqlite3.",
            ),
        ],
    )
    def test_says_in_one_line_that_there_is_no_database(self, tmp_path, address, sentence):
        keys = {"SECRET_KEY": "s", "FIELD_KEYS": "f", "NAME_TOKEN_KEY": "n", "TRAIL_KEY": "t"}
        refused = setup(VAR_DIR=str(tmp_path), DATABASE_URL=address, **keys)
        assert refused.returncode == 1
        assert refused.stderr.strip() == f"CommandError: {sentence} Check DATABASE_URL."

    def test_is_asked_for_where_keys_are_missing(self, tmp_path):
        command = [sys.executable, "manage.py", "check"]
        refused = subprocess.run(
            command,
            cwd=BASE_DIR,
            env={"VAR_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert refused.returncode == 1
        assert len(refused.stderr.strip().splitlines()) == 1
        assert "python manage.py setup" in refused.stderr
