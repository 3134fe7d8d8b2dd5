"""One Elasticsearch server process on loopback: start, stop, kill, pause, ask.

The server refuses to run as root, so as root a node belongs to an unprivileged user of the system.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .console import Stop
from .owner import give, run_as, unprivileged
from .services import JAVA_MISSING, elasticsearch_home, find_java
from .supervise import stop_with_parent

START_SECONDS = 180
STOP_SECONDS = 30
POLL = 0.1
OWNERS = ("nobody",)
USER = "elastic"
HEAP = "-Xms512m -Xmx512m"
LAUNCHER = "org.elasticsearch.server.launcher.ServerLauncher"
SETTINGS = {
    "network.host": "127.0.0.1",
    "xpack.security.autoconfiguration.enabled": False,
    # Else a disk that is nine tenths full, common on a developer's machine, leaves indexes without shards.
    "cluster.routing.allocation.disk.threshold_enabled": False,
}


@dataclass(kw_only=True)
class Node:
    """One server process with its folder. Killed or stopped, it starts again on the same data."""

    folder: Path
    name: str
    port: int
    settings: Mapping[str, Any]
    java_options: str = HEAP
    password: str = ""
    lasting: bool = False  # outlives the process that started it
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def pid(self) -> int | None:
        """The process group of the node while it runs, also where another process started it."""
        try:
            pid = int((self.folder / "pid").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
        if self.process is not None:
            self.process.poll()
        return pid if self.mark in command_line(pid) else None

    @property
    def mark(self) -> str:
        """Tells this node's process from any other: numbers of processes are used again."""
        return f"-Dcatalogue.node={self.folder}"

    def start(self) -> None:
        """Start the process and return at once; ``wait_for(node.url)`` waits until it answers."""
        self.configure()
        command = [
            java() / "bin" / "java",
            "-Xmx32m",
            self.mark,
            "-cp",
            "lib/tools/server-launcher/*",
            LAUNCHER,
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                **self.surroundings(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=None if self.lasting else stop_with_parent,  # noqa: PLW1509
            )
        (self.folder / "pid").write_text(str(self.process.pid), encoding="ascii")

    def why_ended(self) -> str | None:
        """The last error of a node that has ended; None while it runs."""
        if self.pid is not None:
            return None
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() or ["no output"]
        errors = [line for line in lines if "ERROR" in line or "xception" in line]
        return f"Elasticsearch's {self.name} did not start: {(errors or lines)[-1].strip()[:300]}"

    def configure(self) -> None:
        config = self.folder / "config"
        for name in ("config", "data", "logs", "tmp"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for source in (elasticsearch_home() / "config").iterdir():
            shutil.copyfile(source, config / source.name)
        settings = {
            **SETTINGS,
            **self.settings,
            "node.name": self.name,
            "http.port": self.port,
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
            "xpack.security.enabled": bool(self.password),
        }
        lines = [f"{name}: {json.dumps(value)}\n" for name, value in settings.items()]
        (config / "elasticsearch.yml").write_text("".join(lines), encoding="utf-8")
        self.log.touch()
        give(unprivileged(*OWNERS), (self.folder, *self.folder.iterdir(), *config.iterdir()))
        if self.password and not (config / "elasticsearch.keystore").exists():
            self.keystore("add", "--force", "--stdin", "bootstrap.password", text=self.password)

    def keystore(self, *arguments: str, text: str = "") -> None:
        home, config = elasticsearch_home(), self.folder / "config"
        properties = {
            "cli.script": "bin/elasticsearch-keystore",
            "cli.libs": "lib/tools/keystore-cli",
            "es.path.home": home,
            "es.path.conf": config,
            "es.distribution.type": "tar",
        }
        flags = [f"-D{name}={value}" for name, value in properties.items()]
        command = [
            java() / "bin" / "java",
            "-XX:TieredStopAtLevel=1",
            *flags,
            "-cp",
            "lib/*:lib/cli-launcher/*",
        ]
        result = subprocess.run(
            [*command, "org.elasticsearch.launcher.CliToolLauncher", *arguments],
            **self.surroundings(),
            input=text,
            capture_output=True,
            text=True,
        )
        if result.returncode != 0:
            raise Stop(f"Elasticsearch's keystore: {(result.stderr or result.stdout).strip()}")

    def surroundings(self) -> dict[str, Any]:
        home = str(java())
        environment = {
            "PATH": os.defpath,
            "JAVA": f"{home}/bin/java",
            "JAVA_TYPE": "ES_JAVA_HOME",
            "ES_JAVA_HOME": home,
            "ES_JAVA_OPTS": self.java_options,
            "ES_HOME": str(elasticsearch_home()),
            "ES_PATH_CONF": str(self.folder / "config"),
            "ES_DISTRIBUTION_TYPE": "tar",
            "ES_TMPDIR": str(self.folder / "tmp"),
            "LIBFFI_TMPDIR": str(self.folder / "tmp"),
        }
        return {"cwd": elasticsearch_home(), "env": environment, **run_as(unprivileged(*OWNERS))}

    def kill(self) -> None:
        """End it as `kill -9` does, launcher and server at once."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order; by force when that takes longer than STOP_SECONDS."""
        self.resume()
        self._end(signal.SIGTERM)

    def pause(self) -> None:
        """Let it hang: connections are accepted, nothing is answered."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> int | None:
        pid = self.pid
        if pid is not None:
            os.killpg(pid, number)
        return pid

    def _end(self, number: signal.Signals) -> None:
        pid = self.pid
        if pid is None:
            return
        if number == signal.SIGTERM:
            os.kill(pid, number)  # the launcher alone: it tells the server to end
        else:
            os.killpg(pid, number)
        deadline = time.monotonic() + STOP_SECONDS
        while not self._is_gone(pid):
            if time.monotonic() > deadline:
                os.killpg(pid, signal.SIGKILL)
                deadline += STOP_SECONDS
            time.sleep(POLL)
        (self.folder / "pid").unlink(missing_ok=True)
        self.process = None

    def _is_gone(self, pid: int) -> bool:
        if self.process is not None:
            self.process.poll()  # takes note of its end, else it stays as a zombie
        elif not command_line(pid):  # the zombie of another process; the launcher is the last to end
            return True
        try:
            os.killpg(pid, 0)
        except (ProcessLookupError, PermissionError):  # macOS refuses for a group of zombies
            return True
        return False


def java() -> Path:
    home = find_java()
    if home is None:
        raise Stop(f"{JAVA_MISSING}.")
    return home


def command_line(pid: int) -> str:
    """How a process was called; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace").replace("\0", " ")
    except OSError:
        if Path("/proc/self").exists():
            return ""
    ps = ["ps", "-p", str(pid), "-o", "command="]
    return subprocess.run(ps, capture_output=True, text=True).stdout


def health(url: str, *, password: str = "") -> dict[str, Any] | None:
    """What a node says of its cluster; None while it doesn't answer or has no master."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    credentials = base64.b64encode(f"{USER}:{password}".encode()).decode()
    try:
        headers = {"Authorization": f"Basic {credentials}"} if password else {}
        connection.request("GET", "/_cluster/health?master_timeout=1s", headers=headers)
        answer = connection.getresponse()
        content = json.loads(answer.read()) if answer.status == 200 else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return content


def wait_for(
    url: str,
    *,
    nodes: int = 1,
    password: str = "",
    seconds: float = START_SECONDS,
    ended: Callable[[], str | None] = lambda: None,
) -> None:
    """Return when the node at ``url`` answers and its cluster has ``nodes`` or more and every primary shard.

    Raises Stop after ``seconds``, or with the reason of ``ended`` as soon as it gives one.
    """
    deadline = time.monotonic() + seconds
    while True:
        found = health(url, password=password)
        if found and found["number_of_nodes"] >= nodes and found["status"] != "red":
            return
        if reason := ended():
            raise Stop(reason)
        if time.monotonic() > deadline:
            state = (
                f"{found['number_of_nodes']} of {nodes} nodes, {found['status']}" if found else "no answer"
            )
            raise Stop(f"Elasticsearch at {url} was not ready within {seconds:.0f} s: {state}.")
        time.sleep(POLL)
