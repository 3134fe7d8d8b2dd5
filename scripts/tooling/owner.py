"""Servers that refuse to run as root: then an unprivileged user of the system owns and runs them."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .console import Stop


def unprivileged(*names: str) -> pwd.struct_passwd | None:
    """The first user of ``names`` that exists; None where we are not root and run things as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in names:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Stop(f"This does not run as root, and there is no user {' or '.join(names)} to run it as.")


def give(user: pwd.struct_passwd | None, paths: Iterable[Path]) -> None:
    if user is not None:
        for path in paths:
            os.chown(path, user.pw_uid, user.pw_gid)


def run_as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """Arguments for subprocess that run a program as ``user``."""
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
