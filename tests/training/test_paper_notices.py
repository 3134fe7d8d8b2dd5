"""What people are told of signed papers: which document it is, and whose name one waits for."""

from __future__ import annotations

import uuid

import pytest
from django.utils import translation

from tests.training.people import cast, person
from tests.training.scenes import as_user
from tests.training.test_documents import named, own_key, signed
from tests.training.test_signed_minutes import closed
from training import wording
from training.models import Document, Notice, Preference
from training.services import certificates, digests, documents, mails, todo

pytestmark = pytest.mark.django_db
own_key = own_key
TITLE = "Antrean daring untuk ibu hamil"
NAMES = {"id": "persetujuan rancangan", "en": "approval of the design"}


def told(rows, language: str) -> list[wording.Told]:
    with translation.override(language):
        return wording.told(list(rows), todo.Versions())


def revoked() -> Document:
    document = signed()
    by = document.project.batch.coordinators.get()
    documents.revoke(document=document, by=by, reason="Keliru", submit_key=uuid.uuid4())
    return document


@pytest.mark.parametrize("kind", [Notice.Kind.DOCUMENT, Notice.Kind.WITHDRAWN])
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_notice_names_the_document_and_the_project_in_the_readers_language(kind, language):
    revoked()
    for one in told(Notice.objects.filter(kind=kind), language):
        assert NAMES[language] in one.text
        assert TITLE in one.text


@pytest.mark.parametrize("kind", [Notice.Kind.DOCUMENT, Notice.Kind.WITHDRAWN])
def test_a_mail_names_them_in_its_subject_and_in_both_languages(kind):
    revoked()
    mail = mails.message(Notice.objects.filter(kind=kind).first())
    assert NAMES["id"] in mail.subject
    assert TITLE in mail.subject
    for words in NAMES.values():
        assert words in mail.body


def test_the_daily_mail_and_the_workspace_name_them_too():
    document = signed()
    rows = list(Notice.objects.filter(kind=Notice.Kind.DOCUMENT, user=document.project.owner))
    daily = digests.message(Preference(user=document.project.owner, pk=1), rows, document.reserved_at.date())
    for words in NAMES.values():
        assert words in daily.body
    page = as_user(document.project.owner).get("/id/training/notices/").content.decode()
    assert NAMES["id"] in page


def test_however_many_there_are_one_query_names_them(django_assert_max_num_queries):
    people = named("graduation")
    documents.issue_waiting()
    rows = list(Notice.objects.filter(user=people.participant).select_related("project"))
    assert sum(row.kind == Notice.Kind.DOCUMENT for row in rows) == 4
    with django_assert_max_num_queries(8):
        told(rows, "id")


def test_a_document_that_is_gone_is_still_spoken_of():
    document = signed()
    row = Notice.objects.create(
        user=document.project.owner, project=document.project, kind="document", cause="document:0"
    )
    [one] = told([row], "en")
    assert one.text == f"A document of “{TITLE}” is signed."
    assert TITLE in mails.message(row).body


class TestWhoseNameIsMissing:
    def test_the_person_reads_that_it_is_theirs_and_is_led_to_the_place(self):
        people = cast()
        people.answer_all()
        people.walk_to("design-seminar")
        documents.issue_waiting()
        row = Notice.objects.get(kind=Notice.Kind.NAMELESS, user=people.mentor)
        for language, words in (("id", "nama Anda"), ("en", "your name")):
            [one] = told([row], language)
            assert words in one.text
            assert one.url == f"/accounts/data/?language={language}"
        mail = mails.message(row)
        assert "Nama Anda" in mail.subject
        assert mail.body.count("/accounts/data/") == 2

    def test_coordinators_read_whose_it_is_by_the_part_and_never_by_the_address(self):
        people = cast()
        people.answer_all()
        people.walk_to("design-seminar")
        documents.issue_waiting()
        rows = Notice.objects.filter(kind=Notice.Kind.NAMELESS, user=people.coordinator).order_by("pk")
        assert [row.cause.split(":")[3] for row in rows] == ["participant", "mentor"]
        texts = [one.text for one in told(rows, "id")]
        assert "peserta" in texts[0]
        assert "mentor" in texts[1]
        for row in rows:
            mail = mails.message(row)
            assert people.mentor.email not in mail.body
            assert "Data Anda" in mail.body
            assert str(people.project.key) in mail.body

    def test_one_who_is_both_reads_that_it_is_theirs(self):
        people = named()
        Notice.objects.all().delete()
        document = Document.objects.get()
        people.mentor.first_name = people.mentor.last_name = ""
        people.mentor.save()
        Document.objects.update(decider="")
        people.batch.coordinators.add(people.mentor)
        documents.issue_waiting()
        document.refresh_from_db()
        assert document.lacks_name
        [row] = Notice.objects.filter(kind=Notice.Kind.NAMELESS, user=people.mentor)
        assert "nama Anda" in told([row], "id")[0].text

    def test_the_projects_page_says_whose_and_leads_the_person_to_the_place(self):
        people, _document = closed()
        people.coach.first_name = people.coach.last_name = ""
        people.coach.save()
        documents.issue_waiting()
        path = f"/id/training/projects/{people.project.key}/"
        page = as_user(people.coach).get(path).content.decode()
        assert "Menunggu nama: coach" in page
        assert "/accounts/data/" in page.partition('id="documents"')[2]
        for role in ("mentor", "examiner", "coordinator"):
            page = as_user(people.of(role)).get(path).content.decode()
            assert "Menunggu nama: coach" in page
            assert "/accounts/data/" not in page.partition('id="documents"')[2].partition("</section>")[0]

    def test_the_coordinators_page_says_whose_with_the_address_to_ask_at(self):
        people = cast()
        people.answer_all()
        people.walk_to("passed")
        certificates.issue_waiting()
        documents.issue_waiting()
        path = f"/id/training/batches/{people.batch.key}/people/{people.project.key}/"
        page = as_user(people.coordinator).get(path).content.decode()
        assert f"mentor ({people.mentor.email})" in page
        assert f"peserta ({people.participant.email})" in page
        assert "Data Anda" in page
        other = person("lain")
        assert as_user(other).get(path).status_code == 404
