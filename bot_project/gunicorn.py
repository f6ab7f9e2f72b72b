"""How gunicorn serves, in both shapes; the address comes from the Procfile."""

import gc
import os
from typing import Any

worker_class = "gthread"  # a slow reader holds a thread, not a process
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
timeout = 60
graceful_timeout = 20
loglevel = os.environ.get("LOG_LEVEL", "info").lower()


def post_worker_init(worker: Any) -> None:
    """What is loaded by now stays: the collector of garbage passes it over, and looks less often
    at the rest. A page makes some ten thousand objects and leaves none; `docs/performance.md`."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
