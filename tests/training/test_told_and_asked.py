"""Every kind of notice has words and a page, and what somebody is asked beside the steps is in their list."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from tests.training import logs, slots
from tests.training.beside import asked, beside, key, member, with_design
from tests.training.scenes import as_user
from training import wording
from training.models import Assignment, LogEntry, Notice, PeerReview, Preference, TeamMember
from training.permissions import Right
from training.services import digests, logbook, mails, preferences, team, todo

pytestmark = pytest.mark.django_db
own_storage = logs.own_storage
LATER_OR_NEVER = {
    "moved", "consultation", "log-question", "mentioned", "replied", "peer-asked", "peer-given",
    "reminder", "logbook", "follow-up", "document", "certificate",
}  # fmt: skip
"""Kinds whose mails somebody may put off or turn off: each is decided here."""


def notice(made, kind: str) -> Notice:
    row = uuid.uuid4()
    causes = {"standing": "standing:postpone:1", "follow-up": "follow-up:6:1"}
    if kind == "invited":
        causes[kind] = f"invitation:{made.project.invitations.first().key}"
    return Notice.objects.create(
        user=made.mentor, project=made.project, kind=kind, cause=causes.get(kind, f"x:{row}"),
        state_code=made.project.state_code,
    )  # fmt: skip


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_kind_has_words_of_its_own_a_page_and_a_mail(language):
    made = beside()
    rows = [notice(made, kind) for kind in Notice.Kind.values]
    with translation.override(language):
        told = wording.told(rows, todo.Versions())
        assert all(one.text and "%(" not in one.text for one in told)
        assert len({one.text for one in told}) == len(Notice.Kind)
        assert all(one.url.startswith(f"/{language}/training/") for one in told)
    mail = digests.message(Preference(user=made.mentor, pk=1, language=language), rows, timezone.localdate())
    assert all(one.text in mail.body for one in told)
    bodies = {mails.message(row).body for row in rows}
    assert len(bodies) == len(Notice.Kind)


def test_what_may_be_put_off_is_decided_for_every_kind():
    assert set(preferences.GROUPS) == LATER_OR_NEVER
    assert set(preferences.GROUPS.values()) == {"turns", "reminders", "papers"}


def _agree(made, *people) -> None:
    for user in people:
        tasks = todo.tasks(user)
        assert len(tasks) == todo.count(user)
        page = as_user(user).get(reverse("training:home"))
        assert page.status_code == 200
        assert len(page.context["tasks"].object_list) == len(tasks)


def kinds(user) -> list[str]:
    return [task.asks for task in todo.tasks(user) if task.asks]


def test_a_mentor_has_one_task_for_all_entries_of_a_project(own_storage):
    made = beside()
    logs.implementing(made.cast)
    first, second = logs.entry(made.cast), logs.entry(made.cast, "Lain")
    assert (kinds(made.mentor), kinds(made.coach)) == (["log"], [])
    _agree(made, made.mentor, made.coach, made.participant)
    path = reverse("training:logbook", args=[made.project.key])
    assert path in as_user(made.mentor).get(reverse("training:home")).content.decode()
    logbook.confirm(entry=first, actor=made.mentor, changes=0, submit_key=key())
    assert kinds(made.mentor) == ["log"]
    logbook.confirm(entry=second, actor=made.mentor, changes=0, submit_key=key())
    assert kinds(made.mentor) == []
    LogEntry.objects.update(confirmed_at=None, erased_at=timezone.now())
    assert kinds(made.mentor) == []


def test_a_peer_and_somebody_asked_into_a_team_have_a_task_that_tells_no_title():
    made = beside()
    with_design(made)
    review = asked(made, made.other_participant, accepted=False)
    rekan = member(made, Right.VIEW, accepted=False)
    row = TeamMember.objects.get(user=rekan)
    assert (kinds(made.other_participant), kinds(rekan)) == (["peer"], ["team"])
    _agree(made, made.other_participant, rekan)
    for user, name, place in (
        (made.other_participant, "peer-review", review.key),
        (rekan, "team-invitation", row.key),
    ):
        page = as_user(user).get(reverse("training:home")).content.decode()
        assert reverse(f"training:{name}", args=[place]) in page
        tasks = page.split('id="tasks"')[1].split("</section>")[0]
        assert made.project.title not in tasks
    team.accept(member=row, user=rekan)
    PeerReview.objects.update(given_at=timezone.now())
    assert kinds(made.other_participant) == kinds(rekan) == []


def test_the_calendar_has_the_seminars_of_who_accepted():
    made = beside()
    with_design(made)
    seminar = slots.slot(made.cast)
    slots.put(made.cast, seminar)
    Assignment.objects.filter(user=made.examiner).update(accepted_at=None)
    for user, there in ((made.participant, True), (made.coach, True), (made.examiner, False)):
        token = preferences.renew_calendar(user=user)
        feed = Client().get(reverse("training:calendar", args=[token])).content.decode().replace("\r\n ", "")
        assert (f"seminar-{seminar.key}@" in feed) == there
        assert "ATTENDEE" not in feed
        assert "ORGANIZER" not in feed
        assert "@dinas.go.id" not in feed
