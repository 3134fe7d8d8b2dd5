"""What walks may change beside moves: the standing, and what guards ask for."""

from __future__ import annotations

LED, JUDGING = frozenset({"coordinator"}), frozenset({"mentor", "coach", "examiner", "coordinator"})
STANDINGS: dict[str, tuple[frozenset[str], tuple[str, ...], str]] = {
    "postpone": (LED, ("active",), "postponed"),
    "resume": (LED, ("postponed", "withdrawn", "stopped"), "active"),
    "suspect": (JUDGING, ("active", "postponed"), "locked"),
    "clear-suspicion": (LED, ("locked",), "active"),
    "confirm-suspicion": (LED, ("locked",), "stopped"),
    "withdraw": (LED, ("active", "postponed"), "withdrawn"),
}
"""By what is done: by whom, from which standings, to which."""
ACCOMPANYING = ("mentor", "coach", "examiner")
"""Whose parts end when the participant withdraws or the project is stopped."""
CHANGES = (
    "the_catalogue_is_searched",
    "mentor_is_replaced_or_accepts",
    "a_consultation_waits_or_is_confirmed",
    "seminars_are_ahead_or_have_begun",
    "the_notes_are_answered",
    "scores_are_taken_away_or_given",
    "the_result_is_opened_or_locked",
    "the_locked_total_falls_below_the_mark_or_rises",
    "a_session_is_not_attended_or_all_are",
    "a_week_passes_without_an_entry_or_the_state_is_young_again",
    "reasons_for_missing_evidence_are_taken_back_or_given",
)
"""What may come to be true or not beside a move."""
BREAKS = {
    "people": "mentor_is_replaced_or_accepts",
    "consultations": "a_consultation_waits_or_is_confirmed",
    "seminar": "seminars_are_ahead_or_have_begun",
    "scores": "scores_are_taken_away_or_given",
    "forms": "scores_are_taken_away_or_given",
    "locked": "the_result_is_opened_or_locked",
    "passing": "the_locked_total_falls_below_the_mark_or_rises",
    "sessions": "a_session_is_not_attended_or_all_are",
    "logbook": "a_week_passes_without_an_entry_or_the_state_is_young_again",
    "evidence": "reasons_for_missing_evidence_are_taken_back_or_given",
}
"""By a guard's name: the change that makes it hold or not."""
