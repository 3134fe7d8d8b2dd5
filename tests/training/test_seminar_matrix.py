"""Every role at consultations and seminars, in every state: the services and every page; see matrix.yaml."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.training import slots
from tests.training.worlds import ORACLE, PROGRAMMES, ROLES, World, allowed, in_batch, take_yes_back, worlds
from training.errors import GuardsUnmet, NotAllowed
from training.models import Consultation, Holder, Project, Seminar, SeminarPlace
from training.seeds import all_specs
from training.services import attendance, consultations, seminar_places, seminars
from training.services.consultations import Talk

__all__ = ["worlds"]

pytestmark = pytest.mark.django_db
TALKS, SEMINARS, PAGES = ORACLE["consultations"], ORACLE["seminars"], ORACLE["pages"]


def talk() -> Talk:
    return Talk(timezone.localdate(), "Matriks", "Bukti")


def only_people(actor) -> None:
    """Services are for people who are signed in; views see to that."""
    if not actor.is_authenticated:
        raise NotAllowed("anonymous")


def do_write(world: World):
    def act(actor):
        only_people(actor)
        for role in (Holder.COACH, Holder.MENTOR):
            try:
                consultations.write(
                    project=world.project, by=actor, role=role, talk=talk(), submit_key=uuid.uuid4()
                )
                return
            except NotAllowed:
                continue
        raise NotAllowed("write")

    return act


def do_answer(world: World):
    def act(actor):
        only_people(actor)
        entry = Consultation.objects.create(
            project=world.project, role=Holder.COACH, supporter=world.cast.coach,
            written_by=world.people["participant"], held_on=timezone.localdate(), discussed="a", agreed="b",
        )  # fmt: skip
        consultations.answer(
            consultation=entry, by=actor, seen=1, agrees=True, reason="", submit_key=uuid.uuid4()
        )

    return act


def expected(world: World, roles: list[str], role: str) -> bool:
    return in_batch(world) and role in roles


@pytest.mark.parametrize(
    ("code", "state"), [(code, state) for code, flow in PROGRAMMES.items() for state in flow["states"]]
)
def test_consultations_in_every_state(worlds, code, state):
    world = worlds[code]
    Project.objects.filter(pk=world.project.pk).update(state_code=state)
    writers = [] if state in TALKS["not-at"] else TALKS["write"]
    wrong = []
    for role in ROLES:
        if allowed(world, role, do_write(world), (NotAllowed, GuardsUnmet)) != expected(world, writers, role):
            wrong.append((role, "write"))
        if in_batch(world) and allowed(world, role, do_answer(world)) != (role in TALKS["answer"]):
            wrong.append((role, "answer"))
    assert wrong == []


def miss_it(world: World, seminar: Seminar, by) -> None:
    """Say that the project was not presented, the slot having begun."""
    slots.begun(seminar)
    seminar_places.miss(seminar=seminar, project=world.project, reason="x", by=by, submit_key=uuid.uuid4())


def coordinating(world: World, seminar: Seminar, other: Seminar) -> dict:
    """Everything that coordinators do, by name."""
    people, key = world.cast, uuid.uuid4()
    return {
        "set up": lambda by: seminars.set_up(
            batch=people.batch, kind="design", plan=slots.plan(16), by=by, submit_key=key
        ),
        "room": lambda by: seminars.add_room(batch=people.batch, name="Ruang", capacity=9, by=by),
        "move": lambda by: seminars.move(
            seminar=seminar, plan=slots.plan(10), reason="x", by=by, submit_key=key
        ),
        "cancel": lambda by: seminars.cancel(seminar=seminar, reason="x", by=by, submit_key=key),
        "place": lambda by: seminar_places.place(
            seminar=other, project=world.project, by=by, submit_key=key
        ),
        "take out": lambda by: seminar_places.take_out(
            seminar=seminar, project=world.project, reason="x", by=by, submit_key=key
        ),
        "order": lambda by: seminar_places.put_at(
            seminar=seminar, project=world.project, position=1, by=by
        ),
        "share": lambda by: seminar_places.share_out(
            batch=people.batch, kind="result", by=by, submit_key=key
        ),
        "miss": lambda by: miss_it(world, seminar, by),
    }  # fmt: skip


@pytest.mark.parametrize("code", [spec["code"] for spec in all_specs() if spec.get("needs_batch", True)])
def test_seminars(worlds, code):
    world = worlds[code]
    Project.objects.filter(pk=world.project.pk).update(state_code="design")
    SeminarPlace.objects.all().delete()
    people = world.cast
    seminar = slots.slot(people)
    slots.put(people, seminar, world.project)
    other = slots.slot(people, "result", hour=14)
    acts = coordinating(world, seminar, other)
    wrong = []
    for role in ROLES:
        for name, act in acts.items():
            if allowed(world, role, act) != (role in SEMINARS["set-up"]):
                wrong.append((role, name))

        def say_yes(actor):
            only_people(actor)
            attendance.consent(seminar=seminar, by=actor, yes=True)

        if allowed(world, role, say_yes) != (role in SEMINARS["consent"]):
            wrong.append((role, "consent"))
    assert wrong == []


def paths(world: World, seminar: Seminar, entry: Consultation) -> dict[str, list[tuple[str, str, dict]]]:
    """Every page of this part: method, address and form, by what the matrix calls them."""
    key = world.project.key

    def of_project(name, *more):
        return reverse(f"training:{name}", args=[key, *more])

    def of_batch(name, *more):
        return reverse(f"training_batches:{name}", args=[world.cast.batch.key, *more])

    consent = of_project("seminar-consent", seminar.key)
    return {
        "consultations": [
            ("get", of_project("consultations"), {}),
            ("get", of_project("consultation", entry.key), {}),
            ("get", of_project("consultation-sheet", "coach"), {}),
        ],
        "seminars": [("get", of_project("seminars"), {})],
        "calendar": [
            ("get", of_project("seminar-calendar", seminar.key), {}),
            ("post", consent, {"may_record": "yes"}),
        ],
        "set-up": [
            ("get", of_batch("seminars"), {}),
            ("get", of_batch("seminar-new"), {}),
            ("post", of_batch("seminar-new"), {}),
            ("get", of_batch("seminar-rooms"), {}),
            ("post", of_batch("seminar-rooms"), {}),
            ("post", of_batch("seminar-share"), {"kind": "result", "submit_key": str(uuid.uuid4())}),
            ("get", of_batch("seminar", seminar.key), {}),
            ("post", of_batch("seminar-change", seminar.key, "cancel"), {}),
        ],
    }


def test_every_page_for_every_role(worlds, db):
    world = worlds["latsar-2021"]
    Project.objects.filter(pk=world.project.pk).update(state_code="design")
    SeminarPlace.objects.all().delete()
    seminar = slots.slot(world.cast)
    slots.put(world.cast, seminar, world.project)
    entry = Consultation.objects.create(
        project=world.project, role=Holder.COACH, supporter=world.cast.coach,
        written_by=world.people["participant"], held_on=timezone.localdate(), discussed="a", agreed="b",
    )  # fmt: skip
    oracle = {**PAGES, "set-up": SEMINARS["set-up"]}
    wrong = []
    for role in ROLES:
        if role == "invited-mentor":
            take_yes_back(world)
        client = Client()
        if role != "anonymous":
            client.force_login(world.people[role])
        for name, rows in paths(world, seminar, entry).items():
            for method, path, form in rows:
                answer = getattr(client, method)(path, form)
                seen = answer.status_code in (200, 422) or (
                    answer.status_code == 302 and "/accounts/" not in answer["Location"]
                )
                if seen != (role in oracle[name]):
                    wrong.append((role, method, path, answer.status_code))
                if not seen and role not in ("anonymous", "inactive") and method == "get":
                    parts = path.split("/")
                    missing = "/".join([*parts[:4], str(uuid.uuid4()), *parts[5:]])
                    absent = client.get(missing)
                    # Staff without a second factor are led to set one up, wherever they go.
                    if (answer.status_code, answer.content) != (absent.status_code, absent.content):
                        wrong.append((role, path, "differs from what is not there"))
    assert wrong == []


def test_foreign_rows_in_an_address_are_not_there(worlds, db):
    world, other = worlds["latsar-2021"], worlds["pkp-2020"]
    SeminarPlace.objects.all().delete()
    Project.objects.filter(pk__in=[world.project.pk, other.project.pk]).update(state_code="design")
    seminar = slots.slot(other.cast)
    slots.put(other.cast, seminar, other.project)
    entry = Consultation.objects.create(
        project=other.project, role=Holder.COACH, supporter=other.cast.coach,
        written_by=other.people["participant"], held_on=timezone.localdate(), discussed="a", agreed="b",
    )  # fmt: skip
    for role in ("participant", "coordinator"):
        client = Client()
        client.force_login(world.people[role])
        for rows in paths(world, seminar, entry).values():
            for method, path, form in rows:
                if str(seminar.key) in path or str(entry.key) in path:
                    assert getattr(client, method)(path, form).status_code == 404, path
