"""The admin's first page: numbers that agree with the listings they lead to, the index, a new record."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

from catalogue.admin.home import SummaryPanel
from catalogue.models import Evidence
from catalogue.models.terms import Scheme
from tests import factories
from tests.catalogue.desk import SUBMIT, Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(staffed):
    return staffed


def panel(desk):
    request = desk.get("wagtailadmin_home").wsgi_request
    return SummaryPanel().get_context_data({"request": request})


@pytest.mark.parametrize("role", ["curator", "editor", "administrator"])
def test_each_number_is_that_of_its_listing(world, role):
    desk = Desk(getattr(world, role))
    Desk(world.editor).edit(factories.innovation("Diajukan", state="draft", revision=True), {}, SUBMIT)
    numbers = panel(desk)["numbers"]
    assert len(numbers) == 4
    for number in numbers:
        listing = desk.client.get(number.url)
        assert listing.context["result_count"] == number.count, number
    assert numbers[2].count == 1


def test_says_how_the_index_stands_to_those_who_keep_it(world):
    html = Desk(world.curator).get("wagtailadmin_home").content.decode()
    assert "embedded" in html
    assert panel(Desk(world.editor))["indexes"] == []


@pytest.mark.usefixtures("index_folder")
def test_says_in_their_language_why_search_does_not_answer(world):
    html = Desk(world.curator).get("wagtailadmin_home").content.decode()
    assert "Belum ada indeks" in html
    assert "the index is missing" not in html


def test_offers_a_new_record_and_says_it_is_a_demo(world):
    html = Desk(world.editor).get("wagtailadmin_home").content.decode()
    assert "/admin/catalogue/innovationpage/create/" in html
    assert "DEMO" in html


def test_the_search_of_the_side_bar_leads_to_the_listing(world):
    for person in (world.curator, world.editor):
        html = Desk(person).get("wagtailadmin_home").content.decode()
        assert "/admin/catalogue/innovationpage/" in html


def test_wagtails_own_searches_stand_beside_it(world):
    for address in ("/admin/pages/search/?q=bank", "/admin/images/?q=a", "/admin/documents/?q=a"):
        assert Desk(world.curator).client.get(address).status_code == 200, address


class TestPrivateEvidence:
    @pytest.fixture
    def document(self, world):
        made = get_document_model().objects.create(title="Bukti", file=ContentFile(b"isi", "bukti.txt"))
        Evidence.objects.create(
            page=world.plain,
            evidence_type=factories.term(Scheme.EVIDENCE_TYPE, "report"),
            title="Bukti",
            document=made,
        )
        return made

    def test_is_for_those_who_see_the_record(self, world, document, client):
        foreign = Desk(factories.user("agency-editor", agency="gov-73.10"))
        assert client.get(document.url).status_code == 404
        assert foreign.client.get(document.url).status_code == 404
        assert Desk(world.editor).client.get(document.url).status_code == 200
        assert Desk(world.curator).client.get(document.url).status_code == 200

    def test_public_evidence_is_for_everyone(self, world, document, client):
        Evidence.objects.filter(document=document).update(visibility=Evidence.Visibility.PUBLIC)
        assert client.get(document.url).status_code == 200
