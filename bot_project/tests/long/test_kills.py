"""The web process is killed while people type: what was answered "Saved" is there afterwards.

`KILLS` and `SEED` in the environment change a run; the seed of each run is printed.
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
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.roles import Role
from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO
from core.dates import today
from mentorships.models import MentoringSession, SessionDraft, SessionNarrative

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
KILLS = int(os.environ.get("KILLS", "30"))
SEED = int(os.environ.get("SEED") or random.randrange(2**32))
TYPISTS = 4
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


@pytest.fixture
def typing_while_killed(world, tmp_path):
    """`typing_while_killed(kills, application)`: the typists afterwards, and the web is up."""
    webs: list[Web] = []

    def typed(kills: int, application: str) -> list[Typist]:
        web = Web(tmp_path, application)
        typists = []
        for number in range(TYPISTS):
            client, name = Client(), f"typist-{number}"
            client.force_login(world.person(name, Role.MENTOR, "a"))
            world.mentorship(name, "a", role="co_mentor")
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            typists.append(Typist(number, cookie, web))
        web.start()
        webs.append(web)
        for typist in typists:
            typist.start()
        moments = random.Random(SEED)
        for _kill in range(kills):
            time.sleep(moments.uniform(*LIVES))
            web.kill()
            web.start()
        for typist in typists:
            typist.is_done.set()
        for typist in typists:
            typist.join(timeout=60)
            assert not typist.is_alive()
        return typists

    yield typed
    for web in webs:
        web.kill()


def total(typists: list[Typist]) -> Counter[str]:
    return sum((typist.counts for typist in typists), Counter())


class TestKillingTheWebProcess:
    def test_loses_nothing_that_was_saved_and_doubles_nothing(self, typing_while_killed, tell):
        typists = typing_while_killed(KILLS, "bot_project.wsgi")
        counts, missing, wrong = total(typists), lost(typists), not_once()
        tell(
            f"seed {SEED}: {KILLS} kills, {TYPISTS} typists, "
            + ", ".join(f"{number} {what}" for what, number in sorted(counts.items()))
            + f", {len(missing)} lost, {len(wrong)} not once"
        )
        assert counts["requests cut off"] > KILLS / 2
        assert counts["notes finished"] > KILLS
        assert not [fault for typist in typists for fault in typist.faults]
        assert not missing
        assert not wrong

    def test_is_seen_to_lose_text_where_the_answer_goes_before_the_commit(
        self, typing_while_killed, tell
    ):
        typists = typing_while_killed(3, "bot_project.tests.long.hasty")
        time.sleep(2)  # what is still on its way is written, so that only the kills count
        missing = lost(typists)
        tell(f"answering first: {len(missing)} texts lost in 3 kills")
        assert missing
