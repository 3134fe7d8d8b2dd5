"""Scoring through the services: drafts, submitting, settling, locking, correcting."""

from __future__ import annotations

import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from tests.pages import main_of
from tests.training.meeting import meet
from tests.training.people import Cast, joined, person
from tests.training.scenes import address, as_user, in_state, people, shared_cast
from tests.training.scoring import given, lock, score, score_all, sheet
from training import results, score_rights
from training.errors import GuardsUnmet, NotAllowed, SavedElsewhere, ScoresClosed
from training.guards import unmet
from training.models import (
    Assignment,
    BatchExaminer,
    Certificate,
    Event,
    Holder,
    Notice,
    Occasion,
    Result,
    ScoreSheet,
)
from training.permissions import roles_in
from training.services import examiners, locking, moves, scores, settling
from training.services.settling import Meeting

__all__ = ["people", "shared_cast"]
pytestmark = pytest.mark.django_db
ONE, TWO = Occasion.DESIGN_SEMINAR, Occasion.RESULT_SEMINAR


def key() -> uuid.UUID:
    return uuid.uuid4()


def submit(cast: Cast, occasion: str, actor: Any, level: int = 4, **more: Any) -> Event:
    filled = more.pop("filled", None) or given(cast.fresh(), occasion, level)
    draft = scores.draft_of(cast.project, Occasion(occasion), actor)
    sent = {"saved": draft.saved if draft else 0, "submit_key": key(), **more}
    return scores.submit(project=cast.fresh(), occasion=Occasion(occasion), actor=actor, given=filled, **sent)


def examiner(cast: Cast) -> Any:
    """One more, by the coordinator's own service."""
    user = person("examiner")
    chosen = BatchExaminer.objects.create(batch=cast.batch, user=user, outside=True)
    examiners.assign(project=cast.fresh(), examiner=chosen, by=cast.coordinator, submit_key=key())
    Assignment.objects.filter(project=cast.project, user=user).update(accepted_at=timezone.now())
    return user


def seat(cast: Cast, occasion: Occasion = ONE) -> results.Seat:
    return results.standing(cast.fresh()).seats[occasion]


def test_a_draft_is_the_examiners_own_and_submitting_needs_every_level(people):
    in_state(people, "design-seminar")
    full = given(people.fresh(), ONE, 4)
    half = replace(full, levels=dict(list(full.levels.items())[:2]), mending="")
    kept = scores.save_draft(project=people.fresh(), occasion=ONE, actor=people.examiner, given=half, saved=0)
    assert kept == 1
    assert seat(people).sheets == []
    with pytest.raises(GuardsUnmet) as refused:
        submit(people, ONE, people.examiner, filled=half)
    asked = {reason.question for reason in refused.value.reasons}
    assert asked == {*full.levels} - {*half.levels} | {"mending"}
    with pytest.raises(SavedElsewhere):
        scores.save_draft(project=people.fresh(), occasion=ONE, actor=people.examiner, given=half, saved=0)
    event = submit(people, ONE, people.examiner, filled=full)
    assert (event.code, event.role, event.note) == (scores.SUBMIT, Holder.EXAMINER, "")
    [kept_sheet] = ScoreSheet.objects.filter(project=people.project)
    assert kept_sheet.total == Decimal("80.00")
    assert kept_sheet.marks == {"design": "80.00"}


def test_submitted_scores_stay(people):
    in_state(people, "design-seminar")
    once = key()
    first = submit(people, ONE, people.examiner, submit_key=once)
    assert submit(people, ONE, people.examiner, level=5, submit_key=once) == first
    with pytest.raises(ScoresClosed):
        submit(people, ONE, people.examiner, level=5)
    with pytest.raises(ScoresClosed):
        scores.save_draft(
            project=people.fresh(),
            occasion=ONE,
            actor=people.examiner,
            given=given(people.fresh(), ONE),
            saved=0,
        )
    assert seat(people).marks == {"design": Decimal("80.00")}


