"""What keeps the site from starting is told in one line that names the remedy, never by a traceback."""

from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.tooling import checks, console, serve

ROOT = Path(__file__).resolve().parent.parent.parent
LAUNCHER = ROOT / "scripts" / "dev.py"


def dev(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the launcher as make does."""
    return subprocess.run(
        [sys.executable, LAUNCHER, *arguments],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
    )


def assert_one_line(result: subprocess.CompletedProcess[str], *words: str) -> None:
    lines = result.stderr.strip().splitlines()
    assert result.returncode == 1
    assert len(lines) == 1, result.stderr
    for word in words:
        assert word in lines[0]


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"ENGINE": "lucene"}, ["lucene", "unknown"]),
        ({"PORT": "eighty"}, ["PORT=eighty"]),
        ({"PORT": "70000"}, ["PORT=70000", "65535"]),
        ({"DEMO": "many"}, ["DEMO=many"]),
    ],
)
def test_a_wrong_setting(env: dict[str, str], words: list[str]) -> None:
    assert_one_line(dev("run", "--no-install", **env), *words)


def test_a_port_in_use() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert_one_line(
            dev("run", "--no-install", PORT=str(port)), f"Port {port} is in use", "make run PORT="
        )


def test_a_folder_that_cannot_be_written_to() -> None:
    refused = "/dev/null/nowhere"  # not even root can make a folder in it
    result = dev("run", "--no-install", VAR_DIR=refused, PORT=str(checks.free_port()))
    assert_one_line(result, refused, "cannot be written to", "VAR_DIR")


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = checks.shutil.disk_usage(tmp_path)._replace(free=12 * checks.MEGABYTE)
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(console.Stop, match=r"12 MB are free at .*300 MB are needed"):
        checks.check_space(tmp_path, 300)


@pytest.mark.parametrize("sign", console.FULL_DISK_SIGNS)
def test_a_step_that_fills_the_disk(sign: str) -> None:
    command = [sys.executable, "-c", f"import sys; print('Traceback ...'); sys.exit('OSError: {sign}')"]
    with pytest.raises(console.Stop) as stopped:
        console.run_step("Preparing the database", command)
    assert str(stopped.value).count("\n") == 0
    assert "the disk is full" in str(stopped.value)


def test_a_step_that_fails_says_its_last_lines() -> None:
    command = [sys.executable, "-c", "import sys; print('first'); sys.exit('the reason')"]
    with pytest.raises(console.Stop, match="Seeding failed:\nfirst\nthe reason"):
        console.run_step("Seeding", command)


def test_two_sites_on_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    with serve.alone(), pytest.raises(console.Stop, match="already runs"), serve.alone():
        pass


@pytest.mark.parametrize(
    ("system", "machine"), [("Linux", "i686"), ("Darwin", "x86_64"), ("FreeBSD", "amd64")]
)
def test_another_platform(system: str, machine: str) -> None:
    with pytest.raises(console.Stop, match=f"this machine is {system} {machine}"):
        checks.check_platform(system, machine)


def test_a_python_without_venv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        checks.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name
    )
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    with pytest.raises(console.Stop, match=f"apt install python{version}-venv"):
        checks.check_venv_module()


def test_the_launcher_parses_on_an_old_python() -> None:
    ast.parse(LAUNCHER.read_text(encoding="utf-8"), feature_version=(3, 7))


def test_an_old_python_is_named(tmp_path: Path) -> None:
    """The launcher as an old interpreter runs it: nothing else to be found on the PATH, nor in .venv."""
    copy = tmp_path / "scripts" / "dev.py"
    copy.parent.mkdir()
    source = LAUNCHER.read_text(encoding="utf-8")
    copy.write_text(source.replace("(3, 11), (3, 14)", "(4, 11), (4, 14)"), encoding="utf-8")
    result = subprocess.run([sys.executable, copy], env={"PATH": ""}, capture_output=True, text=True)
    assert_one_line(result, "This needs Python", "Install one", "PYTHON=")


def test_an_unknown_command_lists_the_known_ones() -> None:
    result = dev("fly")
    assert result.returncode == 2
    assert "run" in result.stderr
    assert "Traceback" not in result.stderr
