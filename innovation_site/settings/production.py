"""Production: PostgreSQL, Elasticsearch, every secret from the environment."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("SEARCH_ENGINE", "elasticsearch")

from .base import *
from .base import DATABASES, DEBUG, OIDC_SERVER_URL, SEARCH_ENGINE, STAFF_MFA, env


def _required(name: str, remedy: str) -> str:
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: {remedy}")
    return value


SECRET_KEY = _required("SECRET_KEY", "set it to at least 50 random characters.")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is too short: set it to at least 50 random characters.")
# Keys that were in use before: what they signed or encrypted is still read.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
_required("DATABASE_URL", "set it to postgres://user:password@host/name.")
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database in production.")
if SEARCH_ENGINE == "elasticsearch":
    _required("ELASTICSEARCH_URL", "name the cluster's hosts, or set SEARCH_ENGINE=embedded.")
if STAFF_MFA != "required":
    raise ImproperlyConfigured(f"STAFF_MFA={STAFF_MFA} is for demonstrations: leave it out in production.")
if DEBUG:
    raise ImproperlyConfigured("DEBUG shows secrets to visitors: leave it out in production.")
if OIDC_SERVER_URL:
    _required("OIDC_CLIENT_ID", "OIDC_SERVER_URL needs it.")
    _required("OIDC_CLIENT_SECRET", "OIDC_SERVER_URL needs it.")
