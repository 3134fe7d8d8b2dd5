"""Every role at everything about scores, in every state: ``scores`` in matrix.yaml is what is right."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from tests.training.people import person
from tests.training.scoring import given, lock, score_all, sheet
from tests.training.worlds import ORACLE, ROLES, World, allowed, kept, make_world
from training import results, score_rights
from training.errors import GuardsUnmet, NotAllowed, ScoresClosed
from training.models import Appeal, Occasion, Project, Result, ScoreSheet
from training.permissions import led_batches, roles_in, visible_projects
from training.services import appeals, locking, scores, settling

RULES = ORACLE["scores"]
REFUSALS = (NotAllowed, ScoresClosed, GuardsUnmet)
STATES = list(ORACLE["flows"]["batch"]["states"])
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    def make() -> World:
        made = make_world("latsar-2021")
        ScoreSheet.objects.filter(project=made.project).delete()
        Result.objects.filter(project=made.project).delete()
        return made

    with kept(django_db_blocker, make) as made:
        yield made


def who(world: World, act: Any) -> list[str]:
    return [role for role in ROLES if allowed(world, role, act, REFUSALS)]


def put(world: World, state: str) -> Project:
    Project.objects.filter(pk=world.project.pk).update(state_code=state)
    return Project.objects.get(pk=world.project.pk)


@pytest.mark.parametrize("state", STATES)
def test_who_gives_scores_where(world, state):
    project = put(world, state)
    for occasion, rule in RULES["give"].items():
        [(role, states)] = rule.items()

        def act(actor, occasion=occasion):
            scores.submit(
                project=project,
                occasion=Occasion(occasion),
                actor=actor,
                given=given(project, occasion),
                saved=0,
                submit_key=uuid.uuid4(),
            )

        wanted = [role] if states == "everywhere" or state in states else []
        assert who(world, act) == wanted, occasion


@pytest.mark.parametrize("state", STATES)
def test_who_locks_where(world, state):
    project = put(world, state)
    with transaction.atomic():
        score_all(world.cast)
        [(role, states)] = RULES["lock"].items()

        def act(actor):
            locking.lock(project=project, by=actor, submit_key=uuid.uuid4())

        assert who(world, act) == ([role] if state in states else [])
        transaction.set_rollback(True)


def reading(world: World, test: Any) -> list[str]:
    """The roles for which ``test`` holds, given the standing, their parts and the person."""

    def act(actor):
        project = visible_projects(actor).filter(pk=world.project.pk).first()
        if project is None or not test(results.standing(project), roles_in(project, actor), actor):
            raise NotAllowed("read")

    return who(world, act)


def test_who_reads_what(world):
    put(world, "graduation")
    first = Occasion.DESIGN_SEMINAR

    def result(standing, roles, _actor):
        return score_rights.sees_result(standing, roles)

    with transaction.atomic():
        score_all(world.cast)
        sheet(world.project, first, person("other-examiner"))
        assert reading(world, result) == RULES["result-before-lock"]
        lock(world.cast)
        assert reading(world, result) == RULES["result-after-lock"]
        seen = reading(world, lambda s, roles, user: score_rights.sheets_seen(s.seats[first], roles, user))
        assert seen == RULES["sheets"]
        may = score_rights.may_have_minutes
        assert reading(world, lambda s, roles, user: may(s.seats[first], roles, user)) == RULES["minutes"]
        leads = [role for role in ROLES if led_batches(world.people[role]).filter(pk=world.cast.batch.pk)]
        assert leads == RULES["severity"]
        transaction.set_rollback(True)


def test_who_settles_unlocks_appeals_and_answers(world):
    project = put(world, "design-seminar")

    def settle(actor):
        meeting = settling.Meeting({"design": Decimal(80)}, timezone.localdate(), "Sepakat")
        settling.propose(
            project=project,
            occasion=Occasion.DESIGN_SEMINAR,
            meeting=meeting,
            actor=actor,
            submit_key=uuid.uuid4(),
        )

    def unlock(actor):
        locking.unlock(project=project, reason="Salah hitung", by=actor, submit_key=uuid.uuid4())

    def appeal(actor):
        appeals.appeal(project=project, reason="Bukti terlewat", actor=actor, submit_key=uuid.uuid4())

    def answer(actor):
        appeals.answer(project=project, upheld=True, words="Benar", by=actor, submit_key=uuid.uuid4())

    with transaction.atomic():
        sheet(project, "seminar-1", world.people["examiner"], 3)
        sheet(project, "seminar-1", person("other-examiner"), 5)
        assert who(world, settle) == RULES["settle"]
        transaction.set_rollback(True)
    with transaction.atomic():
        put(world, "graduation")
        result = lock(world.cast)
        assert who(world, unlock) == RULES["unlock"]
        assert who(world, appeal) == RULES["appeal"]
        Appeal.objects.create(result=result, reason="Bukti terlewat")
        assert who(world, answer) == RULES["answer"]
        transaction.set_rollback(True)
