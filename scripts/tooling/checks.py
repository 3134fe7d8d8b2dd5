"""Questions asked before anything is started, each answered by one line that names the remedy."""

from __future__ import annotations

import errno
import importlib.util
import os
import platform
import shutil
import socket
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from .console import Stop

PLATFORMS = {("Linux", "x86_64"), ("Linux", "aarch64"), ("Linux", "arm64"), ("Darwin", "arm64")}
MEGABYTE = 1024 * 1024


def check_platform(system: str = "", machine: str = "") -> None:
    system, machine = system or platform.system(), machine or platform.machine()
    if (system, machine) not in PLATFORMS:
        raise Stop(
            f"This runs on Linux (x86-64 or arm64) and macOS (arm64); this machine is {system} {machine}. "
            "Use a container or a virtual machine with one of them."
        )


def check_venv_module() -> None:
    """Debian and Ubuntu ship Python without what `python -m venv` needs."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    raise Stop(
        f"Python {version} cannot make virtual environments here: "
        f"apt install python{version}-venv (Debian or Ubuntu), then start again."
    )


def check_space(folder: Path, megabytes: int) -> None:
    free = shutil.disk_usage(existing_parent(folder)).free // MEGABYTE
    if free < megabytes:
        raise Stop(f"The disk is too full: {free} MB are free at {folder}, {megabytes} MB are needed.")


def check_writable(folder: Path, remedy: str = "change its owner, or set VAR_DIR to another folder") -> None:
    """Make ``folder`` and see that a file can be made in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise Stop(f"{folder} cannot be written to ({error.strerror}): {remedy}.") from None


def existing_parent(folder: Path) -> Path:
    return next(parent for parent in (folder, *folder.parents) if parent.exists())


def read_number(env: Mapping[str, str], name: str, default: int, *, lowest: int, highest: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
        raise Stop(f"{name}={text} is not a number from {lowest} to {highest}.")
    return int(text)


def port_is_free(port: int) -> bool:
    """Whether 127.0.0.1:port can be listened on; raises Stop where that takes more rights than we have."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Stop(f"Port {port} needs more rights than you have: make run PORT=8000") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def check_port(port: int) -> None:
    if port_is_free(port):
        return
    other = next((number for number in range(port + 1, min(port + 50, 65536)) if port_is_free(number)), None)
    hint = f" make run PORT={other}" if other else " make run PORT=…"
    raise Stop(f"Port {port} is in use: stop what uses it, or start on another one:{hint}")


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Different ones: all are held until the last is found."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
