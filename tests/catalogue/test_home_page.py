"""The first page: numbers of the database, doors with counts, examples that find something."""

from __future__ import annotations

import pytest
from django.test import override_settings

from catalogue.models import InnovationPage
from home.models import HomePage
from search.engines import get_engine
from search.errors import SearchUnavailable
from search.rebuild import rebuild
from tests.pages import links_of, main_of, text_of
from tests.signin import sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["id", "en"])
def test_it_counts_what_is_public(client, world, language):
    html = client.get(f"/{language}/").content.decode()
    assert f"<b>{len(world.public)}</b>" in html
    assert "<b>3</b>" in html  # agencies: two governments and a foreign one


def test_only_examples_that_find_something_are_shown(client, world):
    HomePage.objects.filter(slug="id").update(example_problems="kata yang tidak ada\nsampah\nkesehatan ibu")
    links = links_of(client.get("/id/").content.decode())
    assert "/id/search/?q=sampah" in links
    assert "/id/search/?q=kesehatan+ibu" in links
    assert not [link for link in links if "tidak+ada" in link]


def test_doors_lead_to_values_with_records(client, world):
    links = links_of(main_of(client.get("/id/")))
    for expected in ("/id/browse/sector/health/", "/id/browse/region/35/", "/id/browse/sector/"):
        assert expected in links
    assert "/id/browse/region/35.10/" not in links


def test_nothing_private_is_shown(client, world):
    words = text_of(client.get("/id/"))
    for page in world.not_public:
        assert page.title not in words


def test_a_real_record_without_a_link_is_not_featured(client, world):
    real = InnovationPage.Origin.DEMO_REAL
    InnovationPage.objects.filter(pk=world.plain.pk).update(origin=real, source_url="")
    rebuild(engine=get_engine())
    assert world.plain.title not in text_of(client.get("/id/"))
    InnovationPage.objects.filter(pk=world.plain.pk).update(origin=real, source_url="https://example.go.id/")
    rebuild(engine=get_engine())
    assert world.plain.title in text_of(client.get("/id/"))


def test_it_stands_while_search_is_down(client, world, monkeypatch):
    def refuse(self, request):
        raise SearchUnavailable("the index is missing")

    monkeypatch.setattr(type(get_engine()), "answer", refuse)
    response = client.get("/id/")
    assert response.status_code == 200
    assert f"<b>{len(world.public)}</b>" in response.content.decode()


def test_the_banner_says_what_is_real(client, world):
    InnovationPage.objects.filter(pk=world.plain.pk).update(origin=InnovationPage.Origin.DEMO_SYNTHETIC)
    html = client.get("/id/").content.decode()
    assert 'class="demo"' in html
    with override_settings(DEMO=False):
        assert 'class="demo"' not in client.get("/id/").content.decode()


def test_the_style_guide_is_for_staff_and_demonstrations(client, world):
    assert client.get("/styleguide/").status_code == 200
    with override_settings(DEMO=False):
        assert client.get("/styleguide/", follow=True).status_code == 404
        sign_in(client, world.curator)
        assert client.get("/styleguide/").status_code == 200
