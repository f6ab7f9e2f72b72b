"""As in production, but for static files that nobody collected."""

import os

os.environ["DEMO"] = "1"
os.environ["LOG_LEVEL"] = "ERROR"

from bot_project.settings import *
from bot_project.settings import DATABASES, EMBEDDED, VAR_DIR

# One that is made for the run and dropped after it, whatever is named.
NAME = str(VAR_DIR / "bench.sqlite3") if EMBEDDED else f"bench_{os.getpid()}"
DATABASES["default"]["TEST"] = {"NAME": NAME}
# A server of `bench.served` is told which it is.
DATABASES["default"]["NAME"] = os.environ.get("BENCH_DATABASE", DATABASES["default"]["NAME"])
ROOT_URLCONF = "bench.urls"
ALLOWED_HOSTS = ["testserver"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
