"""The government matter that a participant states, on its way into the record."""

from __future__ import annotations

import pytest

from catalogue.models import Term
from catalogue.models.terms import Scheme
from catalogue.services.codes import choices
from tests.training.people import cast
from tests.training.test_records import access, act, curator, record
from training.models import Project

__all__ = ["access", "curator"]
pytestmark = pytest.mark.django_db


def test_the_stated_matter_becomes_the_records_and_a_curators_stays_where_none_was(curator):
    people = cast()
    people.answer_all()
    asked = people.fresh().answers
    people.walk_to("passed")
    Project.objects.filter(pk=people.project.pk).update(answers={**asked, "matter": "kearsipan"})
    people.walk_to("curation")
    page = record(people)
    assert page.get_latest_revision_as_object().matter.code == "kearsipan"
    act(curator, page, "reject", "Pilih urusan yang tepat")
    draft = page.get_latest_revision_as_object()
    draft.matter = Term.objects.get(scheme=Scheme.MATTER, code="kesehatan")
    draft.save_revision(user=curator.person)
    Project.objects.filter(pk=people.project.pk).update(answers={**asked, "matter": ""})
    people.move("propose")
    act(curator, record(people), "approve")
    assert record(people).matter.code == "kesehatan"


def test_of_the_tree_of_matters_only_what_groups_nothing_is_offered():
    offered = {choice["code"] for choice in choices(Scheme.MATTER)}
    assert len(offered) == 44
    assert "kesehatan" in offered
    assert "wajib-pelayanan-dasar" not in offered
