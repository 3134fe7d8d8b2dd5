"""A document that was revoked is issued again: with another number, once, by a coordinator."""

from __future__ import annotations

import uuid

import pytest

from tests.pages import unbroken
from tests.search.processes import SharedDatabase
from tests.training.people import Cast
from tests.training.scenes import as_user
from tests.training.test_concurrency import at_once
from tests.training.test_documents import named, own_key, pdf_of
from training.checking import Verdict, by_code, by_file
from training.errors import GuardsUnmet, NotAllowed
from training.models import Certificate, Document, Notice, Project
from training.services import certificates, documents

pytestmark = pytest.mark.django_db
own_key = own_key
PAGE = "/id/training/batches/{}/people/{}/"


def revoked(state: str = "design-seminar") -> tuple[Cast, Document]:
    people = named(state)
    documents.issue_waiting()
    document = Document.objects.filter(project=people.project).latest("pk")
    revoke(people, document)
    document.refresh_from_db()
    return people, document


def revoke(people: Cast, document: Document) -> None:
    documents.revoke(document=document, by=people.coordinator, reason="Salah nama", submit_key=uuid.uuid4())


def again(people: Cast, document: Document, **more):
    given = {"document": document, "by": people.coordinator, "reason": " Nama diperbaiki ", **more}
    return documents.reissue(**{"submit_key": uuid.uuid4(), **given})


def test_the_new_one_says_the_same_under_its_own_number_and_code_with_the_names_as_they_are_now():
    people, old = revoked()
    content = pdf_of(old)
    people.mentor.first_name = "Siti"
    people.mentor.save()
    Project.objects.filter(pk=people.project.pk).update(title="Judul yang lain sejak itu")
    key = uuid.uuid4()
    events = {again(people, old, submit_key=key).pk for _time in range(2)}
    assert len(events) == 1
    assert documents.issue_waiting() == 1
    new = Document.objects.get(project=people.project, state="issued")
    assert (new.event, new.kind, new.role, new.title) == (old.event, old.kind, old.role, old.title)
    assert (new.decider, old.decider) == ("Siti Bernama", "Mentor Bernama")
    assert new.number != old.number
    assert new.code != old.code
    assert new.number.startswith("00002/PERSETUJUAN/")
    assert by_code(new.code).verdict is Verdict.GENUINE
    assert by_file(pdf_of(new)).verdict is Verdict.GENUINE
    assert by_file(content).verdict is Verdict.REVOKED
    [event] = people.project.events.filter(code=documents.REISSUE)
    assert (event.actor, event.role) == (people.coordinator, "coordinator")
    assert event.note == f"{old.number}: Nama diperbaiki"
    told = Notice.objects.filter(kind=Notice.Kind.DOCUMENT, cause=f"document:{new.pk}")
    assert {row.user for row in told} == {people.participant, people.mentor}


@pytest.mark.parametrize(("language", "revoke_word", "word"), [
    ("id", "dicabut", "penggantinya"), ("en", "revoked", "in its place"),
])  # fmt: skip
def test_the_check_of_the_old_one_says_that_it_was_revoked_and_replaced_and_does_not_name_the_new(
    client, language, revoke_word, word
):
    people, old = revoked()
    page = unbroken(client.get(f"/{language}/verify/{old.code}/"))
    assert revoke_word in page
    assert word not in page
    again(people, old)
    new = Document.objects.latest("pk")
    assert word not in client.get(f"/{language}/verify/{old.code}/").content.decode()  # not signed yet
    documents.issue_waiting()
    page = unbroken(client.get(f"/{language}/verify/{old.code}/"))
    assert revoke_word in page
    assert word in page
    assert new.code not in page
    assert new.number not in page
    assert word not in client.get(f"/{language}/verify/{new.code}/").content.decode()


def test_the_check_of_a_certificate_says_so_too(client):
    people = named("passed")
    certificates.issue_waiting()
    old = Certificate.objects.get()
    certificates.revoke(certificate=old, by=people.coordinator, reason="Salah nama")
    certificates.reissue(project=people.project, by=people.coordinator, reason="x", submit_key=uuid.uuid4())
    certificates.issue_waiting()
    page = unbroken(client.get(f"/id/verify/{old.code}/"))
    assert "dicabut" in page
    assert "penggantinya" in page
    assert Certificate.objects.latest("pk").number not in page


def test_only_the_last_of_its_kind_once_it_was_revoked_and_only_by_a_coordinator_of_the_batch():
    people, old = revoked()
    for user in (people.mentor, people.participant, people.coach, named().coordinator):
        with pytest.raises(NotAllowed):
            again(people, old, by=user)
    key = uuid.uuid4()
    again(people, old, submit_key=key)
    new = Document.objects.filter(project=people.project).latest("pk")
    for document in (old, new):  # the old one has a successor, and that one stands
        with pytest.raises(GuardsUnmet):
            again(people, document)
    revoke(people, new)
    with pytest.raises(GuardsUnmet):
        again(people, old)
    again(people, new)
    assert [one.state for one in Document.objects.filter(project=people.project).order_by("pk")] == [
        "revoked", "revoked", "waiting",
    ]  # fmt: skip


def test_nothing_is_issued_again_while_the_project_is_locked():
    people, old = revoked()
    Project.objects.filter(pk=people.project.pk).update(standing="locked")
    with pytest.raises(GuardsUnmet):
        again(people, old)


def test_minutes_are_drawn_as_things_were_when_the_seminar_closed():
    people, old = revoked("improvement")
    assert old.kind == "minutes"
    again(people, old)
    assert documents.issue_waiting() == 1
    assert not Notice.objects.filter(user=people.participant, cause=f"document:{old.pk + 1}").exists()


def test_by_the_coordinators_page():
    people, old = revoked()
    client, page = as_user(people.coordinator), PAGE.format(people.batch.key, people.project.key)
    shown = client.get(page).content.decode()
    assert "renew-reason" in shown
    sent = {"renew-submit_key": str(uuid.uuid4()), "renew-document": old.pk}
    refused = client.post(f"{page}renew/", sent)
    assert refused.status_code == 422
    foreign_people, foreign = revoked()
    tampered = {**sent, "renew-document": foreign.pk, "renew-reason": "x"}
    assert client.post(f"{page}renew/", tampered).status_code == 404
    for _time in range(2):
        answer = client.post(f"{page}renew/", {**sent, "renew-reason": "Nama diperbaiki"})
        assert answer.status_code == 302
    assert Document.objects.filter(project=people.project).count() == 2
    assert Document.objects.filter(project=foreign_people.project).count() == 1
    shown = client.get(page).content.decode()
    assert "renew-reason" not in shown  # nothing is left to issue again
    assert "Dokumen diterbitkan ulang" in shown


@pytest.mark.django_db(transaction=True)
def test_of_many_requests_at_once_one_is_issued(tmp_path):
    people, old = revoked()
    database = SharedDatabase(tmp_path, "tests.training.actor")
    call = ("reissue", "5", str(old.pk), str(people.coordinator.pk))
    answers = at_once(database, (*call, str(uuid.uuid4())), (*call, str(uuid.uuid4())))
    assert len(answers) == 10
    done = {answer for answer in answers if isinstance(answer, int)}
    assert len(done) == 1
    assert {answer for answer in answers if isinstance(answer, str)} <= {"GuardsUnmet"}
    assert database.rows("SELECT state FROM training_document ORDER BY id") == [("revoked",), ("waiting",)]
    assert database.rows("SELECT count(*) FROM training_event WHERE code = 'reissue-document'") == [(1,)]
