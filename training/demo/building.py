"""Makes the batches of the demonstration, each project with the history that led to where it is.

Rows are written directly, as the services would have left them: going every way by them takes too long for a
first start. What needs the catalogue is done by the services.
"""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from catalogue.services import intake
from catalogue.services.codes import agency_id
from training.demo import around, aside, coming, ideas, logs, people, scoring, writing
from training.models import (
    Assignment,
    Batch,
    BatchExaminer,
    Consultation,
    Event,
    Holder,
    Institution,
    Invitation,
    Move,
    NoteReply,
    Notice,
    ProgrammeVersion,
    Project,
    Revision,
)
from training.services import certificates, documents, moves
from training.services.due import due_date

AGENCIES = ("gov-35.10", "gov-33", "gov-32")
INSTITUTION = "pusat-pelatihan-contoh"
STATES = {
    "latsar-2021": (
        "design-revision", "registered", "issue", "idea-approval", "design-review", "design-approval",
        "design-seminar", "implementation", "report", "result-seminar", "passed", "published",
    ),
    "pkp-2020": (
        "registered", "idea", "idea-approval", "design", "design-review", "improvement", "improvement-review",
        "implementation", "final-approval", "report-approval", "graduation", "curation",
    ),
    "pka-2020": (
        "issue", "idea", "design", "design-approval", "design-seminar", "implementation", "report-revision",
        "final-signing", "final-improvement", "final-review", "remedial", "passed",
    ),
}  # fmt: skip
"""Where the first people of each batch are; others are in every further state its version has. The first one
of the first batch is the participant one can sign in as.
"""
TWICE = ("pkp-2020", "implementation")
"""Where the participant one can sign in as has a second project: one with a logbook to write in."""
_CHOSEN_BEFORE = timedelta(days=45)
IMPLEMENTING = 12
"""Days for which those who are implementing have been."""
_NOTE = (
    "Bukti pada kegiatan kedua belum jelas: tuliskan dokumen apa yang akan ada dan siapa yang menyimpannya."
)
_NOTED = "close-design-seminar"
"""The move whose notes are ticked before the improvement is handed in."""
_TO_MEND = "Perjelas siapa yang melanjutkan kegiatan setelah pelatihan."
_FIELD_NOTES = {"matrix": "Tambahkan bukti."}
_REPLIES = {"": "Kepala unit menunjuk dua petugas.", "matrix": "Setiap kegiatan sekarang punya satu bukti."}
_DECIDED = "Semua syarat terpenuhi dan nilai akhir mencapai batas lulus."
_NAMESPACE = uuid.UUID("0c4b6b0e-3a4f-4f55-8f4e-6f3f0f6c9d11")


@dataclass
class _Rows:
    """What is written in a few statements for a whole batch."""

    assignments: list[Assignment] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    talks: list[Consultation] = field(default_factory=list)
    last: list[tuple[Event, set[int]]] = field(default_factory=list)


def build(*, cast: dict[str, User], today: date) -> list[str]:
    """Make the batches that are missing, and change none that is there; the names of those made.

    ``cast`` has the person one can sign in as for each part.
    """
    institution = Institution.objects.get_or_create(
        code=INSTITUTION,
        defaults={"label_id": "Pusat Pelatihan Contoh", "label_en": "Sample Training Centre"},
    )[0]
    made, first = [], 0
    for number, code in enumerate(STATES):
        version = ProgrammeVersion.objects.filter(code=code).first()
        name = f"Angkatan Contoh {'I' * (number + 1)} ({code.partition('-')[0].upper()})"
        if version is None or Batch.objects.filter(institution=institution, name=name).exists():
            continue
        with transaction.atomic():
            batch = _batch(version, institution, name, today)
            batch.coordinators.add(cast["coordinator"])
            _fill(batch, number, first, cast, today)
        made.append(name)
        first += len(version.all_states)
    return made


