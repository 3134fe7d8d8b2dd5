"""Production: PostgreSQL, Elasticsearch, every secret from the environment."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("SEARCH_ENGINE", "elasticsearch")

from .base import *
from .base import DATABASES, SEARCH_ENGINE, env


def _required(name: str, remedy: str) -> str:
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: {remedy}")
    return value


SECRET_KEY = _required("SECRET_KEY", "set it to at least 50 random characters.")
_required("DATABASE_URL", "set it to postgres://user:password@host/name.")
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database in production.")
if SEARCH_ENGINE == "elasticsearch":
    _required("ELASTICSEARCH_URL", "name the cluster's hosts, or set SEARCH_ENGINE=embedded.")
