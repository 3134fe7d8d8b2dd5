"""Every role at every service and every page of logbook and files: matrix.yaml is what is right."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from tests.training import made_files
from tests.training.logs import draft
from tests.training.scenes import as_user
from tests.training.worlds import (
    ORACLE,
    PROGRAMMES,
    ROLES,
    World,
    allowed,
    expected,
    kept,
    make_world,
    take_yes_back,
)
from training.models import EvidenceFile, EvidenceReason, LogEntry, Project
from training.permissions import roles_in, sees_private
from training.services import evidence, logbook
from training.urls import urlpatterns

RULES = ORACLE["logbook"]
CELLS = [(code, state) for code in ("latsar-2021", "mandiri-1") for state in PROGRAMMES[code]["states"]]


@pytest.fixture(scope="module")
def worlds(django_db_setup, django_db_blocker) -> Iterator[dict[str, World]]:
    def make() -> dict[str, World]:
        made = {code: make_world(code) for code in ("latsar-2021", "mandiri-1")}
        for world in made.values():
            with_entry(world)
        return made

    with kept(django_db_blocker, make) as made:
        yield made


def with_entry(world: World) -> None:
    """An entry with a file, and a file of the project, by its participant."""
    owner = world.people["participant"]
    entry = LogEntry.objects.create(
        project=world.project, number=1, written_by=owner, on=draft().on, activity="Rapat"
    )
    content = made_files.photo()
    for of in (entry, None):
        file = EvidenceFile(
            project=world.project, entry=of, uploaded_by=owner, name="a.jpg", kind="jpg", size=len(content)
        )
        file.file.save("a.jpg", ContentFile(content), save=False)
        file.save()


def agree_to_one(project: Project, who) -> None:
    """To a reason that is there already."""
    EvidenceReason.objects.get_or_create(project=project, row="matrix:0", defaults={"text": "Belum"})
    EvidenceReason.objects.filter(project=project).update(text="Belum", agreed_at=None)
    logbook.agree(project=project, actor=who, row="matrix:0", text="Belum", submit_key=uuid.uuid4())


def acts(world: World):
    entry, key = LogEntry.objects.get(project=world.project), uuid.uuid4()
    project = Project.objects.get(pk=world.project.pk)
    common = {"submit_key": key}
    return {
        "add": lambda who: logbook.add(project=project, actor=who, draft=draft(), **common),
        "change": lambda who: logbook.change(entry=entry, actor=who, draft=draft(), changes=0, **common),
        "confirm": lambda who: logbook.confirm(entry=entry, actor=who, changes=entry.changes, **common),
        "remark": lambda who: logbook.remark(entry=entry, actor=who, text="Siapa?", **common),
        "attach": lambda who: evidence.attach(project=project, actor=who, files=(), row="", **common),
        "explain": lambda who: logbook.explain(project=project, actor=who, reasons={}, **common),
        "agree": lambda who: agree_to_one(project, who),
        "remove": lambda who: evidence.remove(
            file=project.files.get(entry=None), actor=who, **common
        ),
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "state"), CELLS)
def test_every_cell(worlds, code, state):
    world = worlds[code]
    Project.objects.filter(pk=world.project.pk).update(state_code=state)
    wrong = []
    for role in ROLES:
        for name, act in acts(world).items():
            rule = RULES[name]
            here = state in rule.get("in", [state])
            if allowed(world, role, act) != (here and expected(world, rule["who"], role)):
                wrong.append((role, name))
    assert wrong == []


@pytest.mark.django_db
def test_every_service_and_who_reads_place_and_condition(worlds):
    world = worlds["latsar-2021"]
    assert set(acts(world)) == set(RULES) - {"private"}
    for role in ROLES:
        if role in {"anonymous", "invited-mentor"}:
            continue
        reads = sees_private(roles_in(world.project, world.people[role]))
        assert reads == (role in RULES["private"]), role


def pages(project: Project, entry: uuid.UUID, file: uuid.UUID) -> list[str]:
    """The address of every page of logbook and files, from the urls themselves."""
    named = [pattern.name for pattern in urlpatterns]
    names = {name for name in named if name.startswith(("log-", "file")) or name == "logbook"}
    assert len(names) == 11
    with_entry = {"log-change", "log-confirm", "log-remark"}
    found = []
    for name in sorted(names):
        more = [entry] if name in with_entry else [file] if name in {"file", "file-remove"} else []
        found.append(reverse(f"training:{name}", args=[project.key, *more]))
    return found


OUTSIDERS = ("other-participant", "curator", "administrator", "ex-mentor", "invited-mentor")


@pytest.mark.django_db
@pytest.mark.parametrize("role", [*OUTSIDERS, "inactive", "anonymous"])
def test_to_everybody_else_no_page_exists(worlds, role, settings):
    settings.STAFF_MFA = "optional"
    world = worlds["latsar-2021"]
    project = world.project
    Project.objects.filter(pk=project.pk).update(state_code="implementation")
    entry = LogEntry.objects.get(project=project)
    there = pages(project, entry.key, entry.files.get().key)
    nowhere = pages(Project(key=uuid.uuid4()), entry.key, entry.files.get().key)
    if role == "invited-mentor":
        take_yes_back(world)
    client = Client() if role == "anonymous" else as_user(world.people[role])
    before = (LogEntry.objects.count(), EvidenceFile.objects.count(), project.events.count())
    for path, missing in zip(there, nowhere, strict=True):
        for method in ("get", "head", "post"):
            answer, other = (getattr(client, method)(where) for where in (path, missing))
            if role in {"anonymous", "inactive"}:
                assert answer.status_code == other.status_code in {302, 403, 405}
            else:
                assert answer.status_code == other.status_code, path
                assert answer.status_code in {404, 405}
                assert answer.content == other.content
    assert before == (LogEntry.objects.count(), EvidenceFile.objects.count(), project.events.count())


@pytest.mark.django_db
def test_an_entry_or_a_file_of_another_project_is_none_of_this_one(worlds):
    world, other = worlds["latsar-2021"], worlds["mandiri-1"]
    Project.objects.filter(pk=world.project.pk).update(state_code="implementation")
    foreign = LogEntry.objects.get(project=other.project)
    paths = pages(world.project, foreign.key, foreign.files.get().key)
    client = as_user(world.people["participant"])
    for path in paths:
        if str(foreign.key) in path or str(foreign.files.get().key) in path:
            assert client.get(path).status_code in {404, 405}
            assert client.post(path, {"submit_key": str(uuid.uuid4())}).status_code in {404, 405}
