"""What the other settings modules read of the environment."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()


def number(name: str, default: float) -> float:
    """A variable that is a number not below 0. Raises ``ImproperlyConfigured`` for anything else."""
    text = env.str(name, default=str(default)).strip()
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        raise ImproperlyConfigured(f"{name}={text} is not a number: set it to one such as {default}.")
    return float(text)


def whole(name: str, default: int, *, lowest: int = 0, highest: int = 65_535) -> int:
    """A variable that is a whole number. Raises ``ImproperlyConfigured`` for anything else."""
    text = env.str(name, default=str(default)).strip()
    if not re.fullmatch(r"[0-9]{1,9}", text) or not lowest <= int(text) <= highest:
        raise ImproperlyConfigured(
            f"{name}={text} is not a number from {lowest} to {highest}: set it to one such as {default}."
        )
    return int(text)


def flag(name: str, *, default: bool) -> bool:
    """A variable that is true or false. Raises ``ImproperlyConfigured`` for any other word."""
    word = env.str(name, default=str(default)).strip().lower()
    if word not in {*env.BOOLEAN_TRUE_STRINGS, "false", "off", "n", "no", "0", ""}:
        raise ImproperlyConfigured(f"{name}={word} is unknown: set it to true or false.")
    return word in env.BOOLEAN_TRUE_STRINGS


def address(name: str, url: str, read: Callable[[str], dict[str, Any]], example: str) -> dict[str, Any]:
    """The address of a variable as ``read`` takes it apart. Raises ``ImproperlyConfigured`` where it can't.

    The address is not repeated in the error: it may hold a password.
    """
    try:
        return dict(read(url))
    except (ValueError, LookupError, ImproperlyConfigured):
        raise ImproperlyConfigured(
            f"{name} cannot be read: set it to an address such as {example}."
        ) from None


def choice(name: str, known: Sequence[str], default: str) -> str:
    """A variable that is one of ``known`` words. Raises ``ImproperlyConfigured`` for anything else."""
    word = env.str(name, default=default)
    if word not in known:
        raise ImproperlyConfigured(f"{name}={word} is unknown: set it to one of {', '.join(known)}.")
    return word


def host_of(url: str) -> dict[str, Any]:
    """The host of a web address. Raises ``ValueError`` for anything else."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError(url)
    return {"host": parts.hostname}


def scanner_of(url: str) -> dict[str, Any]:
    """Where a virus scanner listens: ``host`` and ``port``, or the ``path`` of a socket; nothing for "".

    Raises ``ValueError`` for anything else.
    """
    parts = urlsplit(url)
    if not url:
        return {}
    if parts.scheme == "clamd" and parts.hostname and not parts.path:
        return {"host": parts.hostname, "port": parts.port or 3310}
    if parts.scheme == "clamd+unix" and parts.path and not parts.netloc:
        return {"path": parts.path}
    raise ValueError(url)


# Everything the site writes lives here: database, search index, media, collected static files.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
SECURE = SITE_URL.startswith("https://")
SITE_HOST = str(address("SITE_URL", SITE_URL, host_of, "https://katalog.example.go.id")["host"])
# How many proxies stand in front of the site; their word on scheme and address is taken, nobody else's.
TRUSTED_PROXY_COUNT = whole("TRUSTED_PROXY_COUNT", default=0, highest=20)
