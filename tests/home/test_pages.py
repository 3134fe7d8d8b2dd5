"""Ordinary pages: about, news, events, the contact form, and the shell around them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from home.models import ContactPage, EventPage, NewsPage, StandardPage
from tests import factories
from tests.pages import links_of, main_of, text_of
from tests.signin import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(db):
    return factories.baseline()


def add(parent, model, title: str, **fields):
    slug = title.lower().replace(" ", "-")
    return parent.add_child(instance=model(title=title, slug=slug, locale=parent.locale, **fields))


def header_of(response) -> str:
    html = response.content.decode()
    return html[html.index("<header") : html.index("</header>")]


def test_a_standard_page_shows_its_words_and_those_below_it(client, tree):
    page = add(
        tree.home["id"],
        StandardPage,
        "Cara mengirim",
        introduction="Pengantar singkat",
        body=[
            ("heading", "Langkah pertama"),
            ("paragraph", "<p>Tulis <b>judul</b>.</p>"),
            ("quote", {"quote": "Mudah"}),
        ],
    )
    below = add(page, StandardPage, "Tanya jawab")
    hidden = add(page, StandardPage, "Tidak terbit", live=False)
    html = main_of(client.get(page.get_url()))
    for expected in ("Pengantar singkat", "Langkah pertama", "<b>judul</b>", "<blockquote"):
        assert expected in html
    assert below.get_url() in links_of(html)
    assert hidden.get_url() not in links_of(html)


def test_news_stand_newest_first_without_drafts_and_private_ones(client, tree):
    for title, day in (("Kabar lama", date(2024, 1, 1)), ("Kabar baru", date(2026, 1, 1))):
        add(tree.news["id"], NewsPage, title, date=day)
    add(tree.news["id"], NewsPage, "Kabar konsep", date=date(2026, 2, 1), live=False)
    factories.restrict(add(tree.news["id"], NewsPage, "Kabar tertutup", date=date(2026, 3, 1)))
    words = text_of(client.get(tree.news["id"].get_url()))
    assert words.index("Kabar baru") < words.index("Kabar lama")
    assert "Kabar konsep" not in words
    assert "Kabar tertutup" not in words


def test_a_long_list_of_news_has_pages(client, tree):
    for number in range(15):
        add(tree.news["id"], NewsPage, f"Kabar {number}", date=date(2026, 1, 1) + timedelta(days=number))
    url = tree.news["id"].get_url()
    assert "?page=2" in links_of(main_of(client.get(url)))
    assert "Kabar 0" in text_of(client.get(url, {"page": "2"}))
    assert client.get(url, {"page": "nonsense"}).status_code == 200


def test_events_to_come_stand_before_those_that_are_over(client, tree):
    now = timezone.now()
    add(tree.events["id"], EventPage, "Sudah lewat", starts_at=now - timedelta(days=9), place="Bandung")
    add(tree.events["id"], EventPage, "Masih lama", starts_at=now + timedelta(days=9))
    soon = add(
        tree.events["id"], EventPage, "Sebentar lagi", starts_at=now + timedelta(days=1), place="Ambon"
    )
    running = {"starts_at": now - timedelta(days=1), "ends_at": now + timedelta(hours=1)}
    add(tree.events["id"], EventPage, "Sedang berjalan", **running)
    words = text_of(client.get(tree.events["id"].get_url()))
    order = [
        words.index(title) for title in ("Sedang berjalan", "Sebentar lagi", "Masih lama", "Sudah lewat")
    ]
    assert order == sorted(order)
    assert "Ambon" in text_of(client.get(soon.get_url()))


class TestContactForm:
    @pytest.fixture
    def form(self, tree):
        return ContactPage.objects.filter(locale__language_code="id").first()

    def test_every_question_has_a_label(self, client, form):
        html = main_of(client.get(form.get_url()))
        for field in form.form_fields.all():
            assert f'for="id_{field.clean_name}"' in html or "<legend>" in html

    def test_an_empty_answer_is_named_and_nothing_is_kept(self, client, form):
        response = client.post(form.get_url(), {})
        assert 'role="alert"' in main_of(response)
        assert not form.get_submission_class().objects.exists()

    def test_an_answer_is_kept_and_thanked_for(self, client, form, mailoutbox):
        answers = {}
        for field in form.form_fields.all():
            choice = (field.choices or "").split("\n")[0].split(",")[0].strip()
            answers[field.clean_name] = (
                {"email": "warga@example.com"}.get(field.field_type) or choice or "Isi"
            )
        response = client.post(form.get_url(), answers, follow=True)
        assert 'role="status"' in main_of(response)
        assert form.get_submission_class().objects.count() == 1


class TestShell:
    def test_the_menu_holds_live_public_pages_of_the_language(self, client, tree):
        add(tree.home["id"], StandardPage, "Di menu", show_in_menus=True)
        add(tree.home["id"], StandardPage, "Tidak di menu")
        factories.restrict(add(tree.home["id"], StandardPage, "Tertutup", show_in_menus=True))
        add(tree.home["en"], StandardPage, "Only English", show_in_menus=True)
        header = header_of(client.get("/id/tentang/"))
        assert "Di menu" in header
        for absent in ("Tidak di menu", "Tertutup", "Only English"):
            assert absent not in header

    def test_the_page_shown_is_marked(self, client, tree):
        page = add(tree.home["id"], StandardPage, "Di menu", show_in_menus=True)
        assert f'href="{page.get_url()}" aria-current="page"' in header_of(client.get(page.get_url()))

    def test_a_skip_link_comes_first(self, client, tree):
        body = client.get("/id/tentang/").content.decode().split("<body>")[1]
        assert body.strip().startswith('<a class="skip" href="#main"')

    def test_visitors_are_asked_to_sign_in_and_editors_to_edit(self, client, tree):
        assert "/accounts/login/?language=id" in links_of(header_of(client.get("/id/tentang/")))
        sign_in(client, factories.user("curator"))
        links = links_of(header_of(client.get("/id/tentang/")))
        assert "/admin/" in links
        assert not [link for link in links if link.startswith("/accounts/login/")]

    def test_an_untranslated_page_leads_to_the_other_home(self, client, tree):
        page = add(tree.home["id"], StandardPage, "Hanya Indonesia")
        assert "/en/" in links_of(header_of(client.get(page.get_url())))

    def test_the_language_is_said(self, client, tree):
        assert b'<html lang="id">' in client.get("/id/tentang/").content
        assert b'<html lang="en">' in client.get("/en/about/").content

    def test_no_page_has_anything_inline(self, client, tree):
        for path in ("/id/tentang/", "/id/berita/", "/id/agenda/", "/id/kontak/"):
            html = client.get(path).content.decode()
            assert " style=" not in html, path
            assert "<style" not in html, path
