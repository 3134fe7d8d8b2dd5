"""What the other settings modules read of the environment."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import environ

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

# Everything the site writes lives here: database, search index, media, collected static files.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
SECURE = urlsplit(SITE_URL).scheme == "https"
SITE_HOST = urlsplit(SITE_URL).hostname or "127.0.0.1"
# How many proxies stand in front of the site; their word on scheme and address is taken, nobody else's.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
