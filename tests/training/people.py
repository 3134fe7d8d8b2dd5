"""A batch with one project and its five people, moved to any state by the people who would do it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.services import verify_address
from catalogue.services.codes import agency_id
from tests import factories
from tests.training.meeting import meet
from training.models import Assignment, Batch, Event, Holder, Institution, ProgrammeVersion, Project
from training.seeds import seed_programmes
from training.services import moves
from training.services.enrolment import ENROLLED, STARTED, Person, enrol
from training.services.invitations import ACCEPTED, accept

WORDS = (
    "Ibu hamil memesan jam pemeriksaan lewat kader sehingga tidak lagi menunggu sejak pagi di puskesmas desa "
)


@dataclass
class Cast:
    """A project and the people around it."""

    batch: Batch
    project: Project
    participant: User
    mentor: User
    coach: User
    examiner: User
    coordinator: User

    def fresh(self) -> Project:
        return Project.objects.get(pk=self.project.pk)

    def move(self, code: str, who: User | None = None, **more: Any) -> Any:
        """Make the move as the person whose turn it is."""
        project = self.fresh()
        actor = who or self.of(project.state.holder)
        return moves.move(project=project, code=code, actor=actor, submit_key=uuid.uuid4(), **more)

    def of(self, holder: str) -> User:
        return getattr(self, str(holder))

    def answer_all(self) -> None:
        """Answer every question well."""
        answers = {}
        for step in self.fresh().version.all_steps:
            for question in step.all_questions:
                answers[question.code] = good_answer(question)
        answers["title"] = "Antrean daring untuk ibu hamil"
        Project.objects.filter(pk=self.project.pk).update(answers=answers, title=answers["title"])

    def walk_to(self, state: str) -> Project:
        """Go forward, everybody doing their part, until the project is in ``state``."""
        while (project := self.fresh()).state_code != state:
            onward = [
                move
                for move in project.version.all_moves
                if move.source == project.state_code and not move.is_return
            ]
            meet(self, onward[0].guards)
            self.move(onward[0].code, note="Memenuhi syarat" if onward[0].needs_note else "")
        return project


def good_answer(question: Any) -> Any:
    from training.answers import choices_of, column_choices

    if question.kind == "table":
        row = {}
        for column in question.options:
            kind = column.get("kind", "line")
            choices = column_choices(column)
            row[column["code"]] = (
                choices[0]["code"]
                if choices
                else {"number": "12", "date": "2026-04-10"}.get(kind, "Waktu tunggu")
            )
        if "year" in row:
            row["year"] = "2026"
        return [row] * max(question.rows_min or 1, 1)
    if question.kind == "records":
        return ""  # none is asked for beside the first choice of how new the idea is
    if question.kind == "row":
        return "1"
    if question.code == "consent":
        return "yes"
    if question.kind == "choice":
        return choices_of(question.options)[0]["code"]
    if question.kind == "number":
        return "2026"
    words = (WORDS * 20).split()
    return " ".join(words[: question.words_min or 8])


def later_events(project: Project | None = None) -> QuerySet[Event]:
    """What happened after everybody had come in; to ``project`` alone, if it is given."""
    rows = Event.objects.exclude(code__in=(ENROLLED, STARTED, ACCEPTED))
    return rows if project is None else rows.filter(project=project)


def version(code: str = "latsar-2021") -> ProgrammeVersion:
    factories.baseline()
    seed_programmes()
    return ProgrammeVersion.objects.get(code=code)


def batch(programme: str = "latsar-2021", *, coordinator: User | None = None, **fields: Any) -> Batch:
    institution = Institution.objects.get_or_create(
        code="bpsdm-contoh", defaults={"label_id": "BPSDM Contoh", "label_en": "Sample Training Centre"}
    )[0]
    defaults = {
        "name": f"Angkatan {uuid.uuid4().hex[:6]}",
        "starts_on": date(2026, 3, 7),
        "design_seminar_on": date(2026, 3, 28),
        "result_seminar_on": date(2026, 4, 21),
        "ends_on": date(2026, 4, 22),
    }
    made = Batch.objects.create(version=version(programme), institution=institution, **defaults | fields)
    if coordinator:
        made.coordinators.add(coordinator)
    return made


def person(name: str) -> User:
    user = factories.user(email=f"{name}-{uuid.uuid4().hex[:6]}@dinas.go.id")
    verify_address(user=user)
    return user


def switched_off(user: User) -> User:
    """An account that may not sign in any more."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    return user


def joined(
    project: Project, user: User, role: str, *, accepted: bool = True, over: bool = False
) -> Assignment:
    """A part in a project: one that they ``accepted``, were only asked for, or that is ``over``."""
    now = timezone.now()
    times = {"accepted_at": now if accepted else None, "until": now if over else None}
    return Assignment.objects.create(project=project, user=user, role=role, **times)


def cast(programme: str = "latsar-2021", *, accepted: bool = True) -> Cast:
    """A batch with one enrolled participant; everybody accepted unless told otherwise."""
    coordinator = person("pic")
    group = batch(programme, coordinator=coordinator)
    people = {name: person(name) for name in ("participant", "mentor", "coach")}
    project = enrol(
        batch=group,
        agency_id=agency_id("gov-35.10"),
        by=coordinator,
        **{name: Person(user.email) for name, user in people.items()},
    ).project
    examiner = person("examiner")
    joined(project, examiner, Holder.EXAMINER, accepted=False)
    if accepted:
        for invitation in project.invitations.all():
            accept(invitation=invitation, user=invitation.user)
        Assignment.objects.filter(project=project).update(accepted_at="2026-03-07T01:00:00Z")
    return Cast(group, project, **people, examiner=examiner, coordinator=coordinator)
