"""What a web server calls. Settings that are not complete end it with one clear line, not a traceback."""

from __future__ import annotations

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innovation_site.settings.dev")

try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.exit(f"The settings are not complete. {error}")
