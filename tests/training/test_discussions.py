"""Discussions: who is told, who is named, what moderators do, what is left of somebody who was erased."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import privacy
from tests.training.beside import Beside, beside, key, learner, member, say, topic
from training import forums
from training.errors import GuardsUnmet, NotAllowed
from training.models import Mention, Moderation, Notice, Post, PostReport, Thread
from training.plain import linked
from training.services import discussions, mails, moderation

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Beside:
    return beside()


def kinds(user) -> list[str]:
    mine = Notice.objects.filter(user=user, cause__regex="^(post|hidden|reported):")
    return list(mine.order_by("pk").values_list("kind", flat=True))


def test_the_same_message_twice_is_one(made):
    again = key()
    first = topic(made, submit_key=again)
    assert topic(made, submit_key=again) == first
    assert Thread.objects.count() == Post.objects.count() == 1
    answer = key()
    assert say(made, first, "coach", submit_key=answer) == say(made, first, "coach", submit_key=answer)
    assert Post.objects.count() == 2
    assert kinds(made.participant) == ["replied"]


def test_one_notice_a_person_also_for_who_is_named_and_answered(made):
    first = topic(made)
    say(made, first, "coach", "@Sari Peserta catat jam datang.", parent=first)
    assert kinds(made.participant) == ["mentioned"]
    second = say(made, first, "mentor", "Setuju.", parent=first)
    assert kinds(made.participant) == ["mentioned", "replied"]
    third = say(made, first, "coordinator", "Baik.", parent=second)
    assert third.parent == first
    assert kinds(made.mentor) == ["replied"]
    assert kinds(made.coordinator) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Cahya Coach tolong lihat", ["coach"]),
        ("@cahya coach, @Made Mentor.", ["mentor", "coach"]),
        ("@Cahya Coachman", []),
        ("Cahya Coach tanpa tanda", []),
        ("@Petrus Penguji menilai sendiri", []),
        ("@Bagus Lain dari proyek lain", []),
        ("@Sari Peserta adalah saya", []),
    ],
)
def test_whom_a_name_reaches(made, text, named):
    topic(made, text=text)
    reached = set(Mention.objects.values_list("user_id", flat=True))
    assert reached == {made.people[role].pk for role in named}


def test_from_the_list_nobody_outside_is_named(made):
    outside = {made.stranger.pk, made.examiner.pk, made.other_participant.pk}
    topic(made, mentioned=frozenset({made.coach.pk, *outside}))
    assert list(Mention.objects.values_list("user_id", flat=True)) == [made.coach.pk]


def test_in_a_batch_its_people_alone(made):
    batch = made.cast.batch
    there = set(forums.people(batch))
    assert there == {made.participant, made.other_participant, made.coach, made.coordinator}
    first = topic(made, place=batch, text="@Bagus Lain @Made Mentor @Petrus Penguji bagaimana?")
    assert kinds(made.other_participant) == ["mentioned"]
    assert not kinds(made.mentor) + kinds(made.examiner)
    notice = Notice.objects.get(user=made.other_participant, kind="mentioned")
    assert notice.project.owner == made.other_participant
    say(made, first, "coach")
    assert kinds(made.participant) == ["replied"]


def test_the_mail_says_neither_what_nor_who(made):
    topic(made, text="@Cahya Coach rahasia besar")
    notice = Notice.objects.get(user=made.coach, kind="mentioned")
    mail = mails.message(notice)
    assert mail.subject == "Anda disebut dalam diskusi"
    assert f"/id/training/messages/{Post.objects.get().key}/" in mail.body
    for told in ("rahasia", "Sari", "Cara mengukur", made.participant.email):
        assert told not in mail.subject + mail.body


@pytest.mark.parametrize("age", [14, 16])
def test_ones_own_message_is_changed_for_a_quarter_of_an_hour(made, age):
    first = topic(made)
    Post.objects.update(created_at=timezone.now() - timedelta(minutes=age))
    forum, draft = made.forum("participant"), discussions.Draft("Ralat. @Cahya Coach")
    if age > 15:
        with pytest.raises(NotAllowed):
            discussions.edit(forum=forum, message=first, author=made.participant, draft=draft)
        return
    discussions.edit(forum=forum, message=first, author=made.participant, draft=draft)
    discussions.edit(forum=forum, message=first, author=made.participant, draft=draft)
    first.refresh_from_db()
    assert (first.text, bool(first.edited_at)) == ("Ralat. @Cahya Coach", True)
    assert kinds(made.coach) == ["mentioned"]
    with pytest.raises(NotAllowed):
        discussions.edit(forum=made.forum("coach"), message=first, author=made.coach, draft=draft)


def test_what_is_hidden_stays_with_author_and_moderators(made):
    first = say(made, topic(made), "mentor", "Kasar.")
    forum = made.forum("coach")
    moderation.report(forum=made.forum("participant"), message=first, by=made.participant, reason="Kasar")
    moderation.report(forum=made.forum("participant"), message=first, by=made.participant, reason="Lagi")
    assert PostReport.objects.get().reason == "Kasar"
    assert kinds(made.coach) == ["reported"]
    assert kinds(made.coordinator) == ["reported"]
    with pytest.raises(GuardsUnmet):
        moderation.hide(forum=forum, message=first, by=made.coach, reason=" ")
    for _ in range(2):
        moderation.hide(forum=forum, message=first, by=made.coach, reason="Jaga bahasa")
    assert kinds(made.mentor) == ["hidden"]
    assert PostReport.objects.get().settled_at
    moderation.show(forum=forum, message=first, by=made.coach)
    acts = list(Moderation.objects.values_list("action", "by", "reason"))
    assert acts == [("hide", made.coach.pk, "Jaga bahasa"), ("show", made.coach.pk, "")]
    with pytest.raises(NotAllowed):
        moderation.hide(forum=made.forum("mentor"), message=first, by=made.mentor, reason="Saya mau")


def test_nobody_writes_in_a_locked_topic(made):
    first = topic(made)
    moderation.set_lock(forum=made.forum("coach"), thread=first.thread, by=made.coach, locked=True)
    for who in ("participant", "coach"):
        with pytest.raises(NotAllowed):
            say(made, first, who)
    draft = discussions.Draft("Ralat")
    first.refresh_from_db()
    with pytest.raises(NotAllowed):
        discussions.edit(forum=made.forum("participant"), message=first, author=made.participant, draft=draft)
    moderation.set_lock(forum=made.forum("coach"), thread=first.thread, by=made.coach, locked=False)
    say(made, first, "participant")


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (discussions.LONGEST + 1)])
def test_a_text_that_can_not_be_kept(made, text):
    with pytest.raises(GuardsUnmet):
        topic(made, text=text)
    assert not Thread.objects.exists()


def test_very_many_messages_wait(made, monkeypatch):
    monkeypatch.setattr(discussions, "MOST_AN_HOUR", 2)
    first = topic(made)
    say(made, first, "participant")
    with pytest.raises(GuardsUnmet):
        say(made, first, "participant")
    say(made, first, "coach")


def test_whoever_reads_alone_is_moderated_by_themselves_and_learners_by_administrators():
    project = learner()
    session = project.version.sessions.first()
    assert not forums.forum(session, project.owner).moderates
    project.version.is_open_learning = False
    assert forums.forum(project, project.owner).moderates


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>a</script>", "&lt;script&gt;a&lt;/script&gt;"),
        (
            "lihat https://lan.go.id/a?b=1&c=2.",
            (
                'lihat <a href="https://lan.go.id/a?b=1&amp;c=2" rel="nofollow ugc noopener noreferrer">'
                "https://lan.go.id/a?b=1&amp;c=2</a>."
            ),
        ),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ('https://x.id/"onmouseover="y', None),
    ],
)
def test_links_are_safe(text, html):
    shown = linked(text)
    assert html is None or shown == html
    assert '"onmouseover' not in shown


def test_of_an_erased_person_nothing_is_left_but_the_place(made):
    first = topic(made, text="Nama saya Sari.")
    say(made, first, "coach", "Terima kasih, @Sari Peserta!", parent=first)
    member(made, "view")
    given = json.loads(json.dumps(privacy.export_of(made.participant)))["training"]
    assert [row["text"] for row in given["messages"]] == ["Nama saya Sari."]
    assert given["topics"][0]["title"] == "Cara mengukur"
    assert len(given["mentions"]) == 1
    privacy.erase(user=made.participant)
    first.refresh_from_db()
    assert (first.text, bool(first.erased_at), first.thread.title) == ("", True, "")
    answer = Post.objects.exclude(pk=first.pk).get()
    assert answer.text == "Terima kasih, @…!"
    assert answer.parent == first
    assert not Mention.objects.exists()
    first.thread.refresh_from_db()
    assert first.thread.title == ""