@pytest.mark.parametrize("change", [
    {"levels": {"problem": 6}}, {"levels": {"nothing": 3}}, {"notes": {"nothing": "x"}},
    {"entries": {"design": Decimal(80)}}, {"strengths": "x" * 30_000},
])  # fmt: skip
def test_what_no_form_offers_is_not_kept(people, change):
    in_state(people, "design-seminar")
    with pytest.raises(GuardsUnmet):
        scores.save_draft(
            project=people.fresh(),
            occasion=ONE,
            actor=people.examiner,
            given=replace(given(people.fresh(), ONE), **change),
            saved=0,
        )
    assert not ScoreSheet.objects.filter(project=people.project).exists()


def test_only_where_the_seminar_is(people):
    in_state(people, "design")
    with pytest.raises(ScoresClosed):
        submit(people, ONE, people.examiner)
    with pytest.raises(NotAllowed):
        submit(people, ONE, people.coach)


def test_an_examiner_sees_the_others_after_submitting(people):
    in_state(people, "design-seminar")
    other = examiner(people)
    submit(people, ONE, other, 5)
    roles = roles_in(people.fresh(), people.examiner)

    def seen():
        return [one.user for one in score_rights.sheets_seen(seat(people), roles, people.examiner)]

    assert seen() == []
    submit(people, ONE, people.examiner)
    assert set(seen()) == {other, people.examiner}
    for user in (people.participant, people.mentor, people.coach):
        assert score_rights.sheets_seen(seat(people), roles_in(people.fresh(), user), user) == []


def test_a_seminar_closes_once_every_examiner_has_scored(people):
    meet(people, "seminar:design")
    in_state(people, "design-seminar")
    other = examiner(people)
    submit(people, ONE, people.examiner)
    with pytest.raises(GuardsUnmet, match="belum menyerahkan"):
        people.move("close-design-seminar", people.examiner)
    submit(people, ONE, other)
    people.move("close-design-seminar", people.examiner)


def far_apart(people: Cast) -> Any:
    meet(people, "seminar:design")
    in_state(people, "design-seminar")
    other = examiner(people)
    submit(people, ONE, people.examiner, 3)
    submit(people, ONE, other, 5)
    return other


def test_marks_far_apart_are_settled_by_a_third_examiner(people):
    other = far_apart(people)
    assert seat(people).gap == 40
    told = Notice.objects.filter(kind=Notice.Kind.DIVERGENCE, project=people.project)
    assert set(told.values_list("user", flat=True)) == {people.examiner.pk, other.pk, people.coordinator.pk}
    with pytest.raises(GuardsUnmet, match="terlalu jauh"):
        people.move("close-design-seminar", people.examiner)
    third = examiner(people)
    for page in ("", "moves/close-design-seminar/", "scores/"):  # their own marks come first
        assert "40,00" not in main_of(as_user(third).get(address(people, page)))
    submit(people, ONE, third, 4, filled=given(people.fresh(), ONE, 4, levels=uneven(people)))
    assert seat(people).marks == {"design": Decimal("95.00")}
    people.move("close-design-seminar", people.examiner)


def uneven(people: Cast) -> dict[str, int]:
    """Five everywhere but in two criteria: 90 points, nearest to the highest."""
    return {**given(people.fresh(), ONE, 5).levels, "problem": 4, "idea": 4}


def meeting(mark: str = "80", reason: str = "Bukti dibaca bersama.") -> Meeting:
    return Meeting({"design": Decimal(mark)}, timezone.localdate(), reason)


def test_a_meeting_settles_once_every_examiner_has_confirmed(people):
    other = far_apart(people)
    once = key()

    def agree(actor=people.examiner, **more):
        return settling.propose(
            project=people.fresh(),
            occasion=ONE,
            actor=actor,
            **{"meeting": meeting(), "submit_key": once, **more},
        )

    for bad in (meeting("59.99"), meeting("100.01"), meeting(reason=" ")):
        with pytest.raises(GuardsUnmet):
            agree(meeting=bad)
    with pytest.raises(NotAllowed):
        agree(people.coach)
    made = agree()
    assert agree() == made
    assert unmet(people.fresh(), "scores:seminar-1") != []
    with pytest.raises(NotAllowed):
        settling.confirm(
            project=people.fresh(),
            occasion=ONE,
            settlement=made.pk,
            actor=people.coordinator,
            submit_key=key(),
        )
    for _again in range(2):
        settling.confirm(
            project=people.fresh(), occasion=ONE, settlement=made.pk, actor=other, submit_key=key()
        )
    assert unmet(people.fresh(), "scores:seminar-1") == []
    assert unmet(people.fresh(), "scores:design") == []
    assert seat(people).marks == {"design": Decimal("80.00")}
    assert Event.objects.filter(project=people.project, code=settling.CONFIRM).count() == 1


