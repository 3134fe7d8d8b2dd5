"""Nothing of a project changes while it is postponed, locked, withdrawn or stopped, but what is free then."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from tests.training import logs, scoring, slots
from tests.training.beside import Beside, asked, beside, key, member, with_design
from tests.training.people import joined
from training import logbooks, uploads
from training.answers import fingerprint
from training.errors import GuardsUnmet, ScoresClosed
from training.models import (
    Appeal,
    Consultation,
    Event,
    EvidenceFile,
    FollowUp,
    Holder,
    Occasion,
    PeerReview,
    Project,
    TeamMember,
)
from training.permissions import Right
from training.services import (
    appeals,
    consultations,
    evidence,
    follow_ups,
    locking,
    logbook,
    note_replies,
    peers,
    scores,
    settling,
    standing,
    team,
    writing,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]
own_storage = logs.own_storage
Do = Callable[[], Any]
STILL = ("postponed", "locked", "withdrawn", "stopped")


def talk(made: Beside) -> Consultation:
    return consultations.write(
        project=made.project, by=made.participant, role="coach", submit_key=key(),
        talk=consultations.Talk(timezone.localdate(), "Matriks", "Bukti"),
    )  # fmt: skip


def _write_talk(made: Beside) -> Do:
    return lambda: talk(made)


def _change_talk(made: Beside) -> Do:
    row = talk(made)
    words = consultations.Talk(timezone.localdate(), "Lain", "Lain")
    return lambda: consultations.change(
        consultation=row, by=made.participant, seen=row.round, talk=words, submit_key=key()
    )


def _answer_talk(made: Beside) -> Do:
    row = talk(made)
    return lambda: consultations.answer(
        consultation=row, by=made.coach, seen=row.round, agrees=True, reason="", submit_key=key()
    )


def _attach(made: Beside) -> Do:
    def do() -> None:
        with uploads.checked([logs.photo()]) as files:
            evidence.attach(
                project=made.project, actor=made.participant, files=files, row="", submit_key=key()
            )

    Project.objects.filter(pk=made.project.pk).update(state_code="implementation")
    return do


def _remove_file(made: Beside) -> Do:
    _attach(made)()
    file = EvidenceFile.objects.get()
    return lambda: evidence.remove(file=file, actor=made.participant, submit_key=key())


def _log(made: Beside) -> Do:
    logs.implementing(made.cast)
    return lambda: logs.entry(made.cast)


def _change_entry(made: Beside) -> Do:
    logs.implementing(made.cast)
    entry = logs.entry(made.cast)
    return lambda: logbook.change(
        entry=entry, actor=made.participant, draft=logs.draft("Lain"), changes=0, submit_key=key()
    )


def _remark(made: Beside) -> Do:
    logs.implementing(made.cast)
    entry = logs.entry(made.cast)
    return lambda: logbook.remark(entry=entry, actor=made.mentor, text="Mengapa?", submit_key=key())


def _explain(made: Beside) -> Do:
    logs.implementing(made.cast)
    row = logbooks.rows(made.project)[0].code
    return lambda: logbook.explain(
        project=made.project, actor=made.participant, reasons={row: "Masih berjalan"}, submit_key=key()
    )


def _scored(made: Beside, state: str = "design-seminar") -> dict[str, Any]:
    Project.objects.filter(pk=made.project.pk).update(state_code=state)
    given = scoring.given(made.project, Occasion.DESIGN_SEMINAR)
    return {
        "project": made.project, "occasion": Occasion.DESIGN_SEMINAR, "actor": made.examiner,
        "given": given, "saved": 0,
    }  # fmt: skip


def _draft(made: Beside) -> Do:
    wish = _scored(made)
    return lambda: scores.save_draft(**wish)


def _submit(made: Beside) -> Do:
    wish = _scored(made)
    return lambda: scores.submit(**wish, submit_key=key())


def _settle(made: Beside) -> Do:
    _scored(made)
    second = made.people["stranger"]
    joined(made.project, second, "examiner")
    scoring.sheet(made.project, Occasion.DESIGN_SEMINAR, made.examiner, 5)
    scoring.sheet(made.project, Occasion.DESIGN_SEMINAR, second, 1)
    marks = {one.code: Decimal(60) for one in scoring.results.occasions(made.project.version)["seminar-1"]}
    return lambda: settling.propose(
        project=made.project, occasion=Occasion.DESIGN_SEMINAR, actor=made.coordinator, submit_key=key(),
        meeting=settling.Meeting(marks, timezone.localdate(), "Rapat"),
    )  # fmt: skip


def _lock(made: Beside) -> Do:
    Project.objects.filter(pk=made.project.pk).update(state_code="graduation")
    scoring.score_all(made.cast)
    return lambda: locking.lock(project=made.project, by=made.coordinator, submit_key=key())


def _unlock(made: Beside) -> Do:
    scoring.lock(made.cast)
    return lambda: locking.unlock(
        project=made.project, reason="Salah hitung", by=made.coordinator, submit_key=key()
    )


def _appeal(made: Beside) -> Do:
    scoring.lock(made.cast)
    return lambda: appeals.appeal(
        project=made.project, reason="Keliru", actor=made.participant, submit_key=key()
    )


def _answer_appeal(made: Beside) -> Do:
    Appeal.objects.create(result=scoring.lock(made.cast), reason="Keliru")
    return lambda: appeals.answer(
        project=made.project, upheld=False, words="Tetap", by=made.coordinator, submit_key=key()
    )


def _place(made: Beside) -> Do:
    seminar = slots.slot(made.cast)
    return lambda: slots.put(made.cast, seminar)


def _ask_peer(made: Beside) -> Do:
    with_design(made)
    return lambda: asked(made, made.other_participant, accepted=False)


def _accept_peer(made: Beside) -> Do:
    with_design(made)
    review = asked(made, made.other_participant, accepted=False)
    return lambda: peers.accept(review=review, by=made.other_participant)


def _give_review(made: Beside) -> Do:
    with_design(made)
    review = asked(made, made.other_participant)
    texts = dict.fromkeys(peers.PARTS, "Jelas")
    return lambda: peers.give(review=review, by=made.other_participant, texts=texts)


def _thank(made: Beside) -> Do:
    review = PeerReview.objects.create(
        project=made.project, reviewer=made.other_participant, asked_by=made.participant,
        accepted_at=timezone.now(), given_at=timezone.now(),
    )  # fmt: skip
    return lambda: peers.thank(review=review, by=made.participant, words="Terima kasih")


def _invite(made: Beside) -> Do:
    return lambda: member(made, Right.VIEW, accepted=False)


def _change_right(made: Beside) -> Do:
    user = member(made, Right.VIEW)
    row = TeamMember.objects.get(user=user)
    return lambda: team.change(
        project=made.project, member=row, right=Right.EDIT, by=made.participant, submit_key=key()
    )


def _join_team(made: Beside) -> Do:
    user = member(made, Right.VIEW, accepted=False)
    row = TeamMember.objects.get(user=user)
    return lambda: team.accept(member=row, user=user)


def _steps(made: Beside) -> Any:
    made.cast.move("begin")
    return next(step for step in made.project.version.all_steps if step.code == "issue")


def _write(made: Beside) -> Do:
    step = _steps(made)
    return lambda: writing.save_answers(
        project=made.project, step=step, actor=made.participant, given={"causes": "x"},
        saved=made.project.saved,
    )  # fmt: skip


def _offline(made: Beside) -> Do:
    step = _steps(made)
    seen = fingerprint(step, made.project.answers)
    return lambda: writing.save_steps(
        project=made.project, actor=made.participant, given=[(step, {"causes": "x"}, seen)]
    )


def _move(made: Beside) -> Do:
    return lambda: made.cast.move("begin")


def _follow_up(made: Beside) -> Do:
    FollowUp.objects.create(project=made.project, months=6)
    given = follow_ups.Given(FollowUp.Answer.RUNNING)
    return lambda: follow_ups.answer(
        project=made.project, months=6, given=given, by=made.participant, submit_key=key()
    )


def _reply(made: Beside) -> Do:
    Project.objects.filter(pk=made.project.pk).update(state_code="improvement")
    event = Event.objects.create(
        project=made.project, number=99, code="close-design-seminar", actor=made.examiner,
        role=Holder.EXAMINER, source="design-seminar", target="improvement", note="Perjelas",
    )  # fmt: skip
    return lambda: note_replies.reply(
        project=made.project, event=event, given={"": "Sudah"}, actor=made.participant, submit_key=key()
    )


ACTIONS = {
    one.__name__.strip("_"): one
    for one in (
        _write_talk, _change_talk, _answer_talk, _attach, _remove_file, _log, _change_entry, _remark,
        _explain, _draft, _submit, _settle, _lock, _unlock, _appeal, _answer_appeal, _place, _ask_peer,
        _accept_peer, _give_review, _thank, _invite, _change_right, _join_team, _write, _offline, _move,
        _follow_up, _reply,
    )
}  # fmt: skip


@pytest.mark.parametrize("name", ACTIONS)
def test_it_is_refused_in_the_words_of_the_standing_and_works_otherwise(name):
    made = beside()
    do = ACTIONS[name](made)
    for value in STILL:
        Project.objects.filter(pk=made.project.pk).update(standing=value)
        before = Event.objects.count()
        with transaction.atomic(), pytest.raises((GuardsUnmet, ScoresClosed)) as refused:
            do()
        assert str(refused.value) == standing.why_not(made.project), value
        assert Event.objects.count() == before
    Project.objects.filter(pk=made.project.pk).update(standing="active")
    do()
