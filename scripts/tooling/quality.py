"""`make check` and its neighbours: everything that reads the code without running it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .console import Stop, run_step, say
from .environment import PACKAGES, PYTHON, ROOT, VENV

BIN = VENV / "bin"
LANGUAGES = ("id", "en")
OF_THE_PROJECT = [
    *(f"--locale={language}" for language in LANGUAGES),
    *(f"--ignore={folder}" for folder in (".venv", "var", "tests", "scripts")),
]
COLLECT = ["makemessages", *OF_THE_PROJECT, "--no-obsolete", "--add-location=file"]
GETTEXT_MISSING = "gettext was not found (Debian or Ubuntu: apt install gettext)"
TEST_SETTINGS = {"DJANGO_SETTINGS_MODULE": "innovation_site.settings.test"}


def commands() -> list[tuple[str, list[str | Path]]]:
    manage = [PYTHON, ROOT / "manage.py"]
    return [
        ("ruff", [BIN / "ruff", "check", "."]),
        ("ruff format", [BIN / "ruff", "format", "--check", "."]),
        ("mypy", [BIN / "mypy", *PACKAGES]),
        ("djlint", [BIN / "djlint", "templates", "--lint", "--quiet"]),
        ("system checks", [*manage, "check", "--fail-level", "WARNING"]),
        ("migrations", [*manage, "makemigrations", "--check", "--dry-run"]),
    ]


def check() -> int:
    """Run every check, also after one failed; 1 when any did."""
    failed = [name for name, command in commands() if not passes(name, command)]
    if not messages_are_compiled():
        failed.append("translations")
    say("All checks pass." if not failed else f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


def passes(name: str, command: Sequence[str | Path]) -> bool:
    env = {**os.environ, **TEST_SETTINGS}
    result = subprocess.run(list(command), cwd=ROOT, env=env, text=True, capture_output=True)
    say(f"{'✓' if result.returncode == 0 else '✗'} {name}")
    if result.returncode != 0:
        say((result.stdout + result.stderr).rstrip())
    return result.returncode == 0


def messages_are_compiled() -> bool:
    """Whether each .po file is sound and its committed .mo file was made from it."""
    msgfmt = shutil.which("msgfmt")
    if msgfmt is None:
        say(f"- translations not checked: {GETTEXT_MISSING}")
        return os.environ.get("CI") != "true"
    stale: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "fresh.mo"
        for source in sorted(ROOT.glob("locale/**/LC_MESSAGES/*.po")):
            result = subprocess.run([msgfmt, "--check", "-o", fresh, source], text=True, capture_output=True)
            compiled = source.with_suffix(".mo")
            if result.returncode != 0:
                stale.append(result.stderr.strip())
            elif not compiled.exists() or compiled.read_bytes() != fresh.read_bytes():
                stale.append(f"{compiled.relative_to(ROOT)} is not made from its .po file: make messages")
    say(f"{'✗' if stale else '✓'} translations")
    for line in stale:
        say(line)
    return not stale


def fix() -> int:
    subprocess.run([BIN / "ruff", "check", "--fix", "--quiet", "."], cwd=ROOT)
    return subprocess.run([BIN / "ruff", "format", "."], cwd=ROOT).returncode


def messages() -> int:
    if shutil.which("msgfmt") is None:
        raise Stop(f"{GETTEXT_MISSING}.")
    manage = [PYTHON, ROOT / "manage.py"]
    run_step("Collecting messages", [*manage, *COLLECT], cwd=ROOT)
    run_step("Compiling messages", [*manage, "compilemessages", *OF_THE_PROJECT], cwd=ROOT)
    return 0


def requirements(arguments: Sequence[str]) -> int:
    """Compile both files for every supported Python and platform; the second keeps the first's versions."""
    header = "make requirements"
    for source, constraints in (("requirements.in", []), ("requirements-dev.in", ["-c", "requirements.txt"])):
        target = Path(source).with_suffix(".txt").name
        command = [BIN / "uv", "pip", "compile", source, *constraints, "--output-file", target, "--universal"]
        command += ["--generate-hashes", "--python-version", "3.11", "--no-annotate", "--no-emit-index-url"]
        run_step(f"Compiling {target}", [*command, "--custom-compile-command", header, *arguments], cwd=ROOT)
    return 0


def clean() -> int:
    for name in (".pytest_cache", ".ruff_cache", ".mypy_cache", ".hypothesis", "var/static", "var/cache"):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for package in (*PACKAGES, "tests", "scripts"):
        for folder in list((ROOT / package).rglob("__pycache__")):
            shutil.rmtree(folder, ignore_errors=True)
    return 0
