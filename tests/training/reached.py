"""For every address of the training area one thing in the demonstration, and somebody in every role."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.sealing import unseal
from tests import factories
from tests.browser import training_pages
from tests.training.people import joined, person, switched_off
from tests.training.worlds import HOST
from training.models import (
    Assignment,
    Batch,
    BatchExaminer,
    Certificate,
    Consultation,
    Document,
    EnrolmentList,
    EvidenceFile,
    Holder,
    Invitation,
    LogEntry,
    PeerReview,
    Post,
    Preference,
    Project,
    Refusal,
    Seminar,
    SeminarPlace,
    TeamMember,
    Thread,
)
from training.services import certificates, documents
from training.services.preferences import CALENDAR, renew_calendar

Arguments = dict[str, Any]
PAPERS: Mapping[str, Callable[[], int]] = {
    "training:certificate": certificates.issue_waiting,
    "training:document": documents.issue_waiting,
}
TRIED = 40
"""Things that are asked for before the first of all is taken."""
PARTS = (Holder.MENTOR, Holder.COACH, Holder.EXAMINER)
MADE = (
    "stranger", "other-participant", "other-coordinator", "ex-mentor", "invited", "team", "inactive",
)  # fmt: skip
SENT: Mapping[str, tuple[str, Any]] = {
    "training:calendar-address": ("peserta", {}),
    "training:draft": ("peserta", ("design-revision", {"code": "design"})),
    "training:confirm": ("penguji", ("design-seminar", {"occasion": "seminar-1"})),
    "training:log-confirm": ("mentor", LogEntry),
    "training:log-agree": ("mentor", "implementation"),
    "training:file": ("peserta", EvidenceFile),
    "training:file-remove": ("peserta", EvidenceFile),
    "training:seminar-consent": ("peserta", SeminarPlace),
    "training:seminar-calendar": ("peserta", SeminarPlace),
    "training:lock": ("penyelenggara", Thread),
    "training:message": ("peserta", Post),
    "training:message-settle": ("penyelenggara", Post),
    "training:team-leave": ("peserta", "design-revision"),
    "training:team-change": ("peserta", (TeamMember, "member")),
    "training:peers-answer": ("peserta", (PeerReview, "review")),
    "training:session-mark": ("peserta", {"version": "open-1", "code": "what-it-is"}),
    "training:calendar": ("", Preference),  # with an address: see `prepare`
    "training:certificate": ("peserta", (Certificate, "")),
    "training:minutes": ("penyelenggara", ("passed", {"occasion": "seminar-1"})),
    "training:document": ("peserta", Document),
    "training:offline-form": ("peserta", "design-revision"),
    **{
        f"training_batches:{name}": ("penyelenggara", Batch)
        for name in (
            "upload", "begin", "remind", "share", "seminar-share", "lock-all", "search", "template", "recap",
        )
    },
    "training_batches:give-up": ("penyelenggara", BatchExaminer),
    "training_batches:seminar-change": ("penyelenggara", (Seminar, "cancel")),
    "training_batches:change-result": ("penyelenggara", ("graduation", {"what": "lock"})),
    "training_batches:remove": ("penyelenggara", ("registered", None)),
    "training_batches:show-nip": ("penyelenggara", ("passed", None)),
    "training_batches:change": ("penyelenggara", ("passed", {"what": "extend"})),
    "dashboards:csv": ("penyelenggara", {}),
    "dashboards:xlsx": ("penyelenggara", {}),
}  # fmt: skip
"""What has no page of its own: who is let in there, and a state, a model or the arguments."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address's arguments; the project or batch it is about; whom alone a secret in it names."""

    arguments: Arguments
    project: Project | None = None
    batch: Batch | None = None
    named: User | None = None

    @property
    def missing(self) -> Arguments:
        """The same address for something that is not there."""
        return {name: _other(value) for name, value in self.arguments.items()}


