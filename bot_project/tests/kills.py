"""The web process is killed while people type: what was answered "Saved" is there afterwards.

`SEED` in the environment repeats the moments of a run; the seed of each is printed.
"""

import datetime
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.roles import Role
from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO, World
from core.dates import today
from mentorships.models import MentoringSession, SessionDraft, SessionNarrative

HONEST, HASTY = "bot_project.wsgi", "bot_project.tests.long.hasty"
SEED = int(os.environ.get("SEED") or random.randrange(2**32))
LIVES = (0.3, 2.0)  # seconds from the first answer to the kill
READY_WITHIN = 60
TOKEN = "t" * 32  # of the forms: the cookie and the field agree
FINAL = 99  # the number of the text with which a note is finished


def database_url() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    user = ":".join(filter(None, [database["USER"], database["PASSWORD"]]))
    return f"postgres://{user}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"


class Web:
    """gunicorn with the settings of production, over the database of this test."""

    def __init__(self, folder: Path, application: str) -> None:
        for name in ("queue", "queue-control", "cache", "static"):
            (folder / name).mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = folder / "web.log"
        self.application = application
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "bot_project.settings",
            "VAR_DIR": str(folder),
            "DATABASE_URL": database_url(),
            "DEMO": "1",
            "LOG_LEVEL": "WARNING",
        }

    def start(self) -> None:
        address = f"127.0.0.1:{self.port}"
        arguments = ["--config", "bot_project/gunicorn.py", "--bind", address, self.application]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", *arguments],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_WITHIN
        while not self.answers():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)

    def answers(self) -> bool:
        web = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            web.request("GET", "/livez")
            return web.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            web.close()

    def kill(self) -> None:
        """Master and workers at once, as when the power goes."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Typist(threading.Thread):
    """Writes one note after another and remembers what was answered; asks again when cut off."""

    def __init__(self, number: int, cookie: str, web: Web) -> None:
        super().__init__(name=f"typist {number}")
        self.cookie, self.web = cookie, web
        self.random = random.Random(f"{SEED} {number}")  # each its own: threads interleave
        self.is_done = threading.Event()
        self.saved: dict[uuid.UUID, int] = {}  # draft -> number of the last text "Saved"
        self.finished: set[uuid.UUID] = set()
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []

    def run(self) -> None:
        while not self.is_done.is_set():
            self.write_a_note(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def write_a_note(self, key: uuid.UUID) -> None:
        for number in range(1, self.random.randint(2, 5)):
            status, body = self.send(f"/sessions/log/{key}/save/", key, number)
            if status == 200 and json.loads(body)["says"].startswith("Saved"):
                self.saved[key] = number
                self.counts["saves answered"] += 1
            else:
                self.faults.append(f"{status} to a save")
        for _press in range(self.random.choice([1, 1, 2])):  # some press the button twice
            status, _body = self.send(f"/sessions/log/{key}/", key, FINAL)
            if status != 302:
                self.faults.append(f"{status} to a note")
        self.finished.add(key)
        self.counts["notes finished"] += 1

    def send(self, path: str, key: uuid.UUID, number: int) -> tuple[int, bytes]:
        body = urlencode(
            {
                "csrfmiddlewaretoken": TOKEN,
                "mentee": "M-a",
                "status": "held",
                "held_on": (today() - datetime.timedelta(days=1)).isoformat(),
                "started_at": "13:00",
                "minutes": "60",
                "modality": "prison",
                "themes": "family",
                "facts": text_of(key, number),
                "agreement_0_text": "House rules, on paper",
                "agreement_0_who": "mentee",
                "rows": "1",
                "checked": "1",
                "page": str(key),
                "sequence": number,
            }
        )
        headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={self.cookie};"
            f" {settings.CSRF_COOKIE_NAME}={TOKEN}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        while True:
            web = HTTPConnection("127.0.0.1", self.web.port, timeout=30)
            try:
                web.request("POST", path, body, headers)
                answer = web.getresponse()
                return answer.status, answer.read()
            except (OSError, HTTPException):
                self.counts["requests cut off"] += 1
                time.sleep(0.1)
            finally:
                web.close()


def text_of(key: uuid.UUID, number: int) -> str:
    return f"{key} {number}"


def lost(typists: list[Typist]) -> list[str]:
    """Texts of which somebody was told that they are safe, and which are not there."""
    kept: dict[uuid.UUID, str] = {d.pk: d.typed["facts"] for d in SessionDraft.objects.all()}
    notes = SessionNarrative.objects.select_related("session")
    recorded = {note.session.uuid: note.facts for note in notes}
    missing = []
    for typist in typists:
        missing += [
            f"the note {key}"
            for key in typist.finished
            if recorded.get(key) != text_of(key, FINAL)
        ]
        for key, number in typist.saved.items():
            found = (recorded.get(key) or kept.get(key) or f"{key} 0").split()
            if found[0] != str(key) or int(found[1]) < number:
                missing.append(f"save {number} of {key}")
    return missing


def not_once() -> list[str]:
    """Notes that are there twice or in part: each has one agreement, one line of the trail."""
    lines = Counter(
        target
        for event in AuditEvent.objects.filter(kind="session.logged")
        for target in event.targets
    )
    wrong, texts = [], Counter()
    logged = MentoringSession.objects.filter(held_on__gt=LONG_AGO).select_related("narrative")
    for session in logged:
        texts[session.narrative.facts] += 1
        told = lines[f"mentorships.mentoringsession:{session.pk}"]
        if (session.agreements.count(), told) != (1, 1):
            wrong.append(f"{session.uuid} has not one agreement and one line of the trail")
        if SessionDraft.objects.filter(pk=session.uuid).exists():
            wrong.append(f"{session.uuid} is a draft still")
    return wrong + [f"{text} {times} times" for text, times in texts.items() if times > 1]


@contextmanager
def typing_while_killed(
    world: World, folder: Path, *, kills: int, typists: int, application: str = HONEST
) -> Iterator[list[Typist]]:
    """The typists after so many kills, while the web process is up."""
    web = Web(folder, application)
    people = [
        Typist(number, cookie_of(world, f"typist-{number}"), web) for number in range(typists)
    ]
    web.start()
    try:
        for typist in people:
            typist.start()
        moments = random.Random(SEED)
        for _kill in range(kills):
            time.sleep(moments.uniform(*LIVES))
            web.kill()
            web.start()
        for typist in people:
            typist.is_done.set()
        for typist in people:
            typist.join(timeout=60)
            assert not typist.is_alive()
        yield people
    finally:
        web.kill()


def cookie_of(world: World, name: str) -> str:
    """The session of one more mentor of the same mentee."""
    client = Client()
    client.force_login(world.person(name, Role.MENTOR, "a"))
    world.mentorship(name, "a", role="co_mentor")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def total(typists: list[Typist]) -> Counter[str]:
    return sum((typist.counts for typist in typists), Counter())


def assert_nothing_lost(typists: list[Typist], kills: int) -> str:
    """The figures of a run in which all was kept, and each note once."""
    counts, missing, wrong = total(typists), lost(typists), not_once()
    assert counts["requests cut off"] > kills / 2
    assert counts["notes finished"] > kills
    faults = Counter(fault for typist in typists for fault in typist.faults)
    assert not faults, faults
    assert not missing
    assert not wrong
    return (
        f"seed {SEED}: {kills} kills, {len(typists)} typists, "
        + ", ".join(f"{number} {what}" for what, number in sorted(counts.items()))
        + ", 0 lost, 0 twice"
    )
