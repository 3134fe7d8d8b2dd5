"""Collections and the index of records: pages editors make, filled by the search."""

from __future__ import annotations

import pytest

from catalogue.models import CollectionPage
from search.engines import get_engine
from search.errors import SearchUnavailable
from tests import factories
from tests.catalogue.desk import Desk
from tests.pages import counting, links_of, main_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def collection(world) -> CollectionPage:
    return factories.collection("Antrean yang hilang", query="tag=antrean&sort=title")


def test_it_has_its_place(client, collection):
    assert collection.get_url() == "/id/collections/antrean-yang-hilang/"
    assert collection.get_url() in links_of(main_of(client.get("/id/collections/")))


def test_it_shows_what_its_query_finds(client, collection, world):
    html = main_of(client.get(collection.get_url()))
    assert world.complete.title in html
    assert world.plain.title not in html


def test_it_asks_the_engine_once(client, collection, monkeypatch):
    with counting(monkeypatch) as asked:
        client.get(collection.get_url())
    assert asked.searches == 1


def test_a_query_that_is_no_query_says_so(client, world):
    broken = factories.collection("Rusak", query="sector=nonsense")
    response = client.get(broken.get_url())
    assert response.status_code == 200
    assert "sector" in main_of(response)
    assert 'class="notice error"' in main_of(response)


def test_it_stands_while_search_is_down(client, collection, monkeypatch):
    def refuse(self, request):
        raise SearchUnavailable("the index is missing")

    monkeypatch.setattr(type(get_engine()), "answer", refuse)
    response = client.get(collection.get_url())
    assert response.status_code == 200
    assert 'class="notice warning"' in main_of(response)


def test_the_index_leads_to_the_catalogue_and_names_public_sections_alone(client, world):
    public = factories.section("Ruang terbuka", private=False)
    html = main_of(client.get(world.tree.innovations["id"].get_url()))
    assert "/id/search/" in links_of(html)
    assert public.get_url() in links_of(html)
    assert world.section.title not in text_of(client.get(world.tree.innovations["id"].get_url()))


class TestEditing:
    """A query that visitors' searches would not take is refused where it is written."""

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("sector=health&sort=title", "sector=health&sort=title"),
            ("?sector=health", "sector=health"),
            ("http://testserver/id/search/?q=antrean&year_from=2015", "q=antrean&year_from=2015"),
        ],
    )
    def test_it_is_taken_with_or_without_what_comes_before_it(self, staffed, typed, kept):
        page = factories.collection("Pilihan", query="sector=education")
        assert Desk(staffed.administrator).edit(page, {"query": typed}).status_code == 302
        page.refresh_from_db()
        assert page.get_latest_revision_as_object().query == kept

    @pytest.mark.parametrize("typed", ["sector=nonsense", "page=0", "year_from=2020&year_to=2010"])
    def test_the_parameter_and_the_remedy_are_named(self, staffed, typed):
        page = factories.collection("Pilihan", query="sector=education")
        response = Desk(staffed.administrator).edit(page, {"query": typed})
        errors = " ".join(response.context["form"].errors["query"])
        assert typed.partition("=")[0] in errors
        assert "tanda tanya" in errors
        page.refresh_from_db()
        assert page.get_latest_revision_as_object().query == "sector=education"
