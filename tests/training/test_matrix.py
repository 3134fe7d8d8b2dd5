"""Every role, in every state of every shipped programme, at every service: matrix.yaml is what is right."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from catalogue.services.access import ensure_access
from catalogue.services.codes import agency_id
from tests import factories
from tests.training.meeting import meet_all
from tests.training.people import Cast, cast, person, version
from training.errors import Moved, NotAllowed
from training.models import Assignment, Holder, Invitation, Project
from training.permissions import visible_projects
from training.seeds import all_specs
from training.services import moves, writing
from training.services.enrolment import Person, enrol
from training.services.invitations import accept, invite

ORACLE = yaml.safe_load((Path(__file__).parent / "matrix.yaml").read_text(encoding="utf-8"))
ROLES = ORACLE["roles"]
PROGRAMMES = {code: flow for flow in ORACLE["flows"].values() for code in flow["programmes"]}
CELLS = [(code, state) for code, flow in PROGRAMMES.items() for state in flow["states"]]
FOREIGN = ("begin", "propose", "approve-design")
"""Moves that are tried in every state, beside those that lead away from it."""


@dataclass
class World:
    """A project of one programme, with somebody in every role."""

    project: Project
    people: dict[str, Any]
    cast: Cast


def make_world(code: str) -> World:
    found = version(code)
    if found.needs_batch:
        made = cast(code)
        project, participant = made.project, made.participant
    else:
        made, participant = cast(), person("alone")
        agency = agency_id("gov-35.10")
        project = Project.objects.create(
            version=found, owner=participant, agency_id=agency, state_code=found.start.code
        )
        made.project = project
    made.answer_all()
    meet_all(made)
    inactive, ex_mentor = person("inactive"), person("ex-mentor")
    now = timezone.now()
    parts = Assignment.objects
    parts.create(project=project, user=inactive, role=Holder.EXAMINER, accepted_at=now)
    parts.create(project=project, user=ex_mentor, role=Holder.MENTOR, accepted_at=now, until=now)
    Invitation.objects.create(project=project, user=ex_mentor, role=Holder.MENTOR)
    made.batch.coordinators.add(inactive)
    inactive.is_active = False
    inactive.save()
    other = cast(code).participant if found.needs_batch else person("other")
    Project.objects.filter(owner=other).update(batch=made.batch)
    people = {
        "anonymous": AnonymousUser(), "participant": participant, "other-participant": other,
        "mentor": made.mentor, "coach": made.coach, "examiner": made.examiner,
        "coordinator": made.coordinator, "curator": factories.user("curator"),
        "administrator": factories.user("administrator"), "inactive": inactive, "ex-mentor": ex_mentor,
        "invited-mentor": made.mentor,
    }  # fmt: skip
    return World(made.fresh(), people, made)


@pytest.fixture(scope="module")
def worlds(django_db_setup, django_db_blocker) -> Iterator[dict[str, World]]:
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        factories.baseline()
        ensure_access()
        made = {code: make_world(code) for code in PROGRAMMES}
    yield made
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


class Refused(Exception):
    """So that whatever a cell did is rolled back."""


def allowed(world: World, role: str, act: Any) -> bool:
    """Whether the service lets ``role`` do it; nothing of it stays."""
    done = False
    try:
        with transaction.atomic():
            if role == "invited-mentor":
                waiting = Assignment.objects.filter(project=world.project, role=Holder.MENTOR, until=None)
                waiting.update(accepted_at=None)
            act(world.people[role])
            done = True
            raise Refused
    except (Refused, NotAllowed, Moved):
        return done


def in_batch(world: World) -> bool:
    return world.project.batch_id is not None


def expected(world: World, roles: Any, role: str) -> bool:
    wanted = roles if isinstance(roles, list) else [roles]
    return role in wanted and (in_batch(world) or role == "participant")


def do_move(world: World, code: str):
    def act(actor):
        key = uuid.uuid4()
        answer_as_wanted(world, code)
        moves.move(project=world.project, code=code, actor=actor, submit_key=key, note="Catatan")

    return act


def answer_as_wanted(world: World, code: str) -> None:
    """Give the answers that the move asks for by its guards; two moves may ask for different ones."""
    here = Project.objects.values_list("state_code", flat=True).get(pk=world.project.pk)
    found = [one for one in world.project.version.all_moves if (one.source, one.code) == (here, code)]
    for guard in " ".join(one.guards for one in found).split():
        name, _colon, value = guard.partition(":")
        question, _equals, wanted = value.partition("=")
        if name == "answer":
            answers = world.project.answers | {question: wanted}
            Project.objects.filter(pk=world.project.pk).update(answers=answers)


def do_write(world: World, step):
    def act(actor):
        given = {step.all_questions[0].code: f"Lain {uuid.uuid4()}"}
        writing.save_answers(project=world.project, step=step, actor=actor, given=given, saved=0)

    return act


def do_see(world: World):
    def act(actor):
        if not visible_projects(actor).filter(pk=world.project.pk).exists():
            raise NotAllowed("see")

    return act


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "state"), CELLS)
def test_every_cell(worlds, code, state):
    world = worlds[code]
    rules = dict(PROGRAMMES[code]["states"][state])
    writable = rules.pop("write", [])
    Project.objects.filter(pk=world.project.pk).update(state_code=state)
    wrong = []
    for role in ROLES:
        cells = [("see", ORACLE["see"], do_see(world))]
        cells += [
            (f"write {step.code}", "participant" if step.code in writable else [], do_write(world, step))
            for step in world.project.version.all_steps
        ]
        cells += [(name, rules.get(name, []), do_move(world, name)) for name in sorted({*rules, *FOREIGN})]
        for name, roles, act in cells:
            if allowed(world, role, act) != expected(world, roles, role):
                wrong.append((role, name))
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("code", PROGRAMMES)
def test_invitations_and_enrolment(worlds, code):
    world = worlds[code]

    def do_accept(actor):
        own = Invitation.objects.filter(project=world.project, user_id=actor.pk).first()
        foreign = Invitation.objects.filter(project=world.project).exclude(user_id=actor.pk).first()
        invitation = own or foreign
        if invitation is None:
            raise NotAllowed("accept")
        accept(invitation=invitation, user=actor)

    def do_enrol(actor):
        names = ("participant", "mentor", "coach")
        people = {name: Person(f"{name}-{uuid.uuid4().hex[:6]}@dinas.go.id") for name in names}
        enrol(batch=world.cast.batch, agency_id=None, by=actor, **people)

    for role in ROLES:
        if in_batch(world):
            assert allowed(world, role, do_accept) == (role in ORACLE["accept"]), role
        else:
            assert not allowed(world, role, do_accept), role
        assert allowed(world, role, do_enrol) == (role in ORACLE["enrol"]), role


def test_the_matrix_names_every_state_step_and_move_that_ships(db):
    for spec in all_specs():
        found, rules = version(spec["code"]), PROGRAMMES[spec["code"]]["states"]
        assert set(rules) == {state.code for state in found.all_states}
        for state, named in rules.items():
            leaving = {move.code for move in found.all_moves if move.source == state}
            assert set(named) - {"write"} == leaving, state
            steps = {step.code for step in found.all_steps if state in step.states}
            assert set(named.get("write", [])) == steps, state


def test_an_invitation_lasts_while_the_part_is_to_be_had(db):
    people = cast(accepted=False)
    first = Invitation.objects.get(project=people.project, role=Holder.MENTOR)
    assert invite(project=people.project, user=people.mentor, role=Holder.MENTOR) == first
    assert people.mentor.notices.count() == 1
    accept(invitation=first, user=people.mentor)
    accept(invitation=first, user=people.mentor)
    Assignment.objects.filter(user=people.mentor).update(until=timezone.now())
    with pytest.raises(NotAllowed):
        accept(invitation=first, user=people.mentor)
