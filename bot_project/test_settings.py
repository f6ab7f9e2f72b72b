"""Settings of the test suite: what differs from production, and why."""

import os

os.environ.setdefault("SECRET_KEY", "a key for tests, nothing else")
os.environ.setdefault("FIELD_KEYS", "3bUUlQBDJZ8lBvCwTxBUVQ3wJ3E5LIBnyVqvZVW7Jjk=")
os.environ.setdefault("NAME_TOKEN_KEY", "a key for tests, nothing else")
os.environ.setdefault("TRAIL_KEY", "a key for tests, nothing else")
os.environ.setdefault("HTTPS", "false")  # the test client and the browser speak plain http
os.environ.setdefault("REQUIRE_SECOND_FACTOR", "false")  # one suite runs with it demanded

from bot_project.settings import *
from bot_project.settings import DATABASES, EMBEDDED, LOGGING, VAR_DIR

# Hundreds of users sign in; how slow a hash is, is not what is tested.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if EMBEDDED:
    # A file, as in production: threads and processes see one database.
    TEST_DIR = VAR_DIR / "test"
    TEST_DIR.mkdir(parents=True, exist_ok=True)
    TEST_DATABASE = os.environ.get("TEST_DATABASE", f"db-{os.getpid()}")
    DATABASES["default"]["TEST"] = {"NAME": TEST_DIR / f"{TEST_DATABASE}.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
LOGGING["root"]["level"] = "ERROR"  # type: ignore[index]
STATIC_ROOT = VAR_DIR / "test" / "static"  # empty: pages are served from the sources
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Tests sign in often; accounts.limits stays on.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # type: ignore[assignment]
