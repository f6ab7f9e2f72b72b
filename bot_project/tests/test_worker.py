"""A real worker with its schedule, on the broker of this run: folders, or Redis."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from notifications.models import Beat

STAMPED_WITHIN = 45  # seconds, on a busy machine


@pytest.fixture
def worker(tmp_path: Path, transactional_db):
    """`celery worker --beat` over this test's database, with folders of its own."""
    for folder in ("queue", "queue-control", "cache"):
        (tmp_path / folder).mkdir()
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        address = f"sqlite:///{database['NAME']}"
    else:
        user = ":".join(filter(None, [database["USER"], database["PASSWORD"]]))
        place = f"{database['HOST']}:{database['PORT'] or 5432}"
        address = f"postgres://{user}@{place}/{database['NAME']}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "bot_project.settings",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": address,
        "DISPATCH_EVERY": "1",
    }
    if settings.REDIS_URL:
        # A database of Redis to itself, so that no other worker takes the task.
        environment["REDIS_URL"] = settings.REDIS_URL.rpartition("/")[0] + "/9"
    arguments = [
        "-A",
        "bot_project",
        "worker",
        "--beat",
        "--pool",
        "threads",
        "--loglevel",
        "INFO",
    ]
    with (tmp_path / "worker.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", *arguments],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class TestTheWorker:
    def test_takes_up_what_is_due_and_stamps_the_beat_until_it_is_told_to_stop(
        self, worker, tmp_path
    ):
        deadline = time.monotonic() + STAMPED_WITHIN
        while not Beat.objects.exists() and time.monotonic() < deadline:
            assert worker.poll() is None, (tmp_path / "worker.log").read_text()
            time.sleep(0.5)
        assert Beat.objects.filter(name="dispatch").exists(), (tmp_path / "worker.log").read_text()

        worker.terminate()
        assert worker.wait(timeout=20) == 0
