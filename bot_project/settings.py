"""Settings of every installation; what differs comes from the environment (`.env.example`)."""

import datetime
from pathlib import Path
from urllib.parse import urlsplit

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

# Where links in mails lead; never what a request says of itself.
PUBLIC_URL = env.str("PUBLIC_URL", f"http://localhost:{env.int('PORT', 8000)}").rstrip("/")

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
    "privacy",
]
INSTALLED_APPS = [
    "bot_project.apps.AdminSite",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
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
    "django.contrib.auth",  # below accounts, whose commands of the same names leave a trail
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
    "accounts.lock.LockMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.TokenUseMiddleware",
    "audit.middleware.TrailMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "bot_project.urls"
WSGI_APPLICATION = "bot_project.wsgi.application"
CSRF_FAILURE_VIEW = "accounts.lock_views.bad_token"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["core.addresses"],
            "libraries": {"i18n": "core.translate"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.house",
                "accounts.lock.marks",
                "casework.navigation.navigation",
            ],
        },
    }
]
FORM_RENDERER = "core.form_renderer.PlainRenderer"
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
REMIND_EVERY = env.float("REMIND_EVERY", 300.0)  # seconds
SEAL_EVERY = env.float("SEAL_EVERY", 60.0)  # seconds: as long may a line be changed unseen
SEAL_WAITS_FOR = datetime.timedelta(minutes=10)  # the longest transaction that writes a line
TRAIL_HEADS = VAR_DIR / "trail-heads.log"  # only ever appended to; copy it off the machine
CELERY_BEAT_SCHEDULE = {
    "dispatch notices": {
        "task": "notifications.tasks.dispatch_due_notices",
        "schedule": DISPATCH_EVERY,
    },
    "seal the trail": {"task": "audit.tasks.seal_trail", "schedule": SEAL_EVERY},
    "remind": {"task": "release_plans.tasks.remind", "schedule": REMIND_EVERY},
    "send mails": {"task": "notifications.tasks.send_mails", "schedule": DISPATCH_EVERY},
    "send letters": {"task": "accounts.tasks.send_letters", "schedule": DISPATCH_EVERY},
    "forget what was kept": {"task": "accounts.tasks.forget_what_lapsed", "schedule": 3600.0},
    "warn of loans": {"task": "mentors.tasks.warn_of_loans", "schedule": 3600.0},
    "let drafts lapse": {"task": "mentorships.tasks.let_drafts_lapse", "schedule": 3600.0},
    "watch for refusals": {"task": "casework.tasks.alarm_denials", "schedule": 60.0},
    "watch for reviews": {"task": "casework.tasks.alarm_unreviewed", "schedule": 3600.0},
}
LAST_BEAT = "notifications.operations.last_beat_at"  # core is below those who know it
SCHEDULE_STALE_AFTER = datetime.timedelta(minutes=5)  # `/readyz` then says so

