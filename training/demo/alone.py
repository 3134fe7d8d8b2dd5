"""Innovations of the demonstration that run without a batch: one in every state of each such programme.

All is done by the services, as the people themselves would: there are few of them.
"""

from __future__ import annotations

import uuid
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from catalogue.services.codes import agency_id
from training.demo import building, people, writing
from training.models import Holder, Notice, ProgrammeVersion, Project, Session, SessionDone, State
from training.services import learning, moves
from training.services.audit import record
from training.services.enrolment import STARTED

CODES = ("mandiri-1", "open-1")
_NAMESPACE = uuid.UUID("0d9a4c5a-6f0d-4f0e-9c58-1b8c4a3f2e71")


def build(*, cast: dict[str, User], today: date) -> None:
    """Add what is missing. The first state of the first programme is the participant's one can sign in as."""
    for version in ProgrammeVersion.objects.filter(code__in=CODES).order_by("code"):
        if version.code == CODES[0]:
            _begin(version, cast["participant"], 7, today)
        for number, state in enumerate(version.all_states):
            if not state.is_start:
                _come_to(version, state, 40 + number, today)


def _begin(version: ProgrammeVersion, owner: User, number: int, today: date) -> Project | None:
    """One with its first answers; nothing where the owner has one."""
    if Project.objects.filter(owner=owner, version=version).exists():
        return None
    written = writing.answers(number, today=today)
    answers = {name: written[name] for name in ("title", "abstract", "problem")}
    project = Project.objects.create(
        version=version, owner=owner, state_code=version.start.code, saved=1, answers=answers,
        agency_id=agency_id(building.AGENCIES[number % len(building.AGENCIES)]), title=answers["title"],
    )  # fmt: skip
    record(
        project=project, code=STARTED, by=owner, note="", role=Holder.PARTICIPANT,
        submit_key=uuid.uuid5(_NAMESPACE, f"{project.key} {STARTED}"),
    )  # fmt: skip
    return project


@transaction.atomic  # no worker sees a notice before it is known that no mail follows
def _come_to(version: ProgrammeVersion, state: State, number: int, today: date) -> None:
    name = f"{version.code.partition('-')[0]}-{state.code}"
    owner = people.invented([name])[name]
    project = _begin(version, owner, number, today)
    if project is None:
        return
    asked = {question.code for step in version.all_steps for question in step.all_questions}
    written = writing.answers(number, today=today)
    project.answers = {name: text for name, text in written.items() if name in asked}
    project.save(update_fields=["answers"])
    _go_through_sessions(project)
    proposal = building.entry(version, state.code)
    for move in building.way_to(version, proposal.source if proposal else state.code):
        if move.actor != Holder.PARTICIPANT:
            raise LookupError(f"nobody of the demonstration makes {move.code} in {version.code}")
        key = uuid.uuid5(_NAMESPACE, f"{project.key} {move.source} {move.code}")
        moves.move(project=project, code=move.code, actor=owner, submit_key=key)
        project.refresh_from_db()
    if proposal:
        building.bring_into_catalogue(project, proposal, owner, publish=state.is_end)
    Notice.objects.filter(project=project).update(mail=Notice.Mail.NONE)


def _go_through_sessions(project: Project) -> None:
    for session in Session.objects.filter(version=project.version):
        SessionDone.objects.create(project=project, session=session, at=timezone.now())
        record(
            project=project, code=learning.DONE, by=project.owner, note="", role=Holder.PARTICIPANT,
            submit_key=uuid.uuid5(_NAMESPACE, f"{project.key} {session.code}"),
        )  # fmt: skip
