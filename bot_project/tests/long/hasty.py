"""The application as it must not be: it answers first and writes afterwards.

The negative control of the kills: served in its place, they are seen to lose text.
"""

import io
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from bot_project.wsgi import application as honest

LATE = 0.3  # seconds


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] != "POST":
        return honest(environ, start_response)
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    threading.Thread(target=write, args=({**environ, "wsgi.input": io.BytesIO(body)},)).start()
    if environ["PATH_INFO"].endswith("/save/"):
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b'{"says": "Saved"}']
    start_response("302 Found", [("Location", "/")])
    return [b""]


def write(environ: dict[str, Any]) -> None:
    time.sleep(LATE)
    for _part in honest(environ, lambda *_answer: None):
        pass
