"""Settings every profile shares. docs/operations/settings.md documents each environment variable."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from .accounts import *
from .environment import (
    BASE_DIR,
    SITE_HOST,
    SITE_URL,
    TRUSTED_PROXY_COUNT,
    VAR_DIR,
    address,
    choice,
    env,
    flag,
    number,
    scanner_of,
    whole,
)
from .security import *

DEBUG = flag("DEBUG", default=False)
DEMO = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", SITE_HOST])

INSTALLED_APPS = [
    "dashboards",
    "training",
    "catalogue",
    "search",
    "accounts",
    "home",
    "wagtail_modeladmin",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks_db",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

# From the outside in. Headers first, so that every answer carries them; the cache rules stand outside of
# sessions and CSRF to see which cookies those set, and inside of the conditional answer that obeys them.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "home.headers.ContentSecurityPolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "home.headers.CrossOriginMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "home.cache.CacheHeadersMiddleware",
    "home.requests.RefuseNulMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "home.language.SiteLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.StaffMfaMiddleware",
    "training.middleware.RefusalMiddleware",
    "home.malformed.MalformedRequestMiddleware",
    "catalogue.admin.gate.AgencyEditorGate",
    "home.middleware.AdminTransactionMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

FORM_RENDERER = (
    "django.forms.renderers.TemplatesSetting"  # widgets are drawn by this project's templates, too
)
ROOT_URLCONF = "innovation_site.urls"
WSGI_APPLICATION = "innovation_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.shell.shell",
            ],
        },
    },
]

# --- Database -----------------------------------------------------------------------------------
# WAL lets readers work beside the writer; IMMEDIATE makes a transaction take its lock at once
# instead of failing at its first write. So: no atomic() around reads. Who waits for a page is told soon
# that the writer is busy; manage.py gives commands and the worker more time.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": number("SQLITE_TIMEOUT", default=2),
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
}


def known_database(url: str) -> dict[str, object]:
    """What Django says of ``url``. Raises ``ValueError`` where it is neither SQLite nor PostgreSQL."""
    if url.partition("://")[0] not in {"sqlite", "postgres", "postgresql"}:
        raise ValueError(url)
    return dict(env.db_url_config(url))


def database(url: str) -> dict[str, object]:
    """The Django database for ``url``, with what SQLite or PostgreSQL needs here."""
    config = address("DATABASE_URL", url, known_database, "postgres://user:password@host/name")
    # Opening SQLite anew takes 2 ms of every answer, and more for what its cache had read.
    config["CONN_MAX_AGE"] = 60
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["OPTIONS"] = SQLITE_OPTIONS
    else:
        config["CONN_HEALTH_CHECKS"] = True
        config["OPTIONS"] = {"connect_timeout": 2}
    return config


DATABASE_URL = env.str("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'catalogue.sqlite3'}"
DATABASES = {"default": database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits must hold over all web processes of a host, so the cache is shared through files. Several web
# hosts share one by CACHE_URL. The bound keeps an attacker's many keys from pushing the limits out.
CACHES: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(VAR_DIR / "cache"),
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
    # Of each process alone, for what is sooner made again than read from a file.
    "memory": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "memory"},
}
if CACHE_URL := env.str("CACHE_URL", default=""):
    CACHES["default"] = address("CACHE_URL", CACHE_URL, env.cache_url_config, "dbcache://cache")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- Search -------------------------------------------------------------------------------------
SEARCH_ENGINE = env.str("SEARCH_ENGINE", default="embedded")
SEARCH_ENGINES = {
    "embedded": {"CLASS": "search.engines.embedded.EmbeddedEngine", "DIR": VAR_DIR / "search"},
    "elasticsearch": {
        "CLASS": "search.engines.elasticsearch.ElasticsearchEngine",
        "HOSTS": env.list("ELASTICSEARCH_URL", default=["http://127.0.0.1:9200"]),
        "API_KEY": env.str("ELASTICSEARCH_API_KEY", default=""),
        "CA_CERTS": env.str("ELASTICSEARCH_CA_CERTS", default=""),
        "PREFIX": env.str("ELASTICSEARCH_PREFIX", default="innovations"),
        # While the cluster is away, this host's own index answers.
        "COPY": "embedded" if flag("SEARCH_COPY", default=True) else None,
    },
}

# --- API ----------------------------------------------------------------------------------------
# Requests an address may make, as number/period (s, min, h, d); empty for no limit.
API_RATE = env.str("API_RATE", default="60/min")
NINJA_NUM_PROXIES = TRUSTED_PROXY_COUNT

# Long files a web process writes at once; below WEB_THREADS, or readers of files keep pages waiting.
EXPORTS_AT_ONCE = whole("EXPORTS_AT_ONCE", default=2, lowest=1)

# What /readyz asks besides the database: a name, and a function that returns a dictionary with "ok".
READINESS_CHECKS: dict[str, str] = {
    "search": "search.health.readiness",
    "mail": "training.health.mail",
    "signing": "training.health.signing",
}

# Wagtail's own index serves the admin and its choosers only.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# --- Language and time --------------------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
# The project's words, the admin's (Wagtail ships its Indonesian as id_ID, which `id` never reads), and those
# that stand in place of allauth's.
LOCALE_PATHS = [BASE_DIR / "locale", *(BASE_DIR / "locale" / name for name in ("wagtail", "allauth"))]
TIME_ZONE = "Asia/Jakarta"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# --- Files --------------------------------------------------------------------------------------
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATIC_URL = "/static/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
MEDIA_URL = env.str("MEDIA_URL", default="/media/")

_S3_BUCKET = env.str("S3_BUCKET", default="")
_MEDIA_STORAGE: dict[str, object] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
if _S3_BUCKET:
    _MEDIA_STORAGE = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": _S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
            "region_name": env.str("S3_REGION", default=None),
            "file_overwrite": False,
        },
    }
# What only some may read: evidence and certificates. Never below MEDIA_ROOT, which a web server may serve.
PRIVATE_ROOT = Path(env.str("PRIVATE_ROOT", default=str(VAR_DIR / "private")))
STORAGES = {
    "default": _MEDIA_STORAGE,
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "home.static_files.Manifest"},
}
# Evidence of training projects: bytes a file may have, files an entry of a logbook or a project may have, and
# bytes of all files of one person. A scanner looks into each of them where one is named.
UPLOAD_FILE_BYTES = whole("UPLOAD_FILE_MB", 10, lowest=1, highest=100) * 1024 * 1024
UPLOAD_FILES = whole("UPLOAD_FILES", 5, lowest=1, highest=20)
UPLOAD_PERSON_BYTES = whole("UPLOAD_PERSON_MB", 50, lowest=1, highest=10_000) * 1024 * 1024
UPLOAD_SCANNER = address(
    "UPLOAD_SCANNER",
    env.str("UPLOAD_SCANNER", default=""),
    scanner_of,
    "clamd://127.0.0.1:3310 or clamd+unix:///run/clamav/clamd.ctl",
)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# --- Signatures ---------------------------------------------------------------------------------
# The key that signs certificates: a PKCS #12 file, or a service of the certifier that keeps it.
SIGNING = {
    "KEY": env.str("SIGNING_KEY", default=""),
    "PASSPHRASE": env.str("SIGNING_PASSPHRASE", default=""),
    "URL": env.str("SIGNING_URL", default=""),
    "TOKEN": env.str("SIGNING_TOKEN", default=""),
    "CERTIFICATE": env.str("SIGNING_CERTIFICATE", default=""),
    "MODULE": env.str("SIGNING_MODULE", default=""),
    "TOKEN_LABEL": env.str("SIGNING_TOKEN_LABEL", default=""),
    "KEY_LABEL": env.str("SIGNING_KEY_LABEL", default=""),
    "PIN": env.str("SIGNING_PIN", default=""),
}

# --- Wagtail ------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Katalog Inovasi Sektor Publik"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
# A password that many share is kept in the clear and can be guessed without a limit.
WAGTAIL_PRIVATE_PAGE_OPTIONS = WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAIL_USER_TIME_ZONES = ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]
WAGTAILREDIRECTS_AUTO_CREATE = True
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []  # nothing somebody uploaded opens within the site
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "pdf", "pptx", "xlsx", "txt", "zip"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_IMAGE_FORM_BASE = "home.images.DescribedImageForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
TAGGIT_CASE_INSENSITIVE = True

# --- Mail -------------------------------------------------------------------------------------------
EMAIL_URL = env.str("EMAIL_URL", default="consolemail://")
vars().update(address("EMAIL_URL", EMAIL_URL, env.email_url_config, "smtp+tls://user:password@host:587"))
# What is sent within a transaction leaves after it; the address says how.
MAIL_TRANSPORT = vars()["EMAIL_BACKEND"]
if MAIL_TRANSPORT == "django.core.mail.backends.smtp.EmailBackend":
    MAIL_TRANSPORT = "home.mail.Transport"  # tells when a mail may have been taken without an answer
EMAIL_BACKEND = "home.mail.AfterCommit"
# A mail server that hangs must not hold up a page or the worker for long.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="katalog@localhost")

# --- Logging ------------------------------------------------------------------------------------
LOG_FORMAT = choice("LOG_FORMAT", ("plain", "json"), default="plain")
LOG_LEVEL = choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), default="INFO")
# Whoever knows these parts of an address needs no other right: the calendar's, an invitation's.
LOG_HIDES = (
    r"(?<=/calendar/)[^/\s]+(?=\.ics)",
    r"(?<=/invitations/)[0-9a-fA-F-]{36}",
    r"(?<=/training/team/)[0-9a-fA-F-]{36}",
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "home.logs.JsonFormatter"},
    },
    "filters": {"secrets": {"()": "home.logs.Secrets"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["secrets"]}
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # A line for every request to the cluster would drown the rest; what fails is said by who asked.
        "elastic_transport": {"level": "ERROR"},
        # It names each page that is saved, drafts by their titles; who did what is in the audit log.
        "wagtail": {"level": "WARNING" if LOG_LEVEL in {"DEBUG", "INFO"} else LOG_LEVEL},
    },
}
