"""What the people of a few projects do while processes are killed: from an issue to the catalogue."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from django.utils import timezone

from accounts.models import User
from tests.faults.persistent import Deed
from tests.training import made_files
from tests.training.meeting import consulted, meet, meet_locked, presented
from tests.training.people import Cast, cast
from tests.training.scoring import given
from training.models import Batch, Event, LogEntry, LogRemark, Notice, Project
from training.services import traces
from training.services.audit import request_key

ROLES = ("participant", "mentor", "coach", "examiner")
NOTE = "Lengkapi data awal."


@dataclass
class Journeys:
    """Deeds that follow each other, by project; and who is to be reminded of what meanwhile."""

    casts: list[Cast] = field(default_factory=list)
    deeds: list[list[Deed]] = field(default_factory=list)
    reminded: Project | None = None

    @property
    def people(self) -> list[User]:
        return list({deed.who.pk: deed.who for row in self.deeds for deed in row}.values())

    @property
    def all_deeds(self) -> list[Deed]:
        return [deed for row in self.deeds for deed in row]


def journeys() -> Journeys:
    """Five projects from different places onward, and one that is overdue."""
    found = Journeys()
    for make in (_from_issue, _to_seminar, _logbook, _to_catalogue, _to_catalogue):
        people = _named_cast()
        found.casts.append(people)
        found.deeds.append(make(people))
    found.deeds.append(_enrolments(found.casts[0]))
    found.reminded = _overdue()
    # Mails of the way to here: what leaves is about what happens from now on.
    Notice.objects.update(mail=Notice.Mail.NONE)
    return found


def _named_cast() -> Cast:
    people = cast()
    for role in ROLES:
        user = people.of(role)
        user.first_name, user.last_name = role.capitalize(), "Bernama"
        user.save()
    people.answer_all()
    return people


def _events(project: Project, code: str, deed: Deed) -> int:
    return Event.objects.filter(project=project, code=code, actor=deed.who, submit_key=deed.key).count()


def _move(people: Cast, role: str, code: str, note: str = "") -> Deed:
    path = f"/id/training/projects/{people.project.key}/moves/{code}/"
    made = partial(_events, people.project, code)
    return Deed(people.of(role), path, made, {"note": note} if note else {})


def _from_issue(people: Cast) -> list[Deed]:
    """Submitted, returned and approved, up to a signed approval."""
    people.move("begin")
    meet(people, "originality")
    consulted(people, "2")
    return [
        _move(people, "participant", "submit-issue"),
        _move(people, "participant", "submit-idea"),
        _move(people, "mentor", "return-idea", NOTE),
        _move(people, "participant", "submit-idea"),
        _move(people, "mentor", "approve-idea"),
        _move(people, "participant", "submit-design"),
        _move(people, "coach", "return-design", NOTE),
        _move(people, "participant", "submit-design"),
        _move(people, "coach", "approve-design"),
        _move(people, "mentor", "approve-design"),
    ]


def _to_seminar(people: Cast) -> list[Deed]:
    """Scores of a seminar, and its signed minutes."""
    people.walk_to("design-seminar")
    presented(people, "design")
    levels = {f"l-{code}": str(level) for code, level in given(people.fresh(), "seminar-1", 4).levels.items()}
    scores = Deed(
        people.examiner,
        f"/id/training/projects/{people.project.key}/scores/seminar-1/",
        partial(_events, people.project, "submit-scores"),
        {**levels, "mending": "Tambahkan bukti.", "saved": "0", "submit": "1"},
    )
    return [scores, _move(people, "examiner", "close-design-seminar")]


def _logbook(people: Cast) -> list[Deed]:
    """Entries with a photo, a question, a confirmation, and a file of the project."""
    people.walk_to("implementation")
    base = f"/id/training/projects/{people.project.key}"
    today = str(timezone.localdate())
    deeds = []
    for number in range(3):
        entry = Deed(
            people.participant,
            f"{base}/logbook/new/",
            lambda deed: LogEntry.objects.filter(key=_entry_of(people, deed), files__isnull=False).count(),
            {"on": today, "activity": f"Uji coba di posyandu {number}"},
            {"photo": ("foto.jpg", made_files.photo())},
        )
        place = f"{base}/logbook/{_entry_of(people, entry)}"
        asked = Deed(people.coach, f"{place}/remark/", _remarks, {"text": f"Berapa lama? {uuid.uuid4()}"})
        seal = partial(_events, people.project, traces.ENTRY_CONFIRMED)
        deeds += [entry, asked, Deed(people.mentor, f"{place}/confirm/", seal, {"changes": "0"})]
    return [*deeds, _file(people, base)]


def _entry_of(people: Cast, deed: Deed) -> uuid.UUID:
    """The key of the entry that the form makes."""
    return request_key(deed.key, f"{traces.ENTRY_ADDED} {people.project.pk}", people.participant)


def _remarks(deed: Deed) -> int:
    return LogRemark.objects.filter(author=deed.who, text=deed.fields["text"]).count()


def _file(people: Cast, base: str) -> Deed:
    made = partial(_events, people.project, traces.FILE_ADDED)
    return Deed(people.participant, f"{base}/files/", made, files={"files": ("b.jpg", made_files.photo())})


def _to_catalogue(people: Cast) -> list[Deed]:
    """Endorsed, passed with a certificate, and handed over to the catalogue."""
    people.walk_to("final-approval")
    meet_locked(people, "")
    return [
        _move(people, "mentor", "approve-final"),
        _move(people, "examiner", "sign-final"),
        _move(people, "coordinator", "pass", "Memenuhi syarat"),
        _move(people, "coordinator", "propose"),
    ]


def _enrolments(people: Cast) -> list[Deed]:
    return [_enrolment(people.batch, people.coordinator, number) for number in range(4)]


def _enrolment(batch: Batch, by: User, number: int) -> Deed:
    """Has no key of its own: the same person is in a batch once."""
    address = f"peserta-{number}-{uuid.uuid4().hex[:6]}@dinas.go.id"
    fields = {"participant_name": "Sari Dewi", "participant_email": address, "agency": "gov-35.10"}
    for part in ("mentor", "coach"):
        fields |= {f"{part}_name": part.capitalize(), f"{part}_email": f"{part}-{address}"}
    return Deed(
        by, f"/id/training/batches/{batch.key}/enrol/",
        lambda _deed: Project.objects.filter(batch=batch, owner__email=address).count(),
        fields, has_key=False,
    )  # fmt: skip


def _overdue() -> Project:
    """Due eight days ago: its holder, mentor and coach, and the coordinator are to be reminded."""
    people = cast()
    people.move("begin")
    now = timezone.now()
    Project.objects.filter(pk=people.project.pk).update(
        entered_at=now - timedelta(days=30), due_on=timezone.localdate(now) - timedelta(days=8)
    )
    return people.fresh()
