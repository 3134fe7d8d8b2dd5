"""Every page of the training area with something on it, as the demonstration fills it, and who sees it.

Runs beside the site, on its database: ``addresses()`` asks each page as its reader.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from training.models import (
    Batch,
    Certificate,
    Consultation,
    EnrolmentList,
    Invitation,
    LogEntry,
    PeerReview,
    Post,
    Project,
    Seminar,
    TeamMember,
    Thread,
)
from training.services import logbook
from training.services.enrolment_lists import COLUMNS, OPTIONAL, receive

PAGES: dict[str, list[tuple[str, Any]]] = {
    "training:home": [(name, {}) for name in ("peserta", "mentor", "coach", "penguji", "penyelenggara")],
    "training:start": [("peserta", {})],
    "training:read": [("peserta", {})],
    "training:preferences": [("peserta", {})],
    "training:project": [
        ("peserta", "passed"), ("peserta", "design-revision"), ("mentor", "idea-approval"),
        ("coach", "design-review"), ("penguji", "design-seminar"), ("penyelenggara", "graduation"),
    ],
    "training:step": [
        ("peserta", ("design-revision", {"code": "design"})),
        ("peserta", ("design-revision", {"code": "idea"})),
        ("coach", ("design-review", {"code": "design"})),
    ],
    "training:move": [
        ("peserta", ("design-revision", {"code": "submit-design"})),
        ("mentor", ("idea-approval", {"code": "approve-idea"})),
        ("coach", ("design-review", {"code": "return-design"})),
        ("penyelenggara", ("graduation", {"code": "pass"})),
    ],
    "training:notes": [("peserta", "design-revision")],
    "training:scores": [("peserta", "passed"), ("penguji", "result-seminar"), ("penyelenggara", "passed")],
    "training:score": [
        ("penguji", ("design-seminar", {"occasion": "seminar-1"})),
        ("mentor", ("final-review", {"occasion": "mentor"})),
        ("penyelenggara", ("graduation", {"occasion": "coordinator"})),
    ],
    "training:settle": [("penyelenggara", ("", {"occasion": "seminar-1"}))],
    "training:appeal": [("peserta", "passed")],
    "training:logbooks": [("mentor", {})],
    "training:logbook": [("peserta", "implementation"), ("mentor", "implementation")],
    "training:log-new": [("peserta", "implementation")],
    "training:log-print": [("peserta", "implementation")],
    "training:log-reasons": [("peserta", "implementation")],
    "training:log-change": [("peserta", LogEntry)],
    "training:log-remark": [("mentor", LogEntry)],
    "training:files": [("peserta", "implementation"), ("mentor", "implementation")],
    "training:offline": [("peserta", "design-revision")],
    "training:invitation": [("mentor", Invitation)],
    "training:consultations": [("peserta", "design-revision"), ("coach", "design")],
    "training:consultation-sheet": [("peserta", ("passed", {"role": "coach"}))],
    "training:consultation": [("peserta", Consultation), ("coach", Consultation)],
    "training:seminars": [("peserta", "passed"), ("penguji", "design-seminar")],
    "training:standing": [("peserta", "design-revision"), ("penyelenggara", "implementation")],
    "training:more-time": [("peserta", "design-revision"), ("peserta", "passed")],
    "training:dossier": [("penyelenggara", "passed")],
    "training:follow-up": [("mentor", ("published", {"months": 6}))],
    "training:project-discussion": [("peserta", "design-revision")],
    "training:batch-discussion": [("peserta", Batch), ("penyelenggara", Batch)],
    "training:thread": [("peserta", Thread), ("penyelenggara", Thread)],
    "training:message-edit": [("peserta", Post)],
    "training:message-report": [("peserta", Post)],
    "training:message-hide": [("penyelenggara", Post)],
    "training:team": [("peserta", "design-revision")],
    "training:team-invitation": [("", TeamMember)],
    "training:peers": [("peserta", "design-revision")],
    "training:asked": [("peserta", {})],
    "training:peer-review": [("peserta", PeerReview)],
    "training:batch-peers": [("penyelenggara", Batch)],
    "training:open": [("peserta", {})],
    "training:open-programme": [("peserta", {"code": "open-1"})],
    "training:join": [("mentor", {"code": "open-1"})],
    "training:session": [("peserta", {"version": "open-1", "code": "what-it-is"})],
    "training:session-discussion": [("peserta", {"version": "open-1", "code": "the-problem"})],
    "training_batches:mine": [("penyelenggara", {})],
    **{
        f"training_batches:{name}": [("penyelenggara", Batch)]
        for name in (
            "board", "enrol", "examiners", "seminars", "seminar-new", "seminar-rooms", "results", "severity",
        )
    },
    "training_batches:list": [("penyelenggara", EnrolmentList)],
    "training_batches:seminar": [("penyelenggara", Seminar)],
    "training_batches:result": [("penyelenggara", ("passed", None)), ("penyelenggara", ("graduation", None))],
    "training_batches:person": [("penyelenggara", ("passed", None))],
    "verify:check": [("", {})],
    "verify:code": [("", Certificate), ("", {"code": "AAAA-BBBB-CCCC-DDDD"})],
    "dashboards:overview": [("penyelenggara", {})],
    "dashboards:projects": [("penyelenggara", {})],
    "account_data": [("peserta", {})],
    "account_erase": [("peserta", {})],
    "account_erased": [("", {})],
}  # fmt: skip
"""Each page with its readers; a state, or what belongs to a project or batch, says which one to look for."""
NO_PAGES = frozenset(
    [
        # What only takes a form
        "training:calendar-address", "training:draft", "training:confirm", "training:log-confirm",
        "training:log-agree",
        "training:file-remove", "training:seminar-consent", "training:lock", "training:message-settle",
        "training:team-leave", "training:team-change", "training:peers-answer", "training:session-mark",
        "training_batches:upload", "training_batches:begin", "training_batches:remind",
        "training_batches:share",
        "training_batches:give-up", "training_batches:seminar-share", "training_batches:seminar-change",
        "training_batches:lock-all", "training_batches:change-result", "training_batches:search",
        "training_batches:remove", "training_batches:change", "training_batches:show-nip",
        "account_name", "account_data_download",
        # Files, and what leads to a page of the above
        "training:calendar", "training:certificate", "training:minutes", "training:file", "training:document",
        "training:offline-form", "training:seminar-calendar", "training:message", "training_batches:template",
        "training_batches:recap", "dashboards:csv", "dashboards:xlsx",
    ]
)  # fmt: skip


def prepare() -> None:
    """What the demonstration can't hold for long: a list that waits to be applied, what was just written."""
    coordinator = User.objects.get(email="penyelenggara@demo.example")
    values = [text for name in ("sari", "made", "tri") for text in (f"{name} contoh", f"{name}@dinas.go.id")]
    with translation.override("id"):
        header = ",".join(str(label) for name, label in COLUMNS.items() if name != OPTIONAL)
    content = f"{header}\n{','.join(values)}\n".encode()
    receive(batch=Batch.objects.filter(is_demo=True).first(), content=content, by=coordinator)
    running = Project.objects.get(owner__email="peserta@demo.example", state_code="implementation")
    written = logbook.Draft(timezone.localdate(), "Uji coba di loket kedua")
    logbook.add(project=running, actor=running.owner, draft=written, submit_key=uuid.uuid4())
    own = Post.objects.filter(author__email="peserta@demo.example", hidden_at=None).last()
    Post.objects.filter(pk=own.pk).update(created_at=timezone.now())


