"""The demo profile as it is served, but for static files, which nobody collects for a test."""

from __future__ import annotations

from innovation_site.settings.dev import *  # noqa: F403 - as settings are
from innovation_site.settings.dev import STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
