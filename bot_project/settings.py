"""Settings of every installation; what differs comes from the environment (`.env.example`)."""

import datetime
from pathlib import Path

import environ
import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))  # database, keys, queue, cache, logs
env.read_env(VAR_DIR / "keys.env")  # written once by `manage.py setup`

# --- What kind of installation this is ---------------------------------------------------------

DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)  # invented people, and a password that everyone knows
HTTPS = env.bool("HTTPS", not (DEBUG or DEMO))
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", not DEMO)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

PRODUCT_NAME = env.str("PRODUCT_NAME", "Back on Track")
# In page titles, mails and file names: nothing that tells what the scheme is about.
NEUTRAL_NAME = env.str("NEUTRAL_NAME", "BOT")
REFERENCE_PREFIX = env.str("REFERENCE_PREFIX", "M")

# --- Secrets -----------------------------------------------------------------------------------

SECRET_KEY = env.str("SECRET_KEY", "")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Fernet keys, newest first: the first encrypts, all decrypt. A lost key is lost notes.
FIELD_KEYS = env.list("FIELD_KEYS", default=[])
# Keys the words by which people are found; changing it means building the tokens anew.
NAME_TOKEN_KEY = env.str("NAME_TOKEN_KEY", "")
# Seals the trail; a changed one breaks every seal before it.
TRAIL_KEY = env.str("TRAIL_KEY", "")
if not (SECRET_KEY and FIELD_KEYS and NAME_TOKEN_KEY and TRAIL_KEY):
    raise ImproperlyConfigured(
        "SECRET_KEY, FIELD_KEYS, NAME_TOKEN_KEY or TRAIL_KEY is missing: set them, or let"
        " `python manage.py setup` make them."
    )

# --- The house: floors from the bottom up (architecture, section 3) ------------------------------

OUR_APPS = [
    "core",
    "audit",
    "organisations",
    "accounts",
    "notifications",
    "mentees",
    "training",
    "mentors",
    "networks",
    "release_plans",
    "mentorships",
    "casework",
    "reports",
]
INSTALLED_APPS = [
    "bot_project.apps.AdminSite",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "guardian",
    "rest_framework",
    "drf_spectacular",
    *(["drf_spectacular_sidecar"] if DEBUG or DEMO else []),
    "simple_history",
    "csp",
    *OUR_APPS,
]

MIDDLEWARE = [
    "core.logs.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "audit.middleware.TrailMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "bot_project.urls"
WSGI_APPLICATION = "bot_project.wsgi.application"
CSRF_FAILURE_VIEW = "core.errors_views.csrf_failure"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.house",
                "casework.navigation.navigation",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database ----------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if "ENGINE" not in DATABASES["default"]:
    raise ImproperlyConfigured("DATABASE_URL is not the address of a database.")
EMBEDDED = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
if EMBEDDED:
    DATABASES["default"]["OPTIONS"] = {
        # Four writers at once and none is refused; "Saved" means on the disk.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;",
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 5
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache, queue, schedule ----------------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL", "")
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
        }
    }
    CELERY_BROKER_URL = REDIS_URL
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR_DIR / "cache",
        }
    }
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "queue"),
        "data_folder_out": str(VAR_DIR / "queue"),
        "control_folder": str(VAR_DIR / "queue-control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Europe/Copenhagen"
# The database holds what is due; the schedule only wakes those who look.
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "schedule")
DISPATCH_EVERY = env.float("DISPATCH_EVERY", 30.0)  # seconds
SEAL_EVERY = env.float("SEAL_EVERY", 60.0)  # seconds: as long may a line be changed unseen
SEAL_WAITS_FOR = datetime.timedelta(minutes=10)  # the longest transaction that writes a line
TRAIL_HEADS = VAR_DIR / "trail-heads.log"  # only ever appended to; copy it off the machine
CELERY_BEAT_SCHEDULE = {
    "dispatch notices": {
        "task": "notifications.tasks.dispatch_due_notices",
        "schedule": DISPATCH_EVERY,
    },
    "seal the trail": {"task": "audit.tasks.seal_trail", "schedule": SEAL_EVERY},
    "watch for refusals": {"task": "casework.tasks.alarm_denials", "schedule": 60.0},
}
LAST_BEAT = "notifications.operations.last_beat_at"  # core is below those who know it
SCHEDULE_STALE_AFTER = datetime.timedelta(minutes=5)  # `/readyz` then says so

