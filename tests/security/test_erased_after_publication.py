"""Somebody whose innovation is published erases their account: what visitors read stays, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Revision as PageRevision

from accounts import privacy
from catalogue.models import InnovationPage
from catalogue.services import intake
from catalogue.services.access import ensure_access
from search.engines import get_engine
from search.rebuild import rebuild
from search.types import SearchRequest
from tests import factories
from tests.accounts.test_privacy import CANARY, everything_stored
from tests.training.people import Cast, cast
from training.models import Event, OriginalityCheck

pytestmark = pytest.mark.django_db
WITNESS = "terbaca"


@pytest.fixture(autouse=True)
def index(settings: Any, tmp_path: Path, index_folder: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return index_folder


def published() -> Cast:
    """The canary stands wherever a person can write, and in what curators took out before they published."""
    people = cast()
    ensure_access()
    people.answer_all()
    person = people.participant
    person.first_name, person.last_name, person.email = CANARY, "Lestari", f"{CANARY}@dinas.go.id"
    person.save()
    project = people.fresh()
    project.answers["abstract"] = f"Ringkasan yang {WITNESS} semua orang tentang antrean di puskesmas desa"
    for code, answer in project.answers.items():
        if code in ("stakeholders", "causes", "similar"):
            project.answers[code] = f"{answer} {CANARY}"
    project.answers["matrix"] = [row | {"evidence": CANARY} for row in project.answers["matrix"]]
    project.answers["way"] += f" {CANARY}"
    project.save()
    people.walk_to("curation")
    record = InnovationPage.objects.get(translation_key=people.fresh().record_key)
    assert CANARY in record.solution
    curated = record.get_latest_revision_as_object()
    curated.solution = curated.solution.replace(CANARY, "petugas")
    curated.save_revision()
    intake.approve(key=record.translation_key, by=factories.user("curator"))
    project = people.fresh()
    assert project.state_code == "published"
    Event.objects.filter(project=project, code="approve-design").update(
        note=CANARY, field_notes={"causes": CANARY}
    )
    OriginalityCheck.objects.create(project=project, text=CANARY, found=[])
    return people


def hits(word: str) -> int:
    return get_engine().search(SearchRequest(query=word)).total


def test_only_what_became_public_stays(index):
    people = published()
    key = people.fresh().record_key
    assert key is not None
    rebuild(engine=get_engine())
    public = Client().get(intake.public_path(key)).content.decode()
    assert CANARY in everything_stored()
    privacy.erase(user=people.participant)
    assert CANARY not in everything_stored()
    project = people.fresh()
    record = InnovationPage.objects.get(translation_key=key)
    assert (record.live, project.title, project.record_key) == (True, record.title, key)
    assert project.answers["abstract"] == record.summary
    assert project.answers["way"] == record.solution
    assert {tuple(row) for row in project.answers["matrix"]} == {("value",)}
    assert "causes" not in project.answers
    assert all(row["name"] for row in project.answers["outcomes"])
    assert [row.answers for row in project.revisions.all()] == [{}] * project.revisions.count()
    assert Client().get(intake.public_path(key)).content.decode() == public
    rebuild(engine=get_engine())
    assert (hits(CANARY), hits(WITNESS)) == (0, 1)
    files = [path for path in index.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if CANARY.encode() in path.read_bytes()] == []


def test_a_record_that_visitors_see_no_more_keeps_nothing_here():
    people = published()
    project = people.fresh()
    InnovationPage.objects.get(translation_key=project.record_key).unpublish()
    privacy.erase(user=people.participant)
    project = people.fresh()
    assert (project.title, project.answers) == ("", {})
    assert project.record_key
    assert CANARY not in everything_stored()


def test_drafts_of_the_record_before_the_one_that_visitors_read_go():
    people = published()
    record = InnovationPage.objects.get(translation_key=people.fresh().record_key)
    assert PageRevision.objects.for_instance(record).count() == 2
    privacy.erase(user=people.participant)
    assert list(PageRevision.objects.for_instance(record)) == [record.live_revision]
