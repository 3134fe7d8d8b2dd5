"""The search page: one engine call, whatever is asked; bad input named; everything without JavaScript."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from catalogue.models import InnovationPage, Outcome, Term
from catalogue.models.terms import Scheme
from catalogue.services.bulk import NewInnovation, insert_innovations
from home.models import StandardPage
from search.engines import get_engine
from search.errors import SearchUnavailable
from tests import factories
from tests.catalogue.conftest import index  # noqa: F401 - a fixture
from tests.pages import counting, links_of, main_of, text_of

pytestmark = pytest.mark.django_db
PAGE = "/id/search/"


def chips(response) -> list[str]:
    found = re.search(r'<ul class="chips".*?</ul>', response.content.decode(), flags=re.DOTALL)
    return links_of(found[0]) if found else []


@pytest.mark.parametrize("language", ["id", "en"])
def test_it_shows_every_public_record_and_nothing_else(client, world, language):
    response = client.get(f"/{language}/search/")
    assert response.status_code == 200
    assert response.content.decode().count('<li class="card">') == len(world.public)
    for page in world.not_public:
        assert page.title not in text_of(response)


def test_words_are_marked_and_the_number_is_announced(client, world):
    response = client.get(PAGE, {"q": "sampah"})
    assert "<mark>sampah</mark>" in response.content.decode()
    announced = re.search(r'role="status" id="announce">([^<]+)<', response.content.decode())
    assert announced
    assert announced[1].startswith("1 ")


def test_english_words_stand_where_there_is_a_translation_and_indonesian_is_labelled(client, world):
    html = client.get("/en/search/").content.decode()
    assert "One door for maternal health" in html
    assert re.search(r'<a [^>]*lang="id"[^>]*>Bank sampah</a>', html)


def test_the_form_holds_words_and_filters_together(client, world):
    html = client.get(PAGE, {"q": "sampah", "sector": "environment", "year_from": "2020"}).content.decode()
    assert re.search(r'name="q" value="sampah"[^>]*form="filters"', html)
    assert re.search(r'name="sector" value="environment" checked', html)
    assert re.search(r'name="year_from" value="2020"', html)


def test_a_label_is_read_with_its_count(client, world):
    html = client.get(PAGE).content.decode()
    option = re.search(r'<label class="option"><input [^>]*value="health">(.*?)</label>', html)
    assert option
    assert re.sub("<[^>]+>", "", option[1]) == "Kesehatan 2"


def test_chips_remove_one_filter_each(client, world):
    response = client.get(PAGE, {"sector": ["health", "environment"], "q": "sampah"})
    assert "?q=sampah&sector=health" in chips(response)
    assert "?q=sampah&sector=environment" in chips(response)
    assert "?q=sampah" in chips(response)


def test_the_language_switch_keeps_the_query(client, world):
    html = client.get(PAGE, {"q": "sampah", "sector": "environment"}).content.decode()
    assert 'href="/en/search/?q=sampah&amp;sector=environment"' in html


def test_a_card_leads_back_to_its_search(client, world):
    links = links_of(main_of(client.get(PAGE, {"q": "sampah"})))
    record = next(link for link in links if link.startswith("/id/inovasi/"))
    page = client.get(record)
    assert "/id/search/?q=sampah" in links_of(main_of(page))


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("sector=nonsense", "sector"),
        ("agency=gov-99.99", "agency"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=9e99", "page"),
        ("page=10001", "page"),
        ("page=1001&size=20", "page"),
        ("size=7", "size"),
        ("sort=random", "sort"),
        ("year_from=2020&year_to=2010", "year_from"),
        ("q=" + "a" * 10_000, "q"),
    ],
)
def test_bad_input_is_named(client, world, query, parameter):
    response = client.get(f"{PAGE}?{query}")
    assert response.status_code == 400
    assert f"<code>{parameter}</code>" in response.content.decode()


@pytest.mark.parametrize(
    "words",
    [
        '(:*?~^\\/"',
        "\ud83d\ude00",
        "\u202eabc\u2066",
        "'; --",
        "<script>alert(1)</script>",
        '"',
        "AND OR NOT",
    ],
)
def test_odd_words_never_break_the_page(client, world, words):
    query = words.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    response = client.get(PAGE, {"q": query})
    assert response.status_code in {200, 400}
    assert b"<script>alert" not in response.content


def test_an_unknown_parameter_is_ignored(client, world):
    assert client.get(f"{PAGE}?utm_source=mail").status_code == 200


def test_a_lone_surrogate_in_the_address(client, world):
    assert client.get(f"{PAGE}?q=%ED%A0%80").status_code in {200, 400}


def test_a_chosen_value_without_hits_stays_and_can_be_removed(client, world):
    response = client.get(PAGE, {"q": "sampah", "sector": ["health"]})
    html = response.content.decode()
    assert re.search(r'value="health" checked', html)
    assert "?q=sampah" in chips(response)


def test_a_search_without_a_hit_says_what_to_drop(client, world):
    response = client.get(PAGE, {"q": "sampah", "sector": "health"})
    assert "?q=sampah" in links_of(main_of(response))
    assert 'class="empty"' in response.content.decode()


def test_did_you_mean(client, world):
    response = client.get(PAGE, {"q": "sampaj"})
    assert "?q=sampah" in links_of(main_of(response))


def test_a_page_beyond_the_last_result_leads_to_the_first(client, world):
    response = client.get(PAGE, {"page": "9"})
    assert response.status_code == 200
    assert 'class="empty"' in response.content.decode()


def test_a_renamed_label_shows_at_once(client, world):
    client.get(PAGE)
    term = Term.objects.get(scheme=Scheme.SECTOR, code="environment")
    with transaction.atomic():
        term.label_id = "Lingkungan yang lestari"
        term.save()
    assert "Lingkungan yang lestari" in text_of(client.get(PAGE))


def test_words_of_a_record_are_escaped(client, index):  # noqa: F811
    factories.innovation("<img src=x onerror=alert(1)> & teman", summary="<b>tebal</b> “kutip”")
    index()
    html = client.get(PAGE, {"q": "teman"}).content.decode()
    assert "<img src=x" not in html
    assert "<b>tebal" not in html


def test_a_swap_gets_the_part_that_changes(client, world):
    response = client.get(PAGE, {"sector": "health"}, headers={"HX-Request": "true"})
    html = response.content.decode()
    assert "<html" not in html
    assert 'id="search"' in html
    assert response["HX-Push-Url"] == "/id/search/?sector=health"
    assert "HX-Request" in response["Vary"]


def test_a_swap_renews_the_downloads_of_the_result(client, world):
    html = client.get(PAGE, {"sector": "health"}, headers={"HX-Request": "true"}).content.decode()
    downloads = re.search(r'<ul id="exports" hx-swap-oob="true">.*?</ul>', html, flags=re.DOTALL)
    assert downloads
    assert "/id/search/export.csv?sector=health" in links_of(downloads[0])


def test_history_gets_the_whole_page(client, world):
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    html = client.get(PAGE, headers=headers).content.decode()
    assert "<html" in html
    assert html.count("<title>") == html.count('id="exports"') == 1


def test_nothing_is_inline(client, world):
    html = client.get(PAGE, {"q": "sampah"}).content.decode()
    assert " style=" not in html
    assert "<style" not in html
    assert not re.search(r"<script(?![^>]*\b(src|type=\"application/ld\+json\"))", html)
    assert " onclick=" not in html


def test_no_cookie_is_set(client, world):
    assert not client.get(PAGE).cookies


def many(first: int, last: int) -> None:
    """Records with numbers in their titles, spread over sectors, tags and years."""
    parent = factories.baseline().innovations["id"]
    agency, stage = factories.agency(), factories.term(Scheme.STAGE, "implemented")
    sectors = [factories.term(Scheme.SECTOR, code) for code in ("health", "education")]
    tags = [factories.tag(f"label-{number}").pk for number in range(7)]
    records = []
    for number in range(first, last):
        page = InnovationPage(
            title=f"Inovasi nomor {number}",
            slug=f"inovasi-nomor-{number}",
            locale=parent.locale,
            content_type=ContentType.objects.get_for_model(InnovationPage),
            agency=agency,
            stage=stage,
            sector=sectors[number % 2],
            year_started=2010 + number % 12,
            summary="Ringkasan",
            problem="Masalah",
            solution="Cara kerja",
            source="Laporan",
        )
        outcome = Outcome(name_id="Waktu tunggu", baseline=9, actual=3)
        records.append(NewInnovation(page, parent, rows=[outcome], tags=[tags[number % 7]]))
    insert_innovations(records)


@pytest.mark.parametrize("query", [{}, {"q": "inovasi", "sector": "health", "year_from": "2012"}])
def test_one_engine_call_and_few_statements_whatever_the_number(client, index, monkeypatch, query):  # noqa: F811
    few, thousand = (asked(client, index, monkeypatch, sizes, query) for sizes in ((0, 10), (10, 1000)))
    assert few.searches == thousand.searches == 1
    assert len(few.statements) == len(thousand.statements) <= 15


@pytest.mark.slow
def test_nor_is_it_more_at_thirty_six_thousand(client, index, monkeypatch):  # noqa: F811
    query = {"q": "inovasi", "sector": "health", "year_from": "2012"}
    few, most = (asked(client, index, monkeypatch, sizes, query) for sizes in ((0, 10), (10, 36_000)))
    assert few.searches == most.searches == 1
    assert len(few.statements) == len(most.statements) <= 15


def asked(client, index, monkeypatch, numbers: tuple[int, int], query: dict[str, str]):  # noqa: F811
    """What the search page asks when so many records are there."""
    many(*numbers)
    index()
    assert client.get(PAGE, query).status_code == 200
    with counting(monkeypatch) as counted:
        client.get(PAGE, query)
    return counted


class TestFacetPage:
    def test_it_lists_the_values_and_keeps_the_query(self, client, world):
        response = client.get("/id/search/facet/region/", {"q": "sampah", "sector": "environment"})
        html = response.content.decode()
        assert response.status_code == 200
        assert '<input type="hidden" name="q" value="sampah">' in html
        assert '<input type="hidden" name="sector" value="environment">' in html
        assert 'name="region" value="35.10"' in html

    def test_it_searches_inside_with_any_word(self, client, world):
        html = client.get("/id/search/facet/region/", {"facet_q": "banyuw"}).content.decode()
        assert 'value="35.10"' in html
        assert 'value="73.10"' not in html

    def test_a_chosen_value_stays_whatever_is_searched(self, client, world):
        html = client.get("/id/search/facet/region/", {"facet_q": "zzz", "region": "35.10"}).content.decode()
        assert re.search(r'value="35.10" checked', html)

    @pytest.mark.parametrize("code", ["nothing", "year"])
    def test_what_is_no_list_is_not_found(self, client, world, code):
        assert client.get(f"/id/search/facet/{code}/").status_code == 404

    def test_one_engine_call(self, client, world, monkeypatch):
        with counting(monkeypatch) as asked:
            client.get("/id/search/facet/agency/", {"facet_q": "banyuwangi"})
        assert asked.searches == 1


class TestSuggestions:
    def test_titles_come_first_with_their_address(self, client, world):
        groups = client.get("/id/search/suggest/", {"q": "bank"}).json()["groups"]
        assert groups[0]["kind"] == "title"
        assert groups[0]["items"][0]["url"] == world.plain.get_url()

    def test_a_topic_leads_to_its_search(self, client, world):
        groups = client.get("/id/search/suggest/", {"q": "kesehatan"}).json()["groups"]
        sector = next(group for group in groups if group["kind"] == "sector")
        assert sector["items"][0]["url"] == "/id/search/?sector=health"

    def test_what_is_not_public_is_never_suggested(self, client, world):
        for words in ("konsep", "catatan di ruang"):
            assert "terbit" not in client.get("/id/search/suggest/", {"q": words}).content.decode()

    def test_nothing_asked_nothing_said(self, client, world):
        assert client.get("/id/search/suggest/").json() == {"groups": []}

    def test_too_long_is_refused(self, client, world):
        response = client.get("/id/search/suggest/", {"q": "a" * 201})
        assert response.status_code == 400
        assert response.json()["parameter"] == "q"


class TestPagesBeside:
    def add(self, title: str, **fields):
        home = factories.baseline().home["id"]
        return home.add_child(
            instance=StandardPage(
                title=title, slug=title.lower().replace(" ", "-"), locale=home.locale, **fields
            )
        )

    def test_ordinary_pages_stand_beside_the_records(self, client, world):
        page = self.add("Panduan sampah")
        assert page.get_url() in links_of(main_of(client.get(PAGE, {"q": "sampah"})))

    @pytest.mark.parametrize(
        "fields",
        [{"introduction": "Tentang kompos warga."}, {"body": [("paragraph", "<p>Cara membuat kompos.</p>")]}],
    )
    def test_they_are_found_by_what_they_say(self, client, world, fields):
        page = self.add("Panduan", **fields)
        assert page.get_url() in links_of(main_of(client.get(PAGE, {"q": "kompos"})))

    def test_records_are_not_among_them(self, client, world):
        assert "site-pages" not in client.get(PAGE, {"q": "sampah"}).content.decode()

    def test_another_facet_does_not_look_for_them_again(self, client, world, django_assert_max_num_queries):
        client.get(PAGE, {"q": "sampah"})
        with django_assert_max_num_queries(15) as asked:
            client.get(PAGE, {"q": "sampah", "sector": "health"})
        assert not [query for query in asked.captured_queries if "wagtailcore_page" in query["sql"]]

    def test_what_is_closed_or_taken_down_meanwhile_is_left_out_at_once(self, client, world):
        closed, gone = self.add("Panduan sampah"), self.add("Kabar sampah")
        assert {closed.get_url(), gone.get_url()} <= set(links_of(main_of(client.get(PAGE, {"q": "sampah"}))))
        factories.restrict(closed)
        gone.unpublish()
        words = text_of(client.get(PAGE, {"q": "sampah"}))
        assert "Panduan sampah" not in words
        assert "Kabar sampah" not in words

    def test_drafts_private_pages_and_other_languages_do_not(self, client, world):
        self.add("Rahasia sampah", live=False)
        factories.restrict(self.add("Tertutup sampah"))
        assert not {"Rahasia", "Tertutup"} & set(text_of(client.get(PAGE, {"q": "sampah"})).split())
        self.add("Panduan sampah")
        assert "Panduan sampah" not in text_of(client.get("/en/search/", {"q": "sampah"}))


class TestTrouble:
    @pytest.fixture
    def down(self, monkeypatch, world):
        def refuse(self, *args, **kwargs):
            raise SearchUnavailable("the index is missing")

        for method in ("answer", "suggest", "similar"):
            monkeypatch.setattr(type(get_engine()), method, refuse)

    @pytest.mark.parametrize(
        "path", [PAGE, "/en/search/", "/id/search/facet/region/", "/id/search/suggest/?q=ab"]
    )
    def test_search_down_is_a_503_that_says_when_to_come_back(self, client, down, path):
        response = client.get(path)
        assert response.status_code == 503
        assert int(response["Retry-After"]) > 0

    @pytest.mark.parametrize(
        "path",
        [
            PAGE,
            "/id/",
            "/id/search/facet/region/",
            "/id/agencies/",
            "/id/agencies/gov-35.10/",
            "/id/browse/sector/",
            "/id/browse/sector/environment/",
        ],
    )
    def test_an_answer_from_the_copy_says_so(self, client, world, monkeypatch, path):
        engine = type(get_engine())
        answer = engine.answer
        monkeypatch.setattr(
            engine, "answer", lambda self, request: replace(answer(self, request), degraded=True)
        )
        assert 'class="notice warning"' in client.get(path).content.decode()
