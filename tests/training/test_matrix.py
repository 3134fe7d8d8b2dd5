"""Every role, in every state of every shipped programme, at every service: matrix.yaml is what is right."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from tests.training.people import cast, version
from tests.training.worlds import ORACLE, PROGRAMMES, ROLES, World, allowed, expected, in_batch, worlds
from training.errors import NotAllowed
from training.models import Assignment, Holder, Invitation, Project
from training.permissions import visible_projects
from training.seeds import all_specs
from training.services import moves, writing
from training.services.enrolment import Person, enrol
from training.services.invitations import accept, invite

CELLS = [(code, state) for code, flow in PROGRAMMES.items() for state in flow["states"]]
__all__ = ["worlds"]
FOREIGN = ("begin", "propose", "approve-design")
"""Moves that are tried in every state, beside those that lead away from it."""


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