def _batch(version: ProgrammeVersion, institution: Institution, name: str, today: date) -> Batch:
    return Batch.objects.create(
        version=version,
        institution=institution,
        name=name,
        starts_on=today - timedelta(days=40),
        design_seminar_on=today + timedelta(days=4),
        result_seminar_on=today + timedelta(days=35),
        ends_on=today + timedelta(days=45),
        is_demo=True,
    )


def states_of(version: ProgrammeVersion) -> list[str]:
    """Where the people of a batch by ``version`` are: somebody in every state, in the order of ``STATES``."""
    listed = [code for code in STATES.get(version.code, ()) if version.state(code)]
    return list(dict.fromkeys([*listed, *(state.code for state in version.all_states)]))


def _fill(batch: Batch, number: int, first: int, cast: dict[str, User], today: date) -> None:
    """``number`` is the batch's; its people are numbered from ``first``, which makes them differ."""
    code, states = batch.version.code, states_of(batch.version)
    prefix = code.partition("-")[0]
    names = [f"{prefix}-{row:02}" for row in range(1, len(states) + 1)]
    others = people.invented([*names, "mentor-2", "mentor-3", "coach-2", "penguji-2"])
    for examiner in (cast["examiner"], others["penguji-2"]):
        chosen = BatchExaminer.objects.create(batch=batch, user=examiner, outside=True)
        coming.choose(chosen, cast["coordinator"], timezone.now() - _CHOSEN_BEFORE)
    rows, projects = _Rows(), []
    accompanied: list[tuple[Project, dict[str, User]]] = []
    for row, state in enumerate(states):
        own = _is_shown(code, state, first + row) or (code, state) == TWICE
        owner = cast["participant"] if own else others[names[row]]
        project = _project(batch, state, owner, first + row, today)
        project.save()
        helpers = _helpers(project, row, cast, others)
        if state == "published":  # whoever can sign in is asked what became of it
            helpers[Holder.MENTOR] = cast["mentor"]
        _people(project, helpers, rows, others["penguji-2"])
        accompanied.append((project, helpers))
        _history(project, rows, cast)
        projects.append(project)
    _write(rows)
    around.hold_seminars(batch, projects, number=number, by=cast["coordinator"], now=timezone.now())
    for row, project in enumerate(projects):
        scoring.give(project, first + row, _events(project, rows), _parts(project, rows, cast))
    for project, helpers in accompanied:
        logs.fill(project, mentor=helpers[Holder.MENTOR], namespace=_NAMESPACE)
    _papers(rows.events, projects)
    for project, state in zip(projects, states, strict=True):
        if proposal := entry(batch.version, state):
            bring_into_catalogue(project, proposal, cast["coordinator"], publish=state == "published")
    aside.build(dict(zip(states, projects, strict=True)), code, cast)


def _is_shown(code: str, state: str, number: int) -> bool:
    """Whether it is the participant's one can sign in as: at the beginning, and with a result."""
    return number == 0 or (code == "pka-2020" and state == "passed")


def _events(project: Project, rows: _Rows) -> list[Event]:
    return [event for event in rows.events if event.project is project]


def _parts(project: Project, rows: _Rows, cast: dict[str, User]) -> dict[str, list[User]]:
    """People by part, whoever can sign in first."""
    parts: dict[str, list[User]] = {Holder.COORDINATOR: [cast["coordinator"]]}
    for assigned in reversed([one for one in rows.assignments if one.project is project]):
        parts.setdefault(assigned.role, []).append(assigned.user)
    return parts


def _project(batch: Batch, state: str, owner: User, number: int, today: date) -> Project:
    proposal = entry(batch.version, state)
    where = proposal.source if proposal else state
    project = Project(
        version=batch.version, batch=batch, owner=owner, state_code=where,
        agency_id=agency_id(AGENCIES[number % len(AGENCIES)]),
        key=uuid.uuid5(_NAMESPACE, f"{batch.name} {number}"),
    )  # fmt: skip
    ago = IMPLEMENTING if project.state.keeps_log else number % 4
    # At least an hour ago: what happened in the state since takes up to 50 minutes.
    project.entered_at = timezone.now() - timedelta(days=ago, hours=1 + number % 7)
    written = writing.answers(number, today=today)
    asked = _answered(batch.version, where)
    project.answers = {name: text for name, text in written.items() if name in asked}
    project.title = project.answers.get("title", "")
    project.saved = len(asked)
    project.due_on = due_date(project, project.state, timezone.localdate(project.entered_at))
    return project


