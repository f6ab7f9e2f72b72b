"""How gunicorn serves, in both shapes; the address comes from the Procfile."""

import os

worker_class = "gthread"  # a slow reader holds a thread, not a process
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
timeout = 60
graceful_timeout = 20
loglevel = os.environ.get("LOG_LEVEL", "info").lower()
