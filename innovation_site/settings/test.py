"""Tests: as production, except for secrets, speed and outbound mail."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Every test worker keeps its own files.
os.environ.setdefault("VAR_DIR", str(Path(tempfile.gettempdir()) / f"catalogue-tests-{os.getpid()}"))

from .base import *
from .base import CACHES, DATABASE_URL, STORAGES, database

SECRET_KEY = "only-for-tests"  # noqa: S105
DEMO = True
DATABASES = {"default": database(DATABASE_URL if "DATABASE_URL" in os.environ else "sqlite:///:memory:")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
API_RATE = ""
