"""A second start does nothing; a change makes exactly what depends on it run again."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.tooling import environment, prepare

STEPS = [step.command[0] for step in prepare.DATA_STEPS]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of a few files, whose steps are only written down."""
    files = (
        "requirements.txt",
        "catalogue/migrations/0001_initial.py",
        "catalogue/data/terms.csv",
        "catalogue/seeds/site.toml",
        "catalogue/demo/real.toml",
        "accounts/roles.py",
        "static/a.css",
    )
    for name in files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    return tmp_path


@pytest.fixture
def ran(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The management commands that were run, in order."""
    commands: list[str] = []

    def note(title: str, command: list[str | Path], **_: object) -> None:
        commands.append(str(command[2]))
        (project / "var" / "catalogue.sqlite3").touch()

    class Beside:
        def __init__(self, title: str, command: list[str | Path], **_: object) -> None:
            (project / "var" / "static").mkdir(exist_ok=True)
            commands.append(str(command[2]))

        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(prepare, "run_step", note)
    monkeypatch.setattr(prepare, "show_step", note)
    monkeypatch.setattr(prepare, "beside", Beside)
    return commands


def start(ran: list[str], **options: int) -> list[str]:
    ran.clear()
    prepare.prepare({}, demo_size=options.get("demo_size", 0))
    return list(ran)


def test_the_first_start_runs_every_step_and_the_second_none(ran: list[str]) -> None:
    assert start(ran) == ["collectstatic", *STEPS]
    assert start(ran) == []


def test_a_new_migration_runs_the_data_steps_again(project: Path, ran: list[str]) -> None:
    start(ran)
    (project / "catalogue" / "migrations" / "0002_more.py").write_text("more", encoding="utf-8")
    assert start(ran) == STEPS


def test_new_data_runs_what_reads_it_but_no_migration(project: Path, ran: list[str]) -> None:
    start(ran)
    (project / "catalogue" / "data" / "terms.csv").write_text("changed", encoding="utf-8")
    assert start(ran) == STEPS[1:]


@pytest.mark.parametrize(
    ("name", "first"),
    [("catalogue/seeds/site.toml", "setup_site"), ("catalogue/demo/real.toml", "demo_real")],
)
def test_new_words_run_what_writes_them(project: Path, ran: list[str], name: str, first: str) -> None:
    start(ran)
    (project / name).write_text("changed", encoding="utf-8")
    assert start(ran) == STEPS[STEPS.index(first) :]


def test_a_changed_stylesheet_is_collected_alone(project: Path, ran: list[str]) -> None:
    start(ran)
    (project / "static" / "a.css").write_text("changed", encoding="utf-8")
    assert start(ran) == ["collectstatic"]


def test_a_removed_database_is_made_again(project: Path, ran: list[str]) -> None:
    start(ran)
    (project / "var" / "catalogue.sqlite3").unlink()
    assert start(ran) == STEPS


def test_the_synthetic_catalogue_is_made_once_a_size(ran: list[str]) -> None:
    start(ran)
    assert start(ran, demo_size=500) == ["demo"]
    assert start(ran, demo_size=500) == []
    assert start(ran) == []


def test_the_development_requirements_hold_the_same_versions() -> None:
    """`make test` must run what `make run` runs."""

    def pins(name: str) -> set[str]:
        lines = (environment.ROOT / name).read_text(encoding="utf-8").splitlines()
        return {line.split(" ")[0] for line in lines if "==" in line and not line.startswith((" ", "#"))}

    assert pins("requirements.txt") - pins("requirements-dev.txt") == set()
