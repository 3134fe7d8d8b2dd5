"""A coordinator's board of many projects: made in a transaction that is rolled back in the end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from scripts.bench.bare import measure, middle
from scripts.bench.figures import Figure, at_most
from scripts.bench.pages import count, get

if TYPE_CHECKING:
    from accounts.models import User
    from training.models import Batch

PROJECTS, MILLISECONDS, STATEMENTS = 5_000, 300.0, 20
QUERIES = ("", "?overdue=1", "?state=issue", "?page=99")


def figures(runs: int) -> list[Figure]:
    """The median of the board's pages, ``runs`` times each, and the most statements of one."""
    with transaction.atomic():
        client, path = _coordinator()
        paths = [f"{path}{query}" for query in QUERIES]
        for one in paths:
            get(client, one)
        times = [measure(lambda one=one: get(client, one)) for _ in range(runs) for one in paths]  # type: ignore[misc]
        statements = max(count(client, one).statements for one in paths)
        transaction.set_rollback(True)
    return [
        at_most(f"board of {PROJECTS} projects", middle(times).wall, MILLISECONDS, "ms"),
        at_most(f"board of {PROJECTS} projects, SQL queries", statements, STATEMENTS, digits=0),
    ]


def _coordinator() -> tuple[Client, str]:
    """Somebody who leads one batch of ``PROJECTS``, signed in, and the address of its board."""
    from accounts.models import User

    people = User.objects.bulk_create(
        User(email=f"bench-{number}@example.org", first_name=f"Peserta {number}")
        for number in range(PROJECTS + 3)
    )
    leader, *others = people
    batch = _batch()
    batch.coordinators.add(leader)
    _fill(batch, *others)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(leader)
    with translation.override("id"):
        return client, reverse("training_batches:board", args=[batch.key])


def _batch() -> Batch:
    from training.models import Batch, Institution, ProgrammeVersion
    from training.seeds import seed_programmes

    seed_programmes()
    today = timezone.localdate()
    return Batch.objects.create(
        version=ProgrammeVersion.objects.get(code="latsar-2021"),
        institution=Institution.objects.create(code="bench", label_id="Bench", label_en="Bench"),
        name="Bench",
        starts_on=today,
        design_seminar_on=today + timedelta(days=21),
        result_seminar_on=today + timedelta(days=45),
        ends_on=today + timedelta(days=46),
    )


def _fill(batch: Batch, mentor: User, coach: User, *participants: User) -> None:
    """Every second began to write, every third is late, three of four mentors and coaches said yes."""
    from training.models import Assignment, Holder, Project

    today, now = timezone.localdate(), timezone.now()
    projects = Project.objects.bulk_create(
        Project(
            version=batch.version,
            batch=batch,
            owner=person,
            state_code="issue" if number % 2 else "registered",
            saved=number % 2,
            due_on=today + timedelta(days=5 if number % 3 else -5),
        )
        for number, person in enumerate(participants)
    )
    Assignment.objects.bulk_create(
        Assignment(project=project, user=person, role=role, accepted_at=now if number % 4 else None)
        for number, project in enumerate(projects)
        for person, role in ((mentor, Holder.MENTOR), (coach, Holder.COACH))
    )
