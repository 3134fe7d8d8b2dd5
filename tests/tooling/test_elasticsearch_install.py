"""What is downloaded is checked, stays in its folder, and counts as a server only when it is whole."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
import zipfile
from pathlib import Path

import pytest

from scripts.tooling import elasticsearch_install as installer
from scripts.tooling import services
from scripts.tooling.console import Stop

SERVER = "sonarqube-1.2.3/elasticsearch"


def archive_of(path: Path, members: dict[str, int]) -> Path:
    """An archive with these names and rights; each file holds its own name."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, mode in members.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = mode << 16
            archive.writestr(member, name)
    return path


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small archive as it would be downloaded, an empty cache, and a Java."""
    members = {
        "sonarqube-1.2.3/": 0o40755,
        "sonarqube-1.2.3/lib/sonar.jar": 0o644,
        f"{SERVER}/": 0o40700,
        f"{SERVER}/plugins/": 0o40700,
        f"{SERVER}/config/jvm.options": 0o640,
        f"{SERVER}/bin/tool": 0o755,
    }
    path = archive_of(tmp_path / "archive.zip", members)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("ELASTICSEARCH_ARCHIVE", str(path))
    monkeypatch.setattr(installer, "find_java", lambda: tmp_path)
    expect(path, monkeypatch)
    return path


def expect(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installer, "SHA256", hashlib.sha256(path.read_bytes()).hexdigest())


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_only_the_server_is_kept_and_everybody_may_read_it(archive: Path) -> None:
    home = installer.install()
    assert names(home) == {"config/jvm.options", "bin/tool"}
    assert (home / "plugins").is_dir()
    rights = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (home, *home.rglob("*"))}
    assert rights.pop("jvm.options") == 0o644
    assert set(rights.values()) == {0o755}


def test_size_and_licence_are_told_before(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = installer.install()
    told = capsys.readouterr().out
    for words in ("950 MB", "206 MB", "Elastic License 2.0", str(home)):
        assert words in told


def test_what_is_there_is_not_downloaded_again(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = installer.install()
    archive.unlink()
    capsys.readouterr()
    assert installer.install() == home
    assert capsys.readouterr().out == ""


def test_another_archive_is_refused(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installer, "SHA256", "0" * 64)
    with pytest.raises(Stop, match="is not what was expected: SHA-256"):
        installer.install()
    assert services.missing_for_elasticsearch() == services.ELASTICSEARCH_MISSING
    assert names(services.cache_folder()) == {"installing.lock"}


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        (f"{SERVER}/../../../evil", 0o644),
        (f"{SERVER}/lib/..\\evil", 0o644),
        (f"{SERVER}/link", stat.S_IFLNK | 0o777),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(
    archive: Path, monkeypatch: pytest.MonkeyPatch, name: str, mode: int
) -> None:
    archive_of(archive, {f"{SERVER}/bin/tool": 0o755, name: mode})
    expect(archive, monkeypatch)
    with pytest.raises(Stop, match="unsafe name"):
        installer.install()
    assert not services.elasticsearch_home().exists()
    assert names(services.cache_folder()) == {"installing.lock"}


def test_names_outside_the_server_are_left_where_they_are(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive_of(archive, {f"{SERVER}/bin/tool": 0o755, "/etc/evil": 0o644, "../evil": 0o644})
    expect(archive, monkeypatch)
    assert names(installer.install()) == {"bin/tool"}
    assert names(services.cache_folder().parent) == {
        "katalog-inovasi/installing.lock",
        f"katalog-inovasi/elasticsearch-{services.ELASTICSEARCH_VERSION}/bin/tool",
    }


def test_an_archive_without_a_server(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive_of(archive, {"sonarqube-1.2.3/lib/sonar.jar": 0o644})
    expect(archive, monkeypatch)
    with pytest.raises(Stop, match="has no Elasticsearch inside"):
        installer.install()


def test_what_a_killed_installation_left_is_cleared(archive: Path) -> None:
    half = services.cache_folder() / f"{installer.WORKSHOP}abc" / "server" / "bin"
    half.mkdir(parents=True)
    assert services.missing_for_elasticsearch() == services.ELASTICSEARCH_MISSING
    installer.install()
    assert not half.exists()


def test_of_two_installations_one_waits(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, may_go_on = threading.Event(), threading.Event()
    extract, extracted = installer.extract, []

    def slow(source: Path, target: Path) -> None:
        extracted.append(source)
        entered.set()
        assert may_go_on.wait(10)
        extract(source, target)

    monkeypatch.setattr(installer, "extract", slow)
    first = threading.Thread(target=installer.install)
    first.start()
    assert entered.wait(10)
    second = threading.Thread(target=installer.install)
    second.start()
    may_go_on.set()
    first.join(10)
    second.join(10)
    assert extracted == [archive]
    assert services.elasticsearch_home().is_dir()


def test_without_java_nothing_is_downloaded(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installer, "find_java", lambda: None)
    with pytest.raises(Stop, match="no Java 21 or newer"):
        installer.install()
    assert not services.cache_folder().exists()


def test_without_maven_the_remedy_is_named(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ELASTICSEARCH_ARCHIVE")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Stop, match="apt install maven"):
        installer.install()


def test_a_download_that_fails_says_why_in_one_line(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maven = tmp_path / "mvn"
    maven.write_text(
        "#!/bin/sh\necho '[ERROR] Unknown host'\necho '[ERROR] more'\nexit 1\n", encoding="ascii"
    )
    maven.chmod(0o755)
    monkeypatch.delenv("ELASTICSEARCH_ARCHIVE")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(Stop, match=r"^Elasticsearch could not be downloaded: Unknown host$"):
        installer.install()
    assert names(services.cache_folder()) == {"installing.lock"}


def test_a_given_archive_has_to_exist(archive: Path) -> None:
    archive.unlink()
    with pytest.raises(Stop, match=r"ELASTICSEARCH_ARCHIVE=.* is not a file"):
        installer.install()
