"""A random secret key for a demo on one machine, made once and kept in a git-ignored file."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def local_secret_key(folder: Path) -> str:
    """Read the key in ``folder``, making it (readable by the owner only) when there is none."""
    path = folder / "secret-key"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(50)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first
        return path.read_text(encoding="ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key)
    return key
