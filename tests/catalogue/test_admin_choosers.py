"""Choosers: found by label, code and synonym, limited to what one may point to, cheap."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.models import Agency, Laboratory, Region, Tag
from catalogue.services.tags import suggest
from tests import factories
from tests.catalogue.desk import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(staffed):
    return staffed


@pytest.fixture
def curator(world):
    return Desk(world.curator)


@pytest.fixture
def editor(world):
    return Desk(world.editor)


def found(desk, chooser, text=""):
    response = desk.get(f"{chooser}_chooser:choose_results", q=text)
    assert response.status_code == 200
    return {str(item) for item in response.context["results"].object_list}


class TestSearch:
    @pytest.mark.parametrize("text", ["banyuwangi", "BANYU", "gov-35.10", "kabupaten banyuwangi"])
    def test_an_agency_by_name_and_code(self, curator, text):
        assert any("Banyuwangi" in name for name in found(curator, "agency", text))

    def test_an_agency_by_abbreviation(self, curator):
        agency = factories.agency("kemen-uji", synonyms="KemUji; KUJI", label_id="Kementerian Pengujian")
        assert found(curator, "agency", "kuji") == {str(agency)}

    def test_a_region_by_code(self, curator):
        assert str(Region.objects.get(code="35.10")) in found(curator, "region", "35.10")

    def test_a_laboratory(self, curator):
        lab = Laboratory.objects.create(code="lab-uji", label_id="Laboratorium Uji", label_en="")
        assert found(curator, "laboratory", "uji") == {str(lab)}

    def test_a_programme(self, curator):
        assert found(curator, "programme", "latsar")

    def test_an_innovation_by_title_and_agency(self, curator, world):
        assert found(curator, "innovation", "bank sampah") == {world.plain.title}
        assert world.complete.title in found(curator, "innovation", "dinas contoh")

    def test_nothing_found_is_no_error(self, curator):
        assert found(curator, "agency", "zzzz") == set()
        assert found(curator, "innovation", "%") == set()

    def test_the_whole_window_opens(self, curator):
        for name in ("agency", "region", "programme", "laboratory", "innovation"):
            response = curator.get(f"{name}_chooser:choose")
            assert json.loads(response.content)["step"] == "choose"


class TestLimits:
    def test_an_agency_editor_is_offered_own_agencies(self, editor):
        assert all("Banyuwangi" in name or "Contoh" in name for name in found(editor, "agency"))
        other = factories.agency("gov-73.10")
        assert editor.get("agency_chooser:chosen", other.pk).status_code == 404
        own = Agency.objects.get(code="gov-35.10")
        assert editor.get("agency_chooser:chosen", own.pk).status_code == 200

    def test_foreign_drafts_are_no_origins(self, editor, curator):
        draft = factories.innovation("Konsep asing", state="draft", agency="gov-73.10")
        assert "Konsep asing" not in found(editor, "innovation")
        assert editor.get("innovation_chooser:chosen", draft.pk).status_code == 404
        many = editor.get("innovation_chooser:chosen_multiple", id=draft.pk)
        assert "Konsep asing" not in many.content.decode()
        assert "Konsep asing" in found(curator, "innovation")

    def test_the_page_chooser_hides_foreign_drafts(self, editor, world):
        draft = factories.innovation("Konsep asing", state="draft", agency="gov-73.10", revision=True)
        index = world.tree.innovations["id"].pk
        below = editor.get("wagtailadmin_choose_page_child", index).content.decode()
        assert "Konsep asing" not in below
        assert world.plain.title in below
        assert editor.get("wagtailadmin_choose_page_child", draft.pk).status_code == 404
        searched = editor.get("wagtailadmin_choose_page_search", q="Konsep asing")
        assert "Konsep asing" not in searched.content.decode()

    def test_merged_items_are_not_offered(self, curator):
        heir = factories.agency("gov-73.10")
        old = factories.agency("kemen-lama", label_id="Kementerian Lama", merged_into=heir)
        assert str(old) not in found(curator, "agency", "lama")


def test_queries_do_not_grow(curator, world):
    def count():
        with CaptureQueriesContext(connection) as queries:
            found(curator, "innovation", "inovasi")
        return len(queries)

    count()
    few = count()
    for number in range(30):
        factories.innovation(f"Inovasi {number}", agency="gov-73.10")
    assert count() <= max(few, 20)


class TestTags:
    def test_uses_are_counted_and_near_spellings_shown(self, curator):
        for number in range(3):
            factories.innovation(f"Inovasi {number}", tags=["posyandu"])
        response = curator.get("catalogue_tag_suggestions", term="posyand")
        options = json.loads(response.content)
        assert options[0]["value"] == "posyandu"
        assert "3" in options[0]["label"]
        near = json.loads(curator.get("catalogue_tag_suggestions", term="possyandu").content)
        assert near[0]["value"] == "posyandu"

    def test_a_synonym_finds_the_tag(self, curator):
        factories.tag("antrean", synonyms="antrian")
        Tag.objects.filter(slug="antrean").first().save()
        assert suggest(text="antria", user=curator.person)[0].name == Tag.objects.get(slug="antrean").name

    def test_merged_tags_are_left_out(self, curator):
        heir = factories.tag("air-bersih")
        old = factories.tag("air-minum-bersih")
        old.merged_into = heir
        old.save()
        found = suggest(text="air minum", user=curator.person)
        assert old.name not in {suggestion.name for suggestion in found}

    def test_nothing_for_nothing(self, curator):
        assert json.loads(curator.get("catalogue_tag_suggestions").content) == []
        assert suggest(text="   ", user=curator.person) == []
