"""What the other settings modules read of the environment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()


def number(name: str, default: float) -> float:
    """A variable that is a number not below 0. Raises ``ImproperlyConfigured`` for anything else."""
    text = env.str(name, default=str(default)).strip()
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        raise ImproperlyConfigured(f"{name}={text} is not a number.")
    return float(text)


def choice(name: str, known: Sequence[str], default: str) -> str:
    """A variable that is one of ``known`` words. Raises ``ImproperlyConfigured`` for anything else."""
    word = env.str(name, default=default)
    if word not in known:
        raise ImproperlyConfigured(f"{name}={word} is unknown: set it to one of {', '.join(known)}.")
    return word


# Everything the site writes lives here: database, search index, media, collected static files.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
SECURE = urlsplit(SITE_URL).scheme == "https"
SITE_HOST = urlsplit(SITE_URL).hostname or "127.0.0.1"
# How many proxies stand in front of the site; their word on scheme and address is taken, nobody else's.
TRUSTED_PROXY_COUNT = int(number("TRUSTED_PROXY_COUNT", default=0))
