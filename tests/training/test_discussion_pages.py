"""The pages of discussions: without a script, at any number of messages, and not there for outsiders."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from django.test import Client

from tests import factories
from tests.training.beside import Beside, beside, learner, member, say, topic
from tests.training.scenes import as_user, hidden, statements, submit_key
from training.models import Post, PostReport, Thread
from training.services import moderation

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(settings) -> Beside:
    settings.STAFF_MFA = "optional"
    return beside()


def home_of(made: Beside, language: str = "id") -> str:
    return f"/{language}/training/projects/{made.project.key}/discussion/"


def page_of(post: Post) -> str:
    return f"/id/training/discussions/{post.thread.key}/"


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_topic_is_opened_answered_and_found_again(made):
    client = as_user(made.participant)
    page = client.get(home_of(made))
    form = hidden(page) | {"title": "Bukti", "about": "design:matrix", "text": "Apa buktinya?"}
    form["mention"] = str(made.coach.pk)
    first, again = client.post(home_of(made), form), client.post(home_of(made), form)
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"]
    thread = Thread.objects.get()
    assert (thread.step, thread.question, thread.title) == ("design", "matrix", "Bukti")
    coach = as_user(made.coach)
    answer_page = coach.get(f"{first['Location']}?parent={Post.objects.get().key}")
    assert "Balas Sari Peserta" in text_of(answer_page)
    sent = coach.post(first["Location"], hidden(answer_page) | {"text": "Daftar hadir."})
    made_answer = Post.objects.get(author=made.coach)
    assert made_answer.parent == Post.objects.get(author=made.participant)
    assert sent["Location"].endswith(f"#p-{made_answer.key}")
    assert "Daftar hadir." in text_of(client.get(first["Location"]))
    assert "Ada balasan untuk Anda" in text_of(client.get("/id/training/"))
    assert "Bukti" in text_of(client.get(f"{home_of(made)}?step=design"))
    assert "Bukti" not in text_of(client.get(f"{home_of(made)}?step=idea"))


def test_a_form_that_lacks_something_keeps_what_was_typed_and_names_the_field(made):
    client = as_user(made.participant)
    answer = client.post(home_of(made), hidden(client.get(home_of(made))) | {"title": "", "text": "Panjang"})
    assert answer.status_code == 422
    assert "Panjang" in answer.content.decode()
    assert '<a href="#id_title">Judul</a>' in answer.content.decode()
    assert not Thread.objects.exists()


@pytest.mark.parametrize(
    "broken", [{"owner": "1"}, {"submit_key": "x"}, {"mention": "0"}, {"about": "nothing"}, {"text": "a\0b"}]
)
def test_what_the_form_never_offered_is_refused(made, broken):
    client = as_user(made.participant)
    form = hidden(client.get(home_of(made))) | {"title": "Bukti", "text": "Apa?"} | broken
    assert client.post(home_of(made), form).status_code in {400, 404, 422}
    assert not Thread.objects.exists()


def test_a_message_survives_the_end_of_the_session(made):
    first = topic(made)
    client = as_user(made.coach)
    form = hidden(client.get(page_of(first))) | {"text": "Sudah lama saya tulis"}
    client.logout()
    sent = client.post(page_of(first), form)
    client.force_login(made.coach)
    target = re.search(r"next=([^&]+)", sent["Location"])
    assert target
    kept = client.get(unquote(target.group(1)))
    assert "Sudah lama saya tulis" in kept.content.decode()
    assert Post.objects.count() == 1


def test_for_everybody_outside_it_is_as_if_it_were_not_there(made):
    first = topic(made)
    addresses = [
        home_of(made),
        page_of(first),
        *(f"/id/training/messages/{first.key}/{rest}" for rest in ("", "edit/", "report/", "hide/")),
    ]
    missing = [address.replace(str(first.key), "0" * 8 + str(first.key)[8:]) for address in addresses]
    for person in (made.examiner, made.other_participant, made.stranger, factories.user("curator")):
        client = as_user(person)
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 404, (person, address)
        gone = client.get(missing[2])
        assert (gone.status_code, len(gone.content)) == (404, len(client.get(addresses[2]).content))
    assert Client().get(home_of(made)).status_code == 302


def test_moderators_act_and_others_are_told_that_nothing_is_there(made):
    first = say(made, topic(made), "mentor", "Kasar sekali")
    address = f"/id/training/messages/{first.key}/"
    participant, coach, mentor = (as_user(made.people[role]) for role in ("participant", "coach", "mentor"))
    assert participant.get(f"{address}hide/").status_code == 404
    assert participant.post(f"{address}settle/", {"act": "show"}).status_code == 404
    assert participant.post(page_of(first) + "lock/", {"act": "lock"}).status_code == 404
    assert coach.post(page_of(first) + "lock/", {"act": "x"}).status_code == 400
    form = hidden(participant.get(f"{address}report/")) | {"reason": "Kasar"}
    assert participant.post(f"{address}report/", form).status_code == 302
    assert "1 laporan" in text_of(coach.get(page_of(first)))
    assert "1 laporan" not in text_of(participant.get(page_of(first)))
    page = coach.get(f"{address}hide/")
    assert coach.post(f"{address}hide/", hidden(page) | {"reason": ""}).status_code == 422
    assert coach.post(f"{address}hide/", hidden(page) | {"reason": "Jaga bahasa"}).status_code == 302
    assert PostReport.objects.get().settled_at
    shown = {
        role: text_of(as_user(made.people[role]).get(page_of(first))) for role in ("participant", "coach")
    }
    assert "Kasar sekali" not in shown["participant"]
    assert "Moderator menyembunyikan pesan ini." in shown["participant"]
    assert "Jaga bahasa" in text_of(mentor.get(page_of(first)))
    assert "Kasar sekali" in shown["coach"]
    assert coach.post(f"{address}settle/", {"act": "show"}).status_code == 302
    assert "Kasar sekali" in text_of(participant.get(page_of(first)))


def test_what_was_changed_too_late_is_given_back(made):
    first = topic(made)
    client = as_user(made.participant)
    form = hidden(client.get(f"/id/training/messages/{first.key}/edit/")) | {"text": "Ralat panjang"}
    moderation.set_lock(forum=made.forum("coach"), thread=first.thread, by=made.coach, locked=True)
    answer = client.post(f"/id/training/messages/{first.key}/edit/", form)
    assert answer.status_code == 409
    assert "Ralat panjang" in answer.content.decode()


def test_a_locked_topic_offers_no_form(made):
    first = topic(made)
    client = as_user(made.coach)
    assert client.post(page_of(first) + "lock/", {"act": "lock"}).status_code == 302
    page = client.get(page_of(first))
    assert 'name="text"' not in page.content.decode()
    assert client.post(page_of(first), {"text": "Masih", "submit_key": submit_key()}).status_code == 404


def test_the_pages_ask_as_often_for_many_messages_as_for_one(made):
    first = topic(made, mentioned=frozenset({made.mentor.pk}))
    coach, counts = as_user(made.coach), []
    for number in (1, 40):
        for row in range(number - 1):
            post = Post.objects.create(
                thread=first.thread, author=made.mentor, parent=first if row % 2 else None, text="@ x"
            )
            post.mentions.create(user=made.participant)
            PostReport.objects.create(post=post, by=made.participant, reason="x")
            Thread.objects.create(project=made.project, title=f"T{row}", started_by=made.mentor)
        counts.append((statements(coach, page_of(first)), statements(coach, home_of(made))))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 20


def test_a_link_to_a_message_leads_to_its_page(made):
    first = topic(made)
    for _ in range(35):
        Post.objects.create(thread=first.thread, author=made.mentor, text="x")
    last = Post.objects.create(thread=first.thread, author=made.mentor, parent=first, text="jawaban")
    client = as_user(made.participant)
    assert client.get(f"/id/training/messages/{last.key}/")["Location"].endswith(f"/#p-{last.key}")
    far = Post.objects.exclude(pk=last.pk).latest("pk")
    target = client.get(f"/id/training/messages/{far.key}/")["Location"]
    assert f"?page=2#p-{far.key}" in target
    assert str(far.key) in client.get(target).content.decode()


@pytest.mark.parametrize("right", ["view", "comment"])
def test_who_reads_only_has_no_form(made, right):
    first = topic(made)
    client = as_user(member(made, right))
    page = client.get(page_of(first)).content.decode()
    assert ('name="text"' in page) == (right == "comment")
    status = client.post(page_of(first), {"text": "Halo", "submit_key": submit_key()}).status_code
    assert status == (404 if right == "view" else 302)


def test_learners_talk_about_a_session_and_others_do_not_hear_it(made):
    project = learner()
    session = project.version.sessions.first()
    address = f"/id/training/open/open-1/{session.code}/discussion/"
    client = as_user(project.owner)
    form = hidden(client.get(address)) | {"title": "Contoh", "text": "Apakah formulir juga inovasi?"}
    assert client.post(address, form).status_code == 302
    assert as_user(made.participant).get(address).status_code == 404
    administrator = as_user(factories.user("administrator"))
    assert "Contoh" in text_of(administrator.get(address))
    page = client.get(f"/id/training/open/open-1/{session.code}/")
    assert "Contoh" in text_of(page)


def test_the_batchs_own_pages_stand_over_its_discussion_for_who_leads_it(made):
    address = f"/id/training/batches/{made.cast.batch.key}/discussion/"
    board = f'href="/id/training/batches/{made.cast.batch.key}/seminars/"'
    assert board in as_user(made.coordinator).get(address).content.decode()
    assert board not in as_user(made.participant).get(address).content.decode()