# --- People and sign-in --------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.sessions.Backend"]
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
ACCOUNT_FORMS = {"reset_password": "accounts.forms.AskForPasswordForm"}
# What is guessed at is counted in the database (accounts/limits.py); the rest stays allauth's.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "reset_password": None}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 1 if HTTPS else 0)
MFA_ADAPTER = "accounts.adapter.FactorAdapter"
MFA_FORMS = {
    "add_webauthn": "accounts.forms.PasskeyForm",
    "authenticate": "accounts.forms.CodeForm",
    "authenticate_webauthn": "accounts.forms.PasskeyAtSignInForm",
    "login_webauthn": "accounts.forms.PasskeyAloneForm",
    "reauthenticate_webauthn": "accounts.forms.PasskeyAgainForm",
    "reauthenticate": "accounts.forms.CodeAgainForm",
    "generate_recovery_codes": "accounts.forms.CardForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = NEUTRAL_NAME
MFA_RECOVERY_CODE_COUNT = 40  # a card of codes lasts two months of working days
MFA_RECOVERY_CODES_SHOW_ONCE = True
CARD_RUNS_OUT_AT = 5  # codes: then every sign-in says so
TOKEN_DAYS_AT_MOST = 90
SOCIALACCOUNT_ADAPTER = "accounts.openid.ProviderAdapter"
USERSESSIONS_TRACK_ACTIVITY = False
STEP_UP_LASTS = datetime.timedelta(minutes=5)  # since signing in, for what weighs most
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(STEP_UP_LASTS.total_seconds())

# The organisation's own OpenID Connect provider; without an issuer there is none (ADR 7).
OIDC_ISSUER = env.str("OIDC_ISSUER", "").rstrip("/")
OIDC_NAME = env.str("OIDC_NAME", "OpenID Connect")  # on the button
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", "")
OIDC_HAS_SECOND_FACTOR = env.bool("OIDC_HAS_SECOND_FACTOR", False)
_issued_at = urlsplit(OIDC_ISSUER)
OIDC_ORIGINS = env.list(
    "OIDC_ORIGINS", default=[f"{_issued_at.scheme}://{_issued_at.netloc}"] if OIDC_ISSUER else []
)
if OIDC_ISSUER and _issued_at.scheme != "https" and not (DEBUG or DEMO):
    raise ImproperlyConfigured("OIDC_ISSUER has to begin with https://.")

# The letters that carry a link, and how long it opens something.
LINKS_OPEN_FOR = {
    "invitation": datetime.timedelta(hours=24),
    "new_password": datetime.timedelta(hours=1),
    "new_address": datetime.timedelta(hours=24),
}
# Tries, the wait after them, and the longest wait: it doubles from round to round.
_MINUTE, _QUARTER, _HOUR = (datetime.timedelta(minutes=m) for m in (1, 15, 60))
LIMITS = {
    "sign_in.account": (5, _MINUTE, _QUARTER),
    "sign_in.network": (20, _MINUTE, _QUARTER),
    "code": (5, _MINUTE, _QUARTER),
    "new_password.account": (3, _HOUR, _HOUR),
    "new_password.network": (30, _HOUR, _HOUR),
}

# Guardian's rows are the effect of decisions; its backend, shortcuts and monkey patches stay out.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
# W003: `i18n` is both Django's and ours, which has all of it (`core.translate`).
SILENCED_SYSTEM_CHECKS = ["guardian.W001", "templates.W003"]

# How long each kind of decision may stand (access.md, rules "Share" and "Break-glass").
LONGEST_DECISIONS = {
    "share": datetime.timedelta(days=30),
    "substitute": datetime.timedelta(days=30),
    "named_reader": datetime.timedelta(days=365),
    "break_glass": datetime.timedelta(hours=4),
}

APPROVAL_LASTS = datetime.timedelta(days=7)  # what waits for a second person lapses then
EMERGENCY_LASTS = datetime.timedelta(hours=1)  # access.md, rule "Break-glass"; 4 hours at most
EMERGENCY_REASON_AT_LEAST = 20  # characters
EMERGENCY_REVIEW_WITHIN = 2  # working days

# --- Thresholds of the scheme (domain.md; all of them defaults that an installation may change)

SESSION_MINUTES = (5, 480)  # section 7: a held session
NOTE_LOCKS_AFTER = datetime.timedelta(hours=72)  # section 7, lifecycle
LOAN_WARNING = datetime.timedelta(days=14)  # section 10: before a mentor's loan ends
CLOSING_WINDOW = datetime.timedelta(days=14)  # access.md: the mentor's own notes, after the end
DRAFT_KEPT_FOR = datetime.timedelta(days=30)  # since it was last saved
DRAFT_WARNING = datetime.timedelta(days=7)  # before a draft is deleted
MEETING_LASTS = datetime.timedelta(hours=1)  # in a calendar, where nobody knows yet
SITTING = datetime.timedelta(hours=1)  # away for as long, one comes back to what is new
NOTE_DUE_AFTER = datetime.timedelta(hours=48)  # section 7: recorded within 48 hours
NOTE_LATE_AFTER = datetime.timedelta(days=7)  # section 7: from then on it counts as late
CANCELLED_IN_A_ROW = 3  # section 7: meetings, from which on the coach is told
FACTS_AT_MOST, ASSESSMENT_AT_MOST, OWN_WORDS_AT_MOST = 1500, 1000, 300  # section 7, characters
CONCERN_AT_MOST = 2000  # characters
GOAL_AT_MOST, LEVEL_AT_MOST, STEP_AT_MOST = 400, 200, 200  # characters of a goal and its parts
STEPS_AT_MOST = 20  # of one goal
FIRST_GOAL_WITHIN = datetime.timedelta(weeks=6)  # section 4, ACTIVE
REFLECTION_AT_MOST = 4000  # characters
ANSWER_AT_MOST, REASON_AT_MOST = 500, 500  # characters, of an answer to a note, of an amendment
WORK_NOTE_AT_MOST = 300  # characters, on work without a meeting
SUMMARY_AT_MOST = 4000  # characters, at a hand-over
CLOSING_ANSWER_AT_MOST = 2000  # characters, of each answer in a closing report
CLOSING_REPORT_MISSED = datetime.timedelta(days=7)  # before the window closes, the coach is told
THEMES_AT_MOST = 4  # section 7
PREPARATION_AT_MOST, TRAVEL_AT_MOST = 480, 960  # minutes of one session
KILOMETRES_AT_MOST, MONEY_AT_MOST = 2000, 20_000  # of one session; the fare and the outlay each
MEETINGS_CLASH_WITHIN = datetime.timedelta(hours=2)  # from start to start
TRANSFER_FOLLOWED_UP = datetime.timedelta(days=14)  # what a move to another institution asks for
MEETING_PLANNED_AHEAD = datetime.timedelta(days=366)  # at most; a later one is a slip of the pen
OWN_HOURS_SHOWN = datetime.timedelta(days=365)
CLAIM_REASON_AT_MOST = 500  # characters
CLAIMS_SHOWN = 30  # of others, on one page; those that wait stand first
CURRENCY = "DKK"  # of what a mentor pays and gets back
RELEASE_HORIZON = datetime.timedelta(weeks=26)  # section 4, RELEASE_PREP
GATE_PLAN_READY = datetime.timedelta(days=14)  # before release; still empty then, it is red
SHORT_STAY = datetime.timedelta(weeks=16)  # section 6.3: with less left, the short template
HOLIDAY_YEARS = 10  # before and after today that are entered
HOLIDAY_COUNTRY = env.str("HOLIDAY_COUNTRY", "DK")  # whose holidays move a date: rule 2
DATES_WITHIN = datetime.timedelta(days=60 * 365)  # of today; further off is a slip of the pen
DUE_SOON = datetime.timedelta(days=14)  # section 9: "next 14 days"
QUIET_AFTER_IN_CUSTODY = datetime.timedelta(days=21)  # section 7, coach alerts
QUIET_AFTER_RELEASE = datetime.timedelta(days=10)  # section 7, first 8 weeks after release
FIRST_WEEKS_AFTER_RELEASE = datetime.timedelta(weeks=8)
# Section 8: by when somebody takes a concern up, level by level.
CONCERN_CLOCKS = {
    0: None,
    1: datetime.timedelta(days=7),
    2: datetime.timedelta(0),
    3: datetime.timedelta(0),
}
CONCERN_SHOWN_FOR = datetime.timedelta(days=14)  # on the desk, when no form followed
# Section 7: much less on a scale than the time before, unless that is longer ago than it may mean.
SCALE_DROP = 3
SCALES_COMPARED_WITHIN = datetime.timedelta(weeks=12)
SCALE_DROP_SHOWN_FOR = datetime.timedelta(days=14)
CERTIFICATE_LAPSES_SOON = datetime.timedelta(days=90)  # section 10: three months to renew it
DENIALS_BEFORE_ALARM = 5  # access.md: different records refused to one person
DENIAL_WINDOW = datetime.timedelta(minutes=10)
TRAIL_EXPORT_AT_MOST = 5000  # lines in one file
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
        "form-action": [SELF, *OIDC_ORIGINS],  # the button leads there by a redirect
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
SESSION_ENGINE = "accounts.sessions"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# OWASP ASVS 5.0, 7.3: locked when nobody is at it, ended after a working day.
SESSION_LOCKS_AFTER = datetime.timedelta(minutes=15)
SESSION_LASTS = datetime.timedelta(hours=10)
SESSION_CLOCK_STEP = datetime.timedelta(minutes=1)  # how often activity is written
# Text that could not be taken; as long does an ended session tell whose it was.
SEARCHED_WORDS_KEPT_FOR = datetime.timedelta(days=180)  # their marks stay with the trail
UNSENT_KEPT_FOR = datetime.timedelta(days=7)
SESSION_COOKIE_AGE = int(UNSENT_KEPT_FOR.total_seconds())
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Pages of others that write while answering GET: signing in and out, its codes.
# And the question whether this process lives, which must not ask the database at all.
PATHS_THAT_WRITE_ON_GET = ("/accounts/", "/livez")

# --- The API -------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.AsksTheRule"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "accounts.api.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Mentorship case management",
    "DESCRIPTION": (
        "Reads what the signed-in person may see, through the same rule as the pages. A programme"
        " sends `Authorization: Bearer bot_...`, a token that its owner makes under My account: it"
        " reads in one role of theirs, changes nothing, and ends with the role."
    ),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
API_DOCS = DEBUG or DEMO

# --- Mail, logs ----------------------------------------------------------------------------------

# Without a post office the mails lie in files: what a process prints is kept as a log, and a mail
# may hold a link that opens an account.
EMAIL_CONFIG = env.email_url("EMAIL_URL", "filemail://")
vars().update(EMAIL_CONFIG)
EMAIL_FILE_PATH = EMAIL_CONFIG["EMAIL_FILE_PATH"] or str(VAR_DIR / "mail")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "no-reply@localhost")
EMAIL_TIMEOUT = 10  # seconds
MAIL_RETRIED_AFTER = datetime.timedelta(minutes=5)
MAIL_GIVEN_UP_AFTER = datetime.timedelta(days=3)
# So long nothing has run: perhaps an old copy of the database was put back (`release_mails`).
# A demonstration sleeps as often as whoever shows it.
MAILS_HELD_AFTER = datetime.timedelta.max if DEMO else datetime.timedelta(hours=6)

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
