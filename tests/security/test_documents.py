"""A document is there for visitors where a page they may open offers it, and nowhere else."""

from __future__ import annotations

from contextlib import closing

import pytest
from django.test import Client
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from catalogue.models import Evidence, InnovationPage
from catalogue.models.terms import Scheme
from home.models import StandardPage
from tests import factories
from tests.catalogue.desk import PUBLISH, Desk
from tests.catalogue.stories import document, link, offer
from tests.signin import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(curator):
    return document(curator.person)


def fetch(client: Client, file) -> int:
    with closing(client.get(file.url)) as answer:
        return answer.status_code


def standard_page(file, **fields) -> StandardPage:
    page = StandardPage(title="Unduhan", slug="unduhan", body=[("download", {"document": file})], **fields)
    home = factories.baseline().home["id"]
    home.refresh_from_db()
    return home.add_child(instance=page)


class TestDrafts:
    def test_a_file_of_a_draft_is_for_those_who_edit_it(self, client, curator, editor, own, file):
        stranger = Desk(factories.user("agency-editor", agency="gov-73.10"))
        for story in (offer(file), link("DOCUMENT", id=file.pk, url=file.url)):
            assert curator.edit(own, story).status_code == 302
            assert [fetch(person.client, file) for person in (curator, editor)] == [200, 200]
            assert [fetch(visitor, file) for visitor in (client, stranger.client)] == [404, 404]

    def test_evidence_of_a_draft_is_for_those_who_edit_it(self, client, editor, file):
        page = factories.innovation("Terbit", revision=True)
        page.evidence = [
            Evidence(
                evidence_type=factories.term(Scheme.EVIDENCE_TYPE, "report"),
                title="Bukti",
                document=file,
                visibility=Evidence.Visibility.PUBLIC,
            )
        ]
        revision = page.save_revision()
        assert fetch(client, file) == 404
        assert fetch(editor.client, file) == 200
        revision.publish()
        assert fetch(client, file) == 200

    def test_a_denial_looks_like_a_file_that_is_not_there(self, client, file):
        denied = client.get(file.url)
        missing = client.get(file.url.replace(f"/{file.pk}/", f"/{file.pk + 1}/"))
        assert (denied.status_code, denied.content) == (missing.status_code, missing.content)

    def test_an_account_that_anyone_can_make_opens_nothing(self, file):
        assert fetch(sign_in(Client(), factories.user()), file) == 404

    def test_who_uploaded_it_and_their_colleagues_see_it(self, client, editor):
        colleague = Desk(factories.user("agency-editor", agency="gov-35.10"))
        file = document(editor.person)
        assert [fetch(person.client, file) for person in (editor, colleague)] == [200, 200]
        assert fetch(client, file) == 404


class TestPages:
    def test_a_published_record_offers_its_files(self, client, curator, file):
        page = factories.innovation("Terbit", revision=True)
        assert curator.edit(page, {**offer(file), **PUBLISH}).status_code == 302
        assert fetch(client, file) == 200
        InnovationPage.objects.get(pk=page.pk).unpublish()
        assert fetch(client, file) == 404

    def test_so_does_a_page_of_the_site_until_it_is_hidden(self, client, file):
        page = standard_page(file)
        assert fetch(client, file) == 200
        restriction = factories.restrict(page)
        assert fetch(client, file) == 404
        assert fetch(sign_in(Client(), factories.user()), file) == 200  # "sign in" admits every account
        restriction.delete()
        page.unpublish()
        assert fetch(client, file) == 404

    def test_a_translation_only_while_its_source_is_live(self, client, file):
        source = factories.innovation("Sumber", revision=True)
        factories.translation(source, story=[("download", {"document": file})])
        assert fetch(client, file) == 200
        source.unpublish()
        assert fetch(client, file) == 404


class TestLateReferences:
    """Wagtail's index of references is filled by a task, which may be late or lost."""

    def test_what_it_does_not_know_yet_stays_closed(self, client, file):
        with disable_reference_index_auto_update():
            page = standard_page(file)
        assert fetch(client, file) == 404
        page.save_revision().publish()
        assert fetch(client, file) == 200

    def test_what_it_still_knows_is_closed_all_the_same(self, client, file):
        page = standard_page(file)
        with disable_reference_index_auto_update():
            page.body = []
            page.save()
        assert ReferenceIndex.get_references_to(file).exists()
        assert fetch(client, file) == 404