def addresses() -> list[tuple[str, str, str]]:
    """Name, reader and address without the language of every page; one that nobody gets has no address."""
    prepare()
    found = []
    with translation.override("id"):
        for name, readers in PAGES.items():
            for reader, what in readers:
                found.append((name, reader, _answering(name, reader, what)))
    return found


def _answering(name: str, reader: str, what: Any) -> str:
    client = Client(SERVER_NAME="127.0.0.1")  # a host that the site answers to
    user = User.objects.filter(email=f"{reader}@demo.example").first()
    if user:
        client.force_login(user)
    for arguments in _candidates(name, what):
        path = reverse(name, kwargs=arguments)
        if client.get(path).status_code == 200 or arguments.get("code", "").startswith("AAAA"):
            return path.removeprefix("/id")
    return ""


def _candidates(name: str, what: Any) -> Iterator[dict[str, Any]]:
    if isinstance(what, dict):
        yield what
    elif isinstance(what, (str, tuple)):
        state, more = what if isinstance(what, tuple) else (what, {})
        for project in Project.objects.filter(batch__is_demo=True, state_code__startswith=state):
            if more is None:
                yield {"key": project.batch.key, "project": project.key}
            else:
                yield {"key": project.key, **more}
    else:
        yield from _belonging(name, what)


def _belonging(name: str, model: Any) -> Iterator[dict[str, Any]]:
    rows = model.objects.order_by("-pk") if model is not Batch else model.objects.filter(is_demo=True)
    for row in rows[:400]:
        if model in (LogEntry, Consultation):
            yield {"key": row.project.key, "entry": row.key}
        elif model is Seminar:
            yield {"key": row.batch.key, "seminar": row.key}
        elif model is EnrolmentList:
            yield {"key": row.batch.key, "file": row.key}
        elif model is Certificate:
            yield {"code": row.code}
        else:
            yield {"key": row.key}