def test_a_meeting_is_about_the_scores_it_saw(people):
    other = far_apart(people)
    made = settling.propose(
        project=people.fresh(), occasion=ONE, actor=people.examiner, meeting=meeting(), submit_key=key()
    )
    third = examiner(people)
    submit(people, ONE, third, 4)
    with pytest.raises(ScoresClosed):
        settling.confirm(
            project=people.fresh(), occasion=ONE, settlement=made.pk, actor=other, submit_key=key()
        )
    assert seat(people).proposed is None


def test_a_coordinator_takes_no_score_away_by_removing_its_examiner(people):
    other = far_apart(people)
    part = Assignment.objects.get(project=people.project, user=other)
    examiners.remove(
        project=people.fresh(),
        assignment=part,
        reason="Pindah tugas",
        by=people.coordinator,
        submit_key=key(),
    )
    assert len(seat(people).sheets) == 2
    assert unmet(people.fresh(), "scores:seminar-1") != []


def test_who_is_not_there_any_more_is_not_waited_for(people):
    in_state(people, "design-seminar")
    other = examiner(people)
    submit(people, ONE, people.examiner)
    other.is_active = False
    other.save()
    assert unmet(people.fresh(), "scores:seminar-1") == []


def test_mentor_and_coach_give_their_forms_before_graduation(people):
    in_state(people, "final-review")
    for text in ("Mentor", "Coach"):
        with pytest.raises(GuardsUnmet, match=text):
            people.move("confirm-final")
    submit(people, Occasion.MENTOR, people.mentor)
    submit(people, Occasion.COACH, people.coach)
    with pytest.raises(ScoresClosed):
        submit(people, Occasion.MENTOR, people.mentor)
    people.move("confirm-final")


def at_graduation(people: Cast, level: int = 4) -> None:
    people.answer_all()
    in_state(people, "graduation")
    score_all(people, level)


def test_results_are_locked_whole_at_graduation(people):
    people.answer_all()
    in_state(people, "graduation")
    with pytest.raises(GuardsUnmet):
        locking.lock(project=people.fresh(), by=people.coordinator, submit_key=key())
    score_all(people, 4)
    with pytest.raises(NotAllowed):
        locking.lock(project=people.fresh(), by=people.examiner, submit_key=key())
    with pytest.raises(GuardsUnmet, match="dikunci"):
        people.move("pass", note="Memenuhi syarat")
    made = locking.lock(project=people.fresh(), by=people.coordinator, submit_key=key())
    assert made == locking.lock(project=people.fresh(), by=people.coordinator, submit_key=key())
    assert (made.total, made.predicate) == (Decimal("80.00"), "fairly-satisfying")
    told = Notice.objects.filter(kind=Notice.Kind.RESULT, project=people.project)
    assert set(told.values_list("user", flat=True)) == {
        people.participant.pk,
        people.mentor.pk,
        people.coach.pk,
    }
    people.move("pass", note="Memenuhi syarat")
    assert Certificate.objects.get(project=people.project).predicate == "Cukup memuaskan"


def test_not_before_the_graduation_meeting(people):
    in_state(people, "final-review")
    score_all(people)
    with pytest.raises(GuardsUnmet, match="rapat kelulusan"):
        locking.lock(project=people.fresh(), by=people.coordinator, submit_key=key())


def test_below_the_lowest_mark_nobody_passes_whatever_the_reason(people):
    at_graduation(people, 3)
    lock(people, 3)
    with pytest.raises(GuardsUnmet, match="70,01"):
        people.move("pass", note="Ada alasan khusus")
    people.move("remedial", note="Perbaiki laporan")


