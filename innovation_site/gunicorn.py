"""How gunicorn serves the site: a setting here is a module-level name, as gunicorn wants it."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from gunicorn.arbiter import Arbiter
from gunicorn.http import message

try:
    from innovation_site.settings.environment import whole

    port = whole("PORT", default=8000)
    workers = whole("WEB_WORKERS", default=2, lowest=1, highest=1000)
    threads = whole("WEB_THREADS", default=4, lowest=1, highest=1000)
except ImproperlyConfigured as error:
    sys.exit(f"The settings are not complete. {error}")

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{port}"
worker_class = "gthread"
# The application is loaded once and shared by the workers: half the start and much of the memory.
preload_app = True
timeout = 30
graceful_timeout = 10
keepalive = 5
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
# The heartbeat file must never wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else tempfile.gettempdir()  # noqa: S108

# A long query is answered by the site's own 400, in the site's layout, so it has to get that far: 10 KB of
# text take 30 KB in percent-encoding. gunicorn stops at 8 KB unless its constant is raised; above it, a 414.
limit_request_line = message.MAX_REQUEST_LINE = 64 * 1024
limit_request_fields = 60


def on_starting(server: object) -> None:
    """End with one clear line when there is no such engine, instead of a traceback a worker."""
    from django.conf import settings

    if settings.SEARCH_ENGINE not in settings.SEARCH_ENGINES:
        known = ", ".join(settings.SEARCH_ENGINES)
        sys.exit(f"SEARCH_ENGINE={settings.SEARCH_ENGINE} is not built into this version: set it to {known}.")


def when_ready(server: Arbiter) -> None:
    """Load the addresses before the workers fork; Django would do it in each at its first request."""
    from django.urls import get_resolver

    try:
        _ = get_resolver().url_patterns
    except ImproperlyConfigured as error:  # as by API_RATE, which is read there
        sys.exit(f"The settings are not complete. {error}")