# --- People and sign-in --------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},  # OWASP ASVS 5.0, 6.2.9
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses are given by an administrator
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to whoever is typed into the form
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"{NEUTRAL_NAME}: "
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = NEUTRAL_NAME
USERSESSIONS_TRACK_ACTIVITY = False

# Guardian's rows are the effect of decisions; its backend, shortcuts and monkey patches stay out.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

# How long each kind of decision may stand (access.md, rules "Share" and "Break-glass").
LONGEST_DECISIONS = {
    "share": datetime.timedelta(days=30),
    "substitute": datetime.timedelta(days=30),
    "named_reader": datetime.timedelta(days=365),
    "break_glass": datetime.timedelta(hours=4),
}

EMERGENCY_LASTS = datetime.timedelta(hours=1)  # access.md, rule "Break-glass"; 4 hours at most
EMERGENCY_REASON_AT_LEAST = 20  # characters
EMERGENCY_REVIEW_WITHIN = 2  # working days

# --- Thresholds of the scheme (domain.md; all of them defaults that an installation may change)

SESSION_MINUTES = (5, 480)  # section 7: a held session
NOTE_LOCKS_AFTER = datetime.timedelta(hours=72)  # section 7, lifecycle
NOTE_DUE_AFTER = datetime.timedelta(hours=48)  # section 7: recorded within 48 hours
FACTS_AT_MOST, ASSESSMENT_AT_MOST, OWN_WORDS_AT_MOST = 1500, 1000, 300  # section 7, characters
THEMES_AT_MOST = 4  # section 7
RELEASE_HORIZON = datetime.timedelta(weeks=26)  # section 4, RELEASE_PREP
DUE_SOON = datetime.timedelta(days=14)  # section 9: "next 14 days"
QUIET_AFTER_IN_CUSTODY = datetime.timedelta(days=21)  # section 7, coach alerts
QUIET_AFTER_RELEASE = datetime.timedelta(days=10)  # section 7, first 8 weeks after release
FIRST_WEEKS_AFTER_RELEASE = datetime.timedelta(weeks=8)
CONCERN_SHOWN_FOR = datetime.timedelta(days=14)  # on the coach's desk, until it has a form
CERTIFICATE_LAPSES_SOON = datetime.timedelta(days=90)  # section 10: three months to renew it
DENIALS_BEFORE_ALARM = 5  # access.md: different records refused to one person
DENIAL_WINDOW = datetime.timedelta(minutes=10)
SMALLEST_FIGURE = max(3, env.int("SMALLEST_FIGURE", 5))  # section 14: k, never below 3

# --- Languages, days -----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("da", _("Danish")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
FORMAT_MODULE_PATH = ["bot_project.formats"]
TIME_ZONE = "Europe/Copenhagen"
USE_TZ = True

# --- Static files --------------------------------------------------------------------------------

NODE_MODULES = BASE_DIR / "node_modules"
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", NODE_MODULES / "bootstrap" / "dist"),
    ("ibm-plex-sans", NODE_MODULES / "@fontsource-variable" / "ibm-plex-sans"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        if EMBEDDED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- What a browser may do -----------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's own pictures
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in ("camera", "geolocation", "microphone", "payment", "usb", "display-capture")
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 10 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Pages of others that write while answering GET: signing in and out, its codes.
# And the question whether this process lives, which must not ask the database at all.
PATHS_THAT_WRITE_ON_GET = ("/accounts/", "/livez")

# --- The API -------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.AsksTheRule"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "accounts.api.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Mentorship case management",
    "DESCRIPTION": "Reads what the signed-in person may see, through the same rule as the pages.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
API_DOCS = DEBUG or DEMO

# --- Mail, logs ----------------------------------------------------------------------------------

EMAIL_CONFIG = env.email_url("EMAIL_URL", "consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "no-reply@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(ensure_ascii=False),
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        # Django's own lines hold whole addresses; ours hold the route.
        "django.request": {"level": "CRITICAL"},
        "django.security": {"level": "CRITICAL"},  # quotes hosts and tokens that were sent
    },
}