def _other(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    return 10**9 if isinstance(value, int) else value


def prepare(name: str) -> None:
    """What the demonstration does not do: papers are signed, somebody subscribes to their due dates."""
    renew_calendar(user=User.objects.get(email="peserta@demo.example"))
    if name in PAPERS:
        PAPERS[name]()


def place(name: str) -> Place:
    """Where the first thing of that kind is which the reader gets, or the first of all.

    Raises ``IndexError`` where the demonstration has none.
    """
    reader, what = training_pages.PAGES[name][0] if name in training_pages.PAGES else SENT[name]
    found = list(_places(name, what))
    user = User.objects.filter(email=f"{reader}@demo.example").first()
    own = [one for one in found if user and user in _people(one)] or found
    return next((one for one in own[:TRIED] if _answers(name, one, user)), own[0])


def _answers(name: str, one: Place, user: User | None) -> bool:
    """Whether the reader gets a page there, or the address has none to give."""
    client = Client(SERVER_NAME=HOST)
    if user:
        client.force_login(user)
    return client.head(reverse(name, kwargs=one.arguments)).status_code in {200, 302, 405, 409}


def _people(one: Place) -> Iterator[User]:
    if one.named:
        yield one.named
    if one.project:
        yield one.project.owner
        yield from (part.user for part in one.project.assignments.filter(until=None).select_related("user"))


def _places(name: str, what: Any) -> Iterator[Place]:
    if isinstance(what, dict):
        yield Place(what)
    elif isinstance(what, (str, tuple)) and not _is_model(what):
        state, more = what if isinstance(what, tuple) else (what, {})
        rows = Project.objects.filter(batch__is_demo=True, state_code__startswith=state)
        for project in rows.select_related("owner", "batch"):
            inner = name.startswith("training_batches:")
            keys = {"key": project.batch.key, "project": project.key} if inner else {"key": project.key}
            yield Place({**keys, **(more or {})}, project, project.batch)
    else:
        model, more = what if isinstance(what, tuple) else (what, None)
        rows = model.objects.order_by("-pk")
        rows = rows.exclude(calendar_digest=None) if model is Preference else rows
        rows = rows.filter(state=Document.State.ISSUED) if model is Document else rows
        yield from (_belonging(row, more) for row in rows[:300] if _is_demo(row))


def _is_model(what: Any) -> bool:
    return isinstance(what, tuple) and isinstance(what[0], type)


def _is_demo(row: Any) -> bool:
    batch = row if isinstance(row, Batch) else getattr(row, "batch", None)
    return not isinstance(batch, Batch) or batch.is_demo


INNER = {
    LogEntry: "entry", Consultation: "entry", EvidenceFile: "file", Document: "document", Seminar: "seminar",
    EnrolmentList: "file",
}  # fmt: skip
"""The argument that names a row within its project or batch."""


def _belonging(row: Any, more: str | None) -> Place:
    """Where a row is shown."""
    if isinstance(row, Preference):
        return Place({"token": unseal(row.calendar_sealed, purpose=CALENDAR)}, named=row.user)
    if isinstance(row, Certificate) and more is None:
        return Place({"code": row.code})
    if isinstance(row, (Thread, Post)):
        return _talk(row)
    if isinstance(row, (TeamMember, PeerReview)) and more:
        return _of(row.project, **{more: row.pk})
    if isinstance(row, (TeamMember, Invitation, PeerReview)):
        named = row.reviewer if isinstance(row, PeerReview) else row.user
        return Place({"key": row.key}, row.project, row.project.batch, named)
    inner = {INNER[type(row)]: row.key} if type(row) in INNER else {}
    if hasattr(row, "project"):
        inner |= {"seminar": row.seminar.key} if isinstance(row, SeminarPlace) else {}
        return _of(row.project, **inner)
    inner |= {"examiner": row.pk} if isinstance(row, BatchExaminer) else {}
    inner |= {"what": more} if more else {}
    batch = row if isinstance(row, Batch) else row.batch
    return Place({"key": batch.key, **inner}, batch.projects.first(), batch)


def _talk(row: Thread | Post) -> Place:
    thread = row if isinstance(row, Thread) else row.thread
    batch = thread.batch or (thread.project.batch if thread.project else None)
    return Place({"key": row.key}, thread.project, batch, row.author if isinstance(row, Post) else None)


def _of(project: Project, **more: Any) -> Place:
    return Place({"key": project.key, **more}, project, project.batch)


def around(where: Place) -> dict[str, User]:
    """Somebody in every role about that place; those the demonstration lacks are made."""
    made = {name: person(name) for name in MADE}
    found: dict[str, User] = made | {
        "curator": factories.user("curator"), "administrator": factories.user("administrator"),
    }  # fmt: skip
    if not where.arguments.get("key") and not where.named:  # about nothing of a batch
        accounts = {"participant": "peserta", "coordinator": "penyelenggara"}
        for role, name in accounts.items():
            found[role] = User.objects.get(email=f"{name}@demo.example")
    if where.named:
        found["named"] = where.named
    if where.batch:
        _join(where.batch, made)
        leader = where.batch.coordinators.exclude(pk=made["inactive"].pk).first()
        found |= {"coordinator": leader} if leader else {}
    if where.project:
        found |= _parts(where.project, made)
    switched_off(made["inactive"])
    # Who is named may have a part as well, and is then asked once, as the one who is named.
    return {role: user for role, user in found.items() if role == "named" or user != where.named}


def _join(batch: Batch, made: Mapping[str, User]) -> None:
    state = batch.version.all_states[0].code
    Project.objects.create(
        batch=batch, version=batch.version, owner=made["other-participant"], state_code=state
    )
    other = Batch.objects.exclude(pk=batch.pk).first()
    assert other is not None
    other.coordinators.add(made["other-coordinator"])
    batch.coordinators.add(made["inactive"])


def _parts(project: Project, made: Mapping[str, User]) -> dict[str, User]:
    running = Assignment.objects.filter(
        project=project, until=None, accepted_at__isnull=False
    ).select_related("user")
    found = {str(part.role): part.user for part in running if part.role in PARTS}
    joined(project, made["ex-mentor"], Holder.MENTOR, over=True)
    joined(project, made["invited"], Holder.EXAMINER, accepted=False)
    TeamMember.objects.create(
        project=project, user=made["team"], right=TeamMember.Right.EDIT, accepted_at=timezone.now()
    )
    return {**found, "participant": project.owner}


def written(queries: CaptureQueriesContext) -> list[str]:
    """Tables of our own models that were written to, sessions and counters of the site left out.

    That something was refused is written down: tests/training/test_refusals.py.
    """
    models = {model for model in apps.get_models() if model._meta.app_label == "training"}
    tables = {model._meta.db_table for model in models - {Refusal}}
    words = [
        query["sql"].split() for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    ]
    return [name for line in words for name in (word.strip('"') for word in line[1:3]) if name in tables]
