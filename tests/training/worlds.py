"""Worlds for whole files: a project of a programme with somebody in every role; the demonstration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from catalogue.services.access import ensure_access
from catalogue.services.codes import agency_id
from tests import factories
from tests.browser import training_pages
from tests.training.meeting import meet_all
from tests.training.people import Cast, cast, joined, person, switched_off, version
from tests.worlds import Made, for_a_file
from training.errors import Moved, NotAllowed
from training.models import Assignment, Holder, Invitation, Project

HOST = "127.0.0.1"
"""One that the site answers to, for clients of ``shown``."""
ORACLE = yaml.safe_load((Path(__file__).parent / "matrix.yaml").read_text(encoding="utf-8"))
ROLES = ORACLE["roles"]
PROGRAMMES = {code: flow for flow in ORACLE["flows"].values() for code in flow["programmes"]}


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
    joined(project, inactive, Holder.EXAMINER)
    joined(project, ex_mentor, Holder.MENTOR, over=True)
    Invitation.objects.create(project=project, user=ex_mentor, role=Holder.MENTOR)
    made.batch.coordinators.add(inactive)
    other = cast(code).participant if found.needs_batch else person("other")
    Project.objects.filter(owner=other).update(batch=made.batch)
    people = {
        "anonymous": AnonymousUser(), "participant": participant, "other-participant": other,
        "mentor": made.mentor, "coach": made.coach, "examiner": made.examiner,
        "coordinator": made.coordinator, "curator": factories.user("curator"),
        "administrator": factories.user("administrator"), "inactive": switched_off(inactive),
        "ex-mentor": ex_mentor, "invited-mentor": made.mentor,
    }  # fmt: skip
    return World(made.fresh(), people, made)


@contextmanager
def kept(blocker: Any, make: Callable[[], Made]) -> Iterator[Made]:
    """``for_a_file``, on the vocabulary and the rights that there are everywhere."""

    def all_of_it() -> Made:
        factories.baseline()
        ensure_access()
        return make()

    with for_a_file(blocker, all_of_it) as made:
        yield made


@pytest.fixture(scope="module")
def worlds(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, World]]:
    """One of each programme that ships."""
    with kept(django_db_blocker, lambda: {code: make_world(code) for code in PROGRAMMES}) as made:
        yield made


@pytest.fixture(scope="module")
def shown(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[None]:
    """The demonstration as one world, with all there is to read and to send: ``demo_training`` and more."""

    def make() -> None:
        call_command("demo_accounts", verbosity=0)
        call_command("demo_training", verbosity=0)
        training_pages.prepare()

    folder = tmp_path_factory.mktemp("shown")
    changed = override_settings(VAR_DIR=folder, STAFF_MFA="optional", ALLOWED_HOSTS=["*"])
    with changed, kept(django_db_blocker, make):
        yield


class Refused(Exception):
    """So that whatever a cell did is rolled back."""


def take_yes_back(world: World) -> None:
    """Let the mentor be somebody who was invited and has not answered."""
    waiting = Assignment.objects.filter(project=world.project, role=Holder.MENTOR, until=None)
    waiting.update(accepted_at=None)


def allowed(
    world: World,
    role: str,
    act: Callable[[Any], object],
    refusals: tuple[type[Exception], ...] = (NotAllowed, Moved),
) -> bool:
    """Whether the service lets ``role`` do it, not raising one of ``refusals``; nothing of it stays."""
    done, refused = False, (Refused, *refusals)
    try:
        with transaction.atomic():
            if role == "invited-mentor":
                take_yes_back(world)
            act(world.people[role])
            done = True
            raise Refused
    except refused:
        return done


def in_batch(world: World) -> bool:
    return world.project.batch_id is not None


def expected(world: World, roles: str | Iterable[str], role: str) -> bool:
    """Whether the matrix lets ``role`` do what it names ``roles`` for; alone there is a participant only."""
    wanted = [roles] if isinstance(roles, str) else roles
    return role in wanted and (in_batch(world) or role == "participant")
