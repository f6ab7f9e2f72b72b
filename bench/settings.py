"""As in production, but for static files that nobody collected."""

import os

from cryptography.fernet import Fernet

os.environ["SECRET_KEY"] = Fernet.generate_key().decode()
os.environ["NAME_TOKEN_KEY"] = Fernet.generate_key().decode()
os.environ["TRAIL_KEY"] = Fernet.generate_key().decode()
os.environ["FIELD_KEYS"] = Fernet.generate_key().decode()
os.environ["DEMO"] = "1"
os.environ["LOG_LEVEL"] = "ERROR"

from bot_project.settings import *
from bot_project.settings import DATABASES, EMBEDDED, VAR_DIR

# One that is made for the run and dropped after it, whatever is named.
NAME = str(VAR_DIR / "bench.sqlite3") if EMBEDDED else f"bench_{os.getpid()}"
DATABASES["default"]["TEST"] = {"NAME": NAME}
ALLOWED_HOSTS = ["testserver"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
