"""The world that other tests stand on is itself valid."""

from __future__ import annotations

import pytest

from accounts.roles import Role, has_role
from catalogue.documents import public_records
from catalogue.models import InnovationPage
from search.models import RecordVersion
from tests import factories


@pytest.fixture
def world(db):
    return factories.world()


def test_only_public_records_are_public(world):
    assert set(public_records()) == set(world.public)
    for page in world.not_public:
        assert not public_records().filter(pk=page.pk).exists()


def test_every_record_left_a_change(world):
    keys = set(InnovationPage.objects.values_list("translation_key", flat=True))
    assert set(RecordVersion.objects.values_list("key", flat=True)) == keys


def test_records_are_valid(world):
    for page in (*world.public, *world.not_public, world.english):
        InnovationPage.objects.get(pk=page.pk).full_clean()
    for name in InnovationPage.ROWS:
        rows = getattr(world.copy if name == "replicates" else world.complete, name)
        assert rows.exists(), name


def test_people_have_their_role(world):
    assert has_role(world.administrator, Role.ADMINISTRATOR)
    assert has_role(world.curator, Role.CURATOR)
    assert has_role(world.editor, Role.AGENCY_EDITOR)


@pytest.mark.django_db(transaction=True)
def test_a_world_can_be_made_in_a_transactional_test():
    assert factories.innovation(tags=["antrean"], revision=True).live


@pytest.mark.django_db(transaction=True)
def test_the_baseline_comes_back_after_the_tables_were_emptied():
    tree = factories.baseline()
    assert tree.innovations["en"].translation_key == tree.innovations["id"].translation_key
    assert factories.user(Role.CURATOR).has_perm("wagtailadmin.access_admin")
