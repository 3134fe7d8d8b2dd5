"""The pages every site has."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from catalogue.services.site_tree import LANGUAGES, SiteNotSetUp, set_up_site, site_tree
from home.models import ContactPage, HomePage, SiteSettings, StandardPage
from tests import factories


@pytest.fixture
def tree(db):
    return factories.baseline()


def test_pages_are_translations_of_each_other(tree):
    for name in ("home", "innovations", "collections", "news", "events"):
        pages = getattr(tree, name)
        assert set(pages) == set(LANGUAGES)
        assert pages["id"].translation_key == pages["en"].translation_key
        assert all(page.live for page in pages.values())
    for model in (StandardPage, ContactPage):
        keys = model.objects.values_list("translation_key", flat=True)
        assert len(keys) == 2 * len(set(keys))


def test_addresses(tree):
    assert tree.innovations["id"].url_path == "/id/inovasi/"
    assert tree.innovations["en"].url_path == "/en/innovations/"
    assert {page.slug for page in tree.collections.values()} == {"collections"}


def test_the_site_starts_at_the_indonesian_home(tree, settings):
    site = Site.objects.get()
    assert site.root_page_id == tree.home["id"].pk
    assert (site.hostname, site.port) == ("127.0.0.1", 8000)
    settings.SITE_URL = "https://inovasi.example.go.id"
    set_up_site()
    site.refresh_from_db()
    assert (site.hostname, site.port) == ("inovasi.example.go.id", 443)


def test_footer_pages_are_set(tree):
    own = SiteSettings.for_site(Site.objects.get())
    assert own.privacy_page.slug == "privasi"
    assert own.contact_page.specific.form_fields.count() == 4


def test_the_tree_is_sound(tree):
    assert all(found == [] for found in Page.find_problems())
    assert not Page.objects.filter(title__startswith="Welcome").exists()
    for page in Page.objects.filter(depth__gt=1).specific():
        page.full_clean()


def test_a_second_run_writes_nothing(tree):
    with CaptureQueriesContext(connection) as captured:
        set_up_site()
    assert [query["sql"] for query in captured if not query["sql"].startswith("SELECT")] == []


def test_what_editors_removed_stays_removed_and_what_the_site_needs_comes_back(tree):
    StandardPage.objects.get(slug="tentang").delete()
    Page.objects.get(pk=tree.events["en"].pk).delete()
    with pytest.raises(SiteNotSetUp, match=r"events \(en\)"):
        site_tree()
    again = set_up_site()
    assert again.events["en"].translation_key == tree.events["id"].translation_key
    assert not StandardPage.objects.filter(slug="tentang").exists()


def test_a_welcome_page_that_was_worked_on_is_kept(tree):
    home = HomePage.objects.get(slug="id")
    root = Page.get_first_root_node()
    own = Page(title="Welcome to your new Wagtail site!", slug="home", locale=home.locale)
    root.add_child(instance=own)
    own.save_revision()
    Page.objects.get(pk=tree.events["en"].pk).delete()
    set_up_site()
    assert Page.objects.filter(pk=own.pk).exists()


def test_the_command_counts_pages(tree, capsys):
    call_command("setup_site")
    assert "id: Katalog Inovasi Sektor Publik, 7 pages below it" in capsys.readouterr().out