def _answered(version: ProgrammeVersion, state: str) -> set[str]:
    """Codes of the questions answered on the way to ``state``, and the first one of a step open there."""
    steps = {step.code: [question.code for question in step.all_questions] for step in version.all_steps}
    done = {code for move in way_to(version, state) for code in _steps_of(move)}
    begun = {steps[step.code][0] for step in version.all_steps if state in step.states}
    return begun.union(*(steps[code] for code in done))


def _steps_of(move: Move) -> list[str]:
    return [guard.removeprefix("step:") for guard in move.guards.split() if guard.startswith("step:")]


def way_to(version: ProgrammeVersion, state: str) -> list[Move]:
    """The shortest way from the start. Raises ``LookupError`` when there is none."""
    ways: deque[tuple[str, list[Move]]] = deque([(version.start.code, [])])
    seen = {version.start.code}
    while ways:
        here, way = ways.popleft()
        if here == state:
            return way
        for move in version.all_moves:
            if move.source == here and move.target not in seen:
                seen.add(move.target)
                ways.append((move.target, [*way, move]))
    raise LookupError(state)


def entry(version: ProgrammeVersion, state: str) -> Move | None:
    """The move by which a project in ``state`` came to the curators; ``None`` for one they never had."""
    queues = {one.code for one in version.all_states if one.holder == Holder.CURATOR}
    return next((move for move in way_to(version, state) if move.target in queues), None)


def _helpers(project: Project, row: int, cast: dict[str, User], others: dict[str, User]) -> dict[str, User]:
    """Whoever can sign in has what waits for a mentor or a coach; invented people have some of the rest."""
    holder = project.state.holder
    own = project.owner == cast["participant"]
    mentor = (
        cast["mentor"]
        if own or holder == Holder.MENTOR or project.state.keeps_log or row % 3 == 0
        else others[f"mentor-{row % 2 + 2}"]
    )
    coach = cast["coach"] if own or holder == Holder.COACH or row % 2 == 0 else others["coach-2"]
    return {Holder.MENTOR: mentor, Holder.COACH: coach, Holder.EXAMINER: cast["examiner"]}


def _people(project: Project, helpers: dict[str, User], rows: _Rows, second: User) -> None:
    """``second`` is an examiner beside the one of ``helpers``, whom the history names as the last one."""
    began = _began(project)
    waiting = {Holder.MENTOR} if project.state.is_start else set()
    for role, user in [(Holder.EXAMINER, second), *helpers.items()]:
        accepted = None if role in waiting else began
        rows.assignments.append(
            Assignment(project=project, user=user, role=role, since=began, accepted_at=accepted)
        )
        rows.invitations.append(Invitation(project=project, user=user, role=role, accepted_at=accepted))
    rows.invitations.append(
        Invitation(project=project, user=project.owner, role=Holder.PARTICIPANT, accepted_at=began)
    )


def _began(project: Project) -> datetime:
    return project.entered_at - timedelta(days=30)


def _history(project: Project, rows: _Rows, cast: dict[str, User]) -> None:
    """Events as by the services, spread over the time from the start to the last one."""
    way = way_to(project.version, project.state_code)
    assigned = {part.role: part.user for part in rows.assignments if part.project is project}
    who = {**assigned, Holder.PARTICIPANT: project.owner, Holder.COORDINATOR: cast["coordinator"]}
    pause = timedelta(days=30) / max(len(way), 1)
    revision, made = None, list[Event]()
    for number, move in enumerate(way, start=1):
        if move.actor == Holder.PARTICIPANT:
            revision = _revision(project, move, (revision.number if revision else 0) + 1)
            rows.revisions.append(revision)
        event = Event(
            project=project, number=number, code=move.code, actor=who[move.actor], role=move.actor,
            source=move.source, target=move.target, note=_note_of(move), revision=revision,
            field_notes=_FIELD_NOTES if move.code in ("return-design", _NOTED) else {},
            submit_key=uuid.uuid5(_NAMESPACE, f"{project.key} {number}"),
            at=project.entered_at - pause * (len(way) - number),
        )  # fmt: skip
        if revision is not None and move.actor == Holder.PARTICIPANT:
            revision.made_at = event.at
        made.append(event)
    ideas.compare(project, made)
    rows.events += _whole(project, made, who, rows)
    if way:
        holder = who.get(project.state.holder)
        told = {project.owner_id, holder.pk if holder else project.owner_id} - {who[way[-1].actor].pk}
        rows.last.append((made[-1], told))


