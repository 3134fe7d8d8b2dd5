"""The virtual environment: made when missing, filled from the hashed requirements when they changed."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from .checks import check_space, check_venv_module, check_writable
from .console import Stop, run_step

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PACKAGES = ("innovation_site", "home", "accounts", "search", "catalogue", "training", "dashboards")
STAMP = VENV / "requirements.json"
SPACE = {"requirements.txt": 900, "requirements-dev.txt": 1600}  # megabytes, with the packages' archives


def var_dir() -> Path:
    """Where the site writes; the settings read the same variable."""
    return Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()


def venv_works() -> bool:
    return (
        PYTHON.exists() and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0
    )


def make_venv() -> None:
    check_venv_module()
    run_step("Making the virtual environment", [sys.executable, "-m", "venv", "--clear", VENV])


def installed() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def fingerprint(name: str) -> str:
    """Changes with the requirements file and with the Python of the environment."""
    content = (ROOT / name).read_bytes() + (VENV / "pyvenv.cfg").read_bytes()
    return hashlib.sha256(content).hexdigest()


def install(name: str) -> None:
    total = sum("==" in line for line in (ROOT / name).read_text(encoding="utf-8").splitlines())
    seen: set[str] = set()

    def detail(line: str) -> str:
        if line.startswith(("Collecting ", "Requirement already satisfied: ")):
            seen.add(
                line.rsplit(": ", maxsplit=1)[-1].rsplit(maxsplit=1)[-1] if ": " in line else line.split()[1]
            )
            return f"{min(len(seen), total)} of {total} packages"
        return "unpacking" if line.startswith("Installing ") else ""

    command = [PYTHON, "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "-r", ROOT / name]
    run_step(f"Installing {total} packages of {name}", command, detail=detail)


def setup(*, dev: bool = False) -> None:
    """Bring .venv in step with requirements.txt (for ``dev`` requirements-dev.txt); nothing to do is fast."""
    name = "requirements-dev.txt" if dev else "requirements.txt"
    done = installed()
    if PYTHON.exists() and done.get(name) == fingerprint(name):
        return
    check_writable(VENV, "change its owner")
    check_space(VENV, SPACE[name])
    if not venv_works():
        make_venv()
    try:
        install(name)
    except Stop as stop:
        if "Temporary failure in name resolution" in str(stop) or "Failed to establish" in str(stop):
            raise Stop("The packages could not be fetched: no connection to the package index.") from None
        raise
    done[name] = fingerprint(name)
    if dev:
        done["requirements.txt"] = fingerprint("requirements.txt")  # the same versions, and more
    STAMP.write_text(json.dumps(done), encoding="utf-8")
