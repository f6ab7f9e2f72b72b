"""The same pages over HTTP: gunicorn with one worker for ours, one for the limits, kept alive."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client

from bench import limits
from bench.scheme import Scheme, scheme

STARTS_WITHIN = 30  # seconds
SESSION_FORM = "BENCH_SESSION_FORM"  # the file with our page, for the limit


class BareHandler(WSGIHandler):
    """The views of `limits.pages`: no middleware, no resolver."""

    def load_middleware(self, is_async: bool = False) -> None:
        pages = limits.pages(scheme(), Path(os.environ[SESSION_FORM]).read_bytes())

        def answer(request: HttpRequest) -> HttpResponse:
            return pages[request.path_info](request)

        self._middleware_chain = answer


class Visitor:
    """One browser with one connection that stays open."""

    def __init__(self, port: int, client: Client | None = None) -> None:
        self.connection = HTTPConnection("127.0.0.1", port)
        self.headers = {"Host": "testserver"}
        self.token = ""
        if client is not None:  # signed in, and holding the cookie of a form
            cookies = {name: morsel.value for name, morsel in client.cookies.items()}
            self.token = cookies[settings.CSRF_COOKIE_NAME]
            self.headers["Cookie"] = "; ".join(f"{name}={said}" for name, said in cookies.items())

    def get(self, address: str) -> HttpResponse:
        return self._ask("GET", address, None, self.headers)

    def post(self, address: str, data: dict) -> HttpResponse:
        body = urlencode({**data, "csrfmiddlewaretoken": self.token}, doseq=True)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", address, body, self.headers | kind)

    def _ask(self, method: str, address: str, body: str | None, headers: dict) -> HttpResponse:
        self.connection.request(method, address, body, headers)
        answer = self.connection.getresponse()
        return HttpResponse(answer.read(), status=answer.status)


@contextmanager
def served(people: Scheme, session_form: str) -> Iterator[tuple[Visitor, Visitor]]:
    """Whoever asks our server as the mentor, and whoever asks the limits."""
    client = Client()
    client.force_login(people.mentor)
    page = client.get(session_form).content
    with TemporaryDirectory() as folder:
        kept = Path(folder) / "session-form.html"
        kept.write_bytes(page)
        with (
            _server("bot_project.wsgi:application", kept) as ours,
            _server("bench.bare:application", kept) as bare,
        ):
            yield Visitor(ours, client), Visitor(bare)


@contextmanager
def _server(application: str, kept: Path) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    command += ["--config", "bot_project/gunicorn.py", "--workers", "1"]
    command += ["--keep-alive", "600", "--log-level", "error"]
    told = {"BENCH_DATABASE": str(connection.settings_dict["NAME"]), SESSION_FORM: str(kept)}
    process = subprocess.Popen(command, env=os.environ | told)  # noqa: S603
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    given_up = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > given_up:
                raise
            time.sleep(0.1)
        else:
            return