def _note_of(move: Move) -> str:
    if move.needs_note:
        return _DECIDED
    if move.code == _NOTED:
        return _TO_MEND
    return _NOTE if move.is_return else ""


def _whole(project: Project, way: list[Event], who: dict[str, User], rows: _Rows) -> list[Event]:
    """``way`` with the consultations between its moves, numbered by time."""
    talks, others = around.talks(project, way, who)
    rows.talks += talks
    parts = [part for part in rows.assignments if part.project is project]
    others = [*coming.events(project, parts, who[Holder.COORDINATOR], _began(project)), *others]
    found = sorted([*way, *others], key=lambda event: event.at)
    state = project.version.start.code
    for number, event in enumerate(found, start=1):
        event.number = number
        if event in others:
            event.source = event.target = state
        state = event.target
    return found


def _revision(project: Project, move: Move, number: int) -> Revision:
    return Revision(
        project=project,
        number=number,
        title=project.title,
        answers=project.answers,
        state_code=move.target,
        made_by=project.owner,
    )


def _write(rows: _Rows) -> None:
    Assignment.objects.bulk_create(rows.assignments)
    Invitation.objects.bulk_create(rows.invitations)
    Revision.objects.bulk_create(rows.revisions)
    Event.objects.bulk_create(rows.events)
    Consultation.objects.bulk_create(rows.talks)
    NoteReply.objects.bulk_create(_replies(rows.events))
    Notice.objects.bulk_create(
        Notice(
            user_id=person, project=event.project, cause=f"event:{event.pk}", state_code=event.target,
            kind=Notice.Kind.RETURNED if event.note == _NOTE else Notice.Kind.MOVED, mail=Notice.Mail.NONE,
            created_at=event.at,
        )
        for event, told in rows.last
        for person in sorted(told)
    )  # fmt: skip


def _replies(events: list[Event]) -> list[NoteReply]:
    """What was done about each note of a seminar; the one who is still at it has done half."""
    found = []
    for event in events:
        if event.code == _NOTED:
            ticked = ["matrix"] if event.project.state_code == event.target else list(_REPLIES)
            found += [
                NoteReply(event=event, question=code, text=_REPLIES[code], made_at=event.at)
                for code in ticked
            ]
    return found


def _papers(events: list[Event], projects: list[Project]) -> None:
    """The documents and certificates that the moves gave; the worker signs them."""
    for event in events:
        made = (event.source, event.target, event.code)
        moves_of = event.project.version.all_moves
        move = next((one for one in moves_of if (one.source, one.target, one.code) == made), None)
        if move is not None:  # consultations stand in the history, too
            documents.reserve(project=event.project, event=event, move=move)
    for project in projects:
        if project.state.gives_certificate:
            certificates.reserve(project)


def bring_into_catalogue(project: Project, proposal: Move, by: User, *, publish: bool) -> None:
    """Hand the record to the curators by ``proposal``, as ``by`` would; one of them may publish it."""
    key = uuid.uuid5(_NAMESPACE, f"{project.key} {proposal.code}")
    moves.move(project=project, code=proposal.code, actor=by, submit_key=key)
    curator = User.objects.filter(email=people.CURATOR).first()
    project.refresh_from_db()
    if publish and curator is not None and project.record_key is not None:
        intake.approve(key=project.record_key, by=curator)