def test_after_remedial_work_new_scores_replace_the_old_which_stay_in_the_history(people):
    at_graduation(people, 3)
    lock(people, 3)
    people.move("remedial", note="Perbaiki laporan")
    people.move("submit-remedial")
    people.walk_to("graduation")
    with pytest.raises(ScoresClosed):
        submit(people, TWO, people.examiner, 5)
    locking.unlock(
        project=people.fresh(), reason="Penilaian remedial", by=people.coordinator, submit_key=key()
    )
    submit(people, TWO, people.examiner, 5)
    submit(people, Occasion.MENTOR, people.mentor, 5)
    submit(people, Occasion.COORDINATOR, people.coordinator, 4)
    old = ScoreSheet.objects.filter(project=people.project, replaced_at__isnull=False)
    assert set(old.values_list("occasion", "total")) == {
        ("seminar-2", Decimal("60.00")),
        ("mentor", Decimal("60.00")),
        ("coordinator", Decimal("60.00")),
    }
    made = locking.lock(project=people.fresh(), by=people.coordinator, submit_key=key())
    assert made.total == Decimal("84.00")  # 10·100 + 10·80 + 10·80 + 20·80 + 20·60 + 30·100, in %
    assert [one.total for one in Result.objects.filter(project=people.project)] == [60, 84]
    people.move("pass", note="Memenuhi syarat")


def test_an_opened_result_is_corrected_by_who_gave_the_scores(people):
    at_graduation(people)
    lock(people)
    once = key()
    with pytest.raises(NotAllowed):
        locking.unlock(project=people.fresh(), reason="x", by=people.mentor, submit_key=once)
    with pytest.raises(GuardsUnmet):
        locking.unlock(project=people.fresh(), reason=" ", by=people.coordinator, submit_key=once)
    for _again in range(2):
        locking.unlock(project=people.fresh(), reason="Salah hitung", by=people.coordinator, submit_key=once)
    assert Event.objects.filter(project=people.project, code=locking.UNLOCK, note="Salah hitung").count() == 1
    assert people.participant.notices.filter(kind=Notice.Kind.REOPENED).count() == 1
    other = examiner(people)
    with pytest.raises(ScoresClosed):
        submit(people, ONE, other)
    submit(people, ONE, people.examiner, 5)
    with pytest.raises(GuardsUnmet):
        people.move("pass", note="Memenuhi syarat")


def test_the_whole_batch_is_locked_at_once(people):
    at_graduation(people)
    with pytest.raises(NotAllowed):
        locking.lock_batch(batch=people.batch, by=people.coach, submit_key=key())
    assert locking.lock_batch(batch=people.batch, by=people.coordinator, submit_key=key()).done == 1
    assert locking.lock_batch(batch=people.batch, by=people.coordinator, submit_key=key()).done == 0


def test_an_answered_form_counts_whoever_is_mentor_later(people):
    in_state(people, "final-review")
    score(people, "mentor", 5)
    new = person("mentor")
    Assignment.objects.filter(project=people.project, role=Holder.MENTOR).update(until=timezone.now())
    joined(people.project, new, Holder.MENTOR)
    with pytest.raises(ScoresClosed):
        submit(people, Occasion.MENTOR, new)
    assert results.standing(people.fresh()).seats[Occasion.MENTOR].marks["attitude"] == 100


def test_what_was_scored_counts_in_the_total_by_weight(people):
    in_state(people, "graduation")
    for occasion, level in zip(Occasion, (5, 4, 3, 2, 1), strict=True):
        user = people.of(occasion.role)
        sheet(people.fresh(), occasion, user, level)
    # 20·100 + 30·80 + 10·60 + 0·40 + 40·20, in %
    assert results.standing(people.fresh()).total == Decimal("58.00")


def test_a_move_asks_the_version_what_it_scores(people):
    meet(people, "scores:design")
    assert unmet(people.fresh(), "scores:design") == []
    for guard in ("scores:nothing", "scores:"):
        with pytest.raises(LookupError):
            unmet(people.fresh(), guard)
    assert moves.offers(project=people.fresh(), roles=frozenset()) == []
