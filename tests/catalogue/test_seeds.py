"""The vocabularies: added once, quickly told to be there, never written over."""

from __future__ import annotations

import csv

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.models import Agency, Laboratory, OutcomeIndicator, Programme, Region, Tag, Term
from catalogue.models.vocabulary import VocabularyStamp
from catalogue.seeds import seed_vocabularies
from catalogue.seeds.files import DATA
from catalogue.vocabulary import snapshot
from search.models import SynonymGroup
from search.synonyms import groups
from tests import factories

FILES = {
    "terms": Term,
    "regions": Region,
    "indicators": OutcomeIndicator,
    "programmes": Programme,
    "laboratories": Laboratory,
    "tags": Tag,
    "synonyms": SynonymGroup,
}


@pytest.fixture
def seeded(db):
    factories.baseline()


def lines(name: str) -> int:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


@pytest.mark.parametrize("name", FILES)
def test_every_line_of_a_file_is_a_row(seeded, name):
    assert FILES[name].objects.count() == lines(name)


def test_agencies_and_their_units_are_rows(seeded):
    assert Agency.objects.count() == lines("agencies") + lines("units")


def test_trees_hang_together(seeded):
    unit = Agency.objects.get(code="gov-92.06-dinas-kesehatan")
    assert unit.parent.code == "gov-92.06"
    assert unit.region.parent.code == "92"
    assert unit.region.parent.parent.code == "ID"
    matter = Term.objects.get(scheme="matter", code="kesehatan")
    assert matter.parent.code == "wajib-pelayanan-dasar"
    assert snapshot().agencies.ancestors(unit.code) == ("level-regency", "gov-92.06")


def test_a_second_run_writes_nothing(seeded):
    with CaptureQueriesContext(connection) as captured:
        assert seed_vocabularies() == {}
    assert [query["sql"] for query in captured if not query["sql"].startswith("SELECT")] == []
    assert len(captured) <= 12


def test_an_editors_words_stay(seeded):
    Term.objects.filter(scheme="sector", code="health").update(label_id="Kesehatan masyarakat")
    Term.objects.filter(scheme="kipp-criterion", code="kebaruan").delete()
    assert seed_vocabularies() == {"Term": 1}
    assert Term.objects.get(scheme="sector", code="health").label_id == "Kesehatan masyarakat"
    assert Term.objects.get(scheme="kipp-criterion", code="kebaruan").label_en


def test_new_rows_raise_the_stamp_once(seeded):
    before = VocabularyStamp.current()
    Tag.objects.filter(slug__in=["malaria", "posyandu"]).delete()
    with CaptureQueriesContext(connection) as captured:
        assert seed_vocabularies() == {"Tag": 2}
    assert VocabularyStamp.current() != before
    stamps = [query for query in captured if query["sql"].startswith('UPDATE "catalogue_vocabularystamp"')]
    assert len(stamps) == 1


def test_a_removed_synonym_group_stays_removed(seeded):
    SynonymGroup.objects.order_by("pk").first().delete()
    assert seed_vocabularies() == {}


def test_synonym_groups_reach_the_search(seeded):
    groups_now = {frozenset(group) for group in groups()}
    assert any(
        {"KIA", "kesehatan ibu dan anak", "maternal and child health"} <= group for group in groups_now
    )


def test_the_command_says_what_it_did(seeded, capsys):
    Tag.objects.filter(slug="malaria").delete()
    call_command("seed_vocabularies")
    assert capsys.readouterr().out.split() == ["1", "Tag"]
    call_command("seed_vocabularies")
    assert "Nothing was missing" in capsys.readouterr().out
