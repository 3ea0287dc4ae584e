"""The settings of the portal, one module fed by the environment; .env.example explains each name.

A file `.env` beside manage.py is read too; what the environment says stands above it.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environ import Env

from icc_portal.database import database
from icc_portal.environment import port, scanner, switch
from icc_portal.logs import logging_settings
from icc_portal.secret_key import kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()
Env.read_env(os.environ.get("ENV_FILE", str(BASE_DIR / ".env")))

# ── where the portal lives ───────────────────────────────────────────────────────────────────────
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).expanduser().resolve()
PORT = port(env, "PORT", default=8000)
BIND = env.str("BIND", default="127.0.0.1")
BASE_URL = env.str("BASE_URL", default=f"http://localhost:{PORT}").rstrip("/")
DATABASE_URL = env.str("DATABASE_URL", default="")
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
# Before every key in Redis, so that two portals may share one.
QUEUE_PREFIX = env.str("QUEUE_PREFIX", default="icc-portal:")
EMBEDDED = not DATABASE_URL
DEBUG = switch(env, "DEBUG")
# Demonstration mode: invented accounts with known passwords, and mail that stays in the house.
DEMO = switch(env, "DEMO")

site = urlsplit(BASE_URL)
if site.scheme not in {"http", "https"} or not site.hostname:
    raise ImproperlyConfigured("BASE_URL must be a whole address, such as https://portal.example.")
HTTPS = site.scheme == "https"
# This machine's own names too, since health checks ask from here.
ALLOWED_HOSTS = [*(env.list("ALLOWED_HOSTS", default=[]) or [site.hostname])]
ALLOWED_HOSTS += ["localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [f"{site.scheme}://{site.netloc}"]

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not EMBEDDED:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Every process of a scaled portal needs the same one: "
            'python -c "import secrets; print(secrets.token_urlsafe(60))"'
        )
    SECRET_KEY = kept_secret(DATA_DIR / "secret_key")

# ── what it is made of ───────────────────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "icc_portal",
    "marketplace",
    "events",
    "initiatives",
    "cities",
    "icc_portal.apps.StaffConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "csp",
    "django_countries",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "import_export",
    "rest_framework",
    "simple_history",
]
MIDDLEWARE = [
    "icc_portal.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "icc_portal.middleware.ReaderZone",
    "icc_portal.middleware.PrivateAnswers",
    "icc_portal.errors.ImpossibleNumbers",
]
ROOT_URLCONF = "icc_portal.urls"
WSGI_APPLICATION = "icc_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "icc_portal.branding.portal",
            ]
        },
    }
]
# Every field of a form is drawn by one template, so that the look of forms is in one place.
FORM_RENDERER = "icc_portal.rendering.PortalRenderer"

# ── database, cache, files ───────────────────────────────────────────────────────────────────────
DATABASES = {"default": database(DATABASE_URL, DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if CELERY_BROKER_URL.startswith("redis"):
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": CELERY_BROKER_URL,
            "KEY_PREFIX": QUEUE_PREFIX.rstrip(":"),
            "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
        }
    }
STATIC_URL = "/static/"
# Files that people hand in are shown to a scanner for viruses, where one is named.
CLAMD_URL = scanner(env, "CLAMD_URL")
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# A form with 40 milestones and their risks has more fields than Django's 1,000.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# ── people and sign-in ───────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "cities.User"
AUTHENTICATION_BACKENDS = [
    "icc_portal.backends.AdminSignIn",
    "icc_portal.backends.SignIn",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATORS = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _VALIDATORS + "UserAttributeSimilarityValidator"},
    {"NAME": _VALIDATORS + "MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": _VALIDATORS + "CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 4 * 60 * 60
ACCOUNT_ADAPTER = "icc_portal.accounts.ClosedSignUp"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
# Accounts are opened by staff, who know the address; nobody can sign up with someone else's.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = site.scheme
ACCOUNT_SESSION_REMEMBER = False
SESSION_COOKIE_AGE = 12 * 60 * 60
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = False
# Staff open the accounts and know the addresses, so a second factor need not wait for a mail.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

# ── what browsers are told ───────────────────────────────────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "report-uri": ["/csp-report/"],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "icc_portal.errors.csrf_failure"
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
# Only behind a proxy that sets these headers itself; otherwise a visitor could forge them.
BEHIND_PROXY = switch(env, "BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

# ── words, dates, name ───────────────────────────────────────────────────────────────────────────
# Cities may lie where ISO 3166 has no code of its own; the Union uses this one.
COUNTRIES_OVERRIDE = {"XK": "Kosovo"}
LANGUAGE_CODE = "en"
LANGUAGES = [
    (code, code) if code != "en" else ("en", "English")
    for code in dict.fromkeys(["en", *env.list("PORTAL_LANGUAGES", default=[])])
]
LOCALE_PATHS = [BASE_DIR / app / "locale" for app in ("icc_portal", "cities", "initiatives")]
LOCALE_PATHS += [BASE_DIR / app / "locale" for app in ("events", "marketplace")]
FORMAT_MODULE_PATH = ["icc_portal.formats"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
# Empty is the same as absent: docker-compose.yml hands every name on.
PORTAL_NAME = env.str("PORTAL_NAME", default="") or "Intelligent Cities Challenge"
PORTAL_LOGO = env.str("PORTAL_LOGO", default="")
PORTAL_CONTACT = env.str("PORTAL_CONTACT", default="")
PORTAL_FUNDING = env.str("PORTAL_FUNDING", default="")

# ── mail ─────────────────────────────────────────────────────────────────────────────────────────
DEFAULT_FROM_EMAIL = SERVER_EMAIL = (
    env.str("DEFAULT_FROM_EMAIL", default="") or f"{PORTAL_NAME} <portal@{site.hostname}>"
)
EMAIL_URL = env.str("EMAIL_URL", default="")
EMAIL_TIMEOUT = 15
# Whether a mail of a kind that no app registered is an error; in service it leaves all the same.
STRICT_MAIL_KINDS = False
EMAIL_FILE_PATH = str(DATA_DIR / "mails")
if EMAIL_URL and not DEMO:
    vars().update(Env.email_url_config(EMAIL_URL))
elif EMBEDDED or DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
else:
    raise ImproperlyConfigured(
        "EMAIL_URL is not set, so no mail could leave: smtp+tls://user:password@host:587"
    )

# ── interface for programs, tables for staff ─────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_FILTER_BACKENDS": ["cities.filters.names.KnownFilters"],
    "DEFAULT_PAGINATION_CLASS": "icc_portal.paging.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "icc_portal.problems.problem",
    "VIEW_NAME_FUNCTION": "icc_portal.browsing.name_of",
    "VIEW_DESCRIPTION_FUNCTION": "icc_portal.browsing.description_of",
}
SPECTACULAR_SETTINGS = {
    "TITLE": PORTAL_NAME,
    "DESCRIPTION": "Cities, events, initiatives and solutions of the programme, read-only.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "icc_portal.problems.describe",
    ],
    "ENUM_NAME_OVERRIDES": {
        "CityKind": "cities.models.CityKind",
        "EventStatus": "events.models.EventStatus",
        "InitiativeStatus": "initiatives.models.InitiativeStatus",
        "MilestoneStatus": "initiatives.models.MilestoneStatus",
        "ValueKind": "initiatives.models.ValueKind",
        "Precision": "initiatives.models.Precision",
    },
}
IMPORT_EXPORT_USE_TRANSACTIONS = True
# How often each process looks for entries that changed, in seconds (the index: DATA_DIR/index).
SEARCH_FOLLOW_EVERY_S = 1.0
# For so long visitors are shown the names of themes and the like as a process last read them.
LABELS_REMEMBERED_S = 10.0
# For so long, and no longer than nothing public changes, they are shown pages made for others.
PAGES_REMEMBERED_S = 5.0
# Off in tests without a worker, which run waiting effects themselves.
DISPATCH_EFFECTS = switch(env, "DISPATCH_EFFECTS", default=True)
# Off, no link is tried and nothing is fetched from addresses people type.
ASKS_OTHER_SERVERS = switch(env, "ASKS_OTHER_SERVERS", default=True)
# The links of public entries are tried again when nobody tried them for so long.
LINKS_TRIED_EVERY_DAYS = 30
LOG_JSON = switch(env, "LOG_JSON")
LOGGING = logging_settings(as_json=LOG_JSON)
