"""Random walks: whoever asks for whatever, a project goes only where its rules lead, its history whole."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from catalogue.services.access import ensure_access
from tests import factories
from tests.training.logs import explain_all
from tests.training.meeting import meet, meet_all
from tests.training.people import Cast, cast, good_answer, version
from tests.training.walking import ACCOMPANYING, BREAKS, CHANGES, STANDINGS
from training.errors import GuardsUnmet, Moved, NotAllowed, StandsStill, TrainingError
from training.models import (
    Assignment,
    Consultation,
    Event,
    EvidenceReason,
    Holder,
    NoteReply,
    Project,
    Result,
    Revision,
    ScoreSheet,
    Seminar,
    SessionDone,
)
from training.seeds import all_specs
from training.services import moves, note_replies, standing

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WALKS = {"latsar-2021": 130, "pkp-2020": 115, "pka-2020": 115, "mandiri-1": 70, "open-1": 80}
"""By programme; 500 at least."""
STEPS = 7
MET = ("consultations", "seminar", "scores", "locked", "passing", "logbook", "evidence", "sessions")
"""Guards that rows decide; each is made to hold or not by a rule of its own."""
BELOW = Decimal("40.00")
"""A total with which nobody passes."""
SEMINARS = ("design-seminar", "result-seminar")
PEOPLE = ("participant", "mentor", "coach", "examiner", "coordinator", "stranger")


class Walk(RuleBasedStateMachine):
    """One project, from any state on, beside a model of what its rules allow."""

    cast: Cast
    stranger: Any
    seen: Counter[str]
    """How many walks there were, and how often a move was tried while a guard did not hold, by its name."""

    @initialize(data=st.data())
    def begin(self, data):
        self.mark = transaction.atomic()
        self.mark.__enter__()
        self.version = self.cast.fresh().version
        self.questions = {q.code: q for step in self.version.all_steps for q in step.all_questions}
        self.answers = {code: good_answer(question) for code, question in self.questions.items()}
        self.answers["title"] = "Antrean daring untuk ibu hamil"
        self.codes = {state.code for state in self.version.all_states}
        self.bad: set[str] = set()
        self.accepted = True
        self.before = list(Event.objects.filter(project=self.cast.project))
        self.events: list[Event] = []
        self.keys: dict[uuid.UUID, tuple[Event, str, str]] = {}
        states = self.version.all_states  # a checksum, or most walks would begin at the first ones
        self.start = states[crc32(data.draw(st.binary(min_size=4, max_size=4))) % len(states)].code
        self.state = self.start
        found = Project.objects.filter(pk=self.cast.project.pk)
        found.update(state_code=self.state, answers=self.answers, title=self.answers["title"])
        explain_all(self.cast.fresh())
        self.noted = False
        self.the_catalogue_is_searched()
        self.met = dict.fromkeys(MET, True)
        self.standing, self.accompanied = "active", True

    def teardown(self):
        if hasattr(self, "mark"):
            self.seen["walks"] += 1
            self.check_history()
            transaction.set_rollback(True)
            self.mark.__exit__(None, None, None)

    @rule(change=st.sampled_from(CHANGES))
    def something_changes(self, change):
        """One rule for all of them, so that moves are not rare among the steps."""
        getattr(self, change)()

    @rule(data=st.data())
    def what_a_move_from_here_asks_for_changes(self, data):
        guards = " ".join(move.guards for move in self.version.all_moves if move.source == self.state)
        names = {guard.partition(":")[0] for guard in guards.split()}
        if names & BREAKS.keys():
            getattr(self, BREAKS[data.draw(st.sampled_from(sorted(names & BREAKS.keys())))])()
            self.go_on(data, "Lengkapi")

    @rule(data=st.data(), good=st.booleans())
    def answer(self, data, good):
        """Change an answer to a good one or one that no move may pass."""
        code = data.draw(st.sampled_from(sorted(code for code, q in self.questions.items() if q.required)))
        question = self.questions[code]
        spoilt: Any = [] if question.kind == "table" else "tidak" if question.kind == "choice" else ""
        if code == "title":
            spoilt = "Satu"
        self.answers[code] = good_answer(question) if good else spoilt
        self.bad = self.bad - {code} if good else self.bad | {code}
        Project.objects.filter(pk=self.cast.project.pk).update(answers=self.answers)

    def the_catalogue_is_searched(self):
        meet(self.cast, "originality")
        self.searched = self.idea()

    def idea(self):
        return self.answers["title"], self.answers.get("abstract")

    def mentor_is_replaced_or_accepts(self):
        self.accepted = not self.accepted
        mentor = Assignment.objects.filter(project=self.cast.project, role=Holder.MENTOR)
        mentor.update(accepted_at="2026-03-07T01:00:00Z" if self.accepted else None)

    def a_consultation_waits_or_is_confirmed(self):
        self.met["consultations"] = not self.met["consultations"]
        state = "confirmed" if self.met["consultations"] else "waiting"
        Consultation.objects.filter(project=self.cast.project).update(state=state)

    def seminars_are_ahead_or_have_begun(self):
        self.met["seminar"] = not self.met["seminar"]
        begins = timezone.now() + timedelta(hours=0 if self.met["seminar"] else 1)
        own = Seminar.objects.filter(places__project=self.cast.project)
        own.update(starts_at=begins, ends_at=begins + timedelta(hours=2))

    def the_notes_are_answered(self):
        project = Project.objects.get(pk=self.cast.project.pk)
        event = note_replies.open_of(project)
        assert (event is not None) == self.open_notes()
        if event is not None and project.state.holder == Holder.PARTICIPANT:
            given = {one.code: "Sudah diperbaiki." for one in note_replies.noted(project, event)}
            for code, words in given.items():
                NoteReply.objects.update_or_create(event=event, question=code, defaults={"text": words})
            self.noted = False

    def open_notes(self):
        """Whether somebody wrote notes since the participant handed in last, ticked or not."""
        for event in reversed(self.events):
            if event.code not in STANDINGS and (event.role == Holder.PARTICIPANT or event.note):
                return event.role != Holder.PARTICIPANT
        return False

    def scores_are_taken_away_or_given(self):
        self.met["scores"] = not self.met["scores"]
        replaced = None if self.met["scores"] else "2026-03-07T01:00:00Z"
        ScoreSheet.objects.filter(project=self.cast.project).update(replaced_at=replaced)

    def the_result_is_opened_or_locked(self):
        self.met["locked"] = not self.met["locked"]
        opened = None if self.met["locked"] else "2026-03-07T01:00:00Z"
        Result.objects.filter(project=self.cast.project).update(unlocked_at=opened)

    def the_locked_total_falls_below_the_mark_or_rises(self):
        self.met["passing"] = not self.met["passing"]
        total = self.version.passing_mark if self.met["passing"] else BELOW
        Result.objects.filter(project=self.cast.project).update(total=total or BELOW)

    def a_session_is_not_attended_or_all_are(self):
        self.met["sessions"] = not self.met["sessions"]
        done = SessionDone.objects.filter(project=self.cast.project)
        if self.met["sessions"]:
            meet(self.cast, "sessions")
        elif last := done.last():
            last.delete()

    @rule(data=st.data(), fitting=st.booleans(), who=st.sampled_from(PEOPLE), wordless=st.booleans())
    def the_standing_changes(self, data, fitting, who, wordless):
        """By whom it belongs to where it fits, or by anybody at any time."""
        codes = [code for code, (_by, source, _to) in STANDINGS.items() if self.standing in source]
        code = data.draw(st.sampled_from(codes if fitting else sorted(STANDINGS)))
        roles, source, target = STANDINGS[code]
        actor = data.draw(st.sampled_from(sorted(roles))) if fitting else who
        outcome: Any = target
        if actor not in roles or not self.has_part(actor) or not self.version.needs_batch:
            outcome = NotAllowed
        elif self.standing not in source or (wordless and not fitting):
            outcome = GuardsUnmet
        refused: type[TrainingError] | None = None
        try:
            event = standing.act(
                project=self.cast.fresh(), code=code, by=self.person(actor), submit_key=uuid.uuid4(),
                reason=" " if wordless and not fitting else "Sakit",
            )  # fmt: skip
        except TrainingError as error:
            refused = type(error)
        assert (refused or target) == outcome, (self.standing, code, actor)
        if refused is None:
            self.events.append(event)
            self.standing = target
            self.accompanied = self.accompanied and target not in Project.LEFT

    def a_week_passes_without_an_entry_or_the_state_is_young_again(self):
        self.met["logbook"] = not self.met["logbook"]
        entered = timezone.now() - timedelta(days=0 if self.met["logbook"] else 8)
        Project.objects.filter(pk=self.cast.project.pk).update(entered_at=entered)
        if self.met["seminar"]:  # where the walk began at a seminar, it counts from that moment
            now = timezone.now()
            own = Seminar.objects.filter(places__project=self.cast.project)
            own.update(starts_at=now, ends_at=now + timedelta(hours=2))

    def reasons_for_missing_evidence_are_taken_back_or_given(self):
        self.met["evidence"] = not self.met["evidence"]
        EvidenceReason.objects.filter(project=self.cast.project).delete()
        if self.met["evidence"]:
            explain_all(self.cast.fresh())

    @rule(data=st.data(), note=st.sampled_from(["", "Lengkapi"]))
    def one_step_on(self, data, note):
        self.go_on(data, note)

    def go_on(self, data, note):
        """A move that leads away from here, by whom it belongs to."""
        here = [move for move in self.version.all_moves if move.source == self.state]
        if here:
            chosen = data.draw(st.sampled_from(here))
            self.try_move(chosen.code, chosen.actor, uuid.uuid4(), note)

    @rule(data=st.data())
    def go_on_and_on(self, data):
        """Three moves at once, each with its words."""
        for _number in range(3):
            self.go_on(data, "Lengkapi")

    @rule(data=st.data(), who=st.sampled_from(PEOPLE), note=st.sampled_from(["", " ", "Lengkapi"]))
    def anybody_tries_anything(self, data, who, note):
        code = data.draw(st.sampled_from(sorted({move.code for move in self.version.all_moves})))
        self.try_move(code, who, uuid.uuid4(), note)

    @rule(data=st.data(), other=st.booleans())
    def ask_again(self, data, other):
        """The same key as before, by the same person or not, for the same move or not."""
        if not self.keys:
            return
        key = data.draw(st.sampled_from(list(self.keys)))
        event, code, who = self.keys[key]
        if not other:
            assert self.make(code, who, key, "") == event
        else:
            with pytest.raises((Moved, NotAllowed)):
                self.make(code if who != "stranger" else "begin", "stranger", key, "")
            with pytest.raises((Moved, NotAllowed)):
                self.make("no-such-move", who, key, "")

    def make(self, code, who, key, note):
        project = Project.objects.get(pk=self.cast.project.pk)
        if who == "curator":
            return moves.follow(project=project, code=code, curator=None, submit_key=key, note=note)
        return moves.move(project=project, code=code, actor=self.person(who), submit_key=key, note=note)

    def person(self, who):
        return self.stranger if who == "stranger" else self.cast.of(who)

    def has_part(self, who):
        if who in ACCOMPANYING:
            return self.accompanied and (who != "mentor" or self.accepted)
        return who != "stranger"

    def try_move(self, code, who, key, note):
        outcome = self.foretold(code, who, note)
        self.seen["moves tried"] += 1
        self.seen["moves made"] += outcome in self.codes
        refused: type[TrainingError] | None = None
        try:
            event = self.make(code, who, key, note)
        except TrainingError as error:
            refused = type(error)
        assert (refused or event.target) == outcome, (self.state, code, who)
        if refused is None:
            if event not in self.events:
                self.met["logbook"] = True  # it has just come there
                # What the participant hands in answers the notes before.
                self.noted = event.role != Holder.PARTICIPANT and (self.noted or bool(event.note))
                # A seminar before it came there does not count.
                self.met["seminar"] = self.met["seminar"] and event.target not in SEMINARS
            self.state = event.target
            self.events.append(event)
            self.keys[key] = (event, code, who)

    def foretold(self, code, who, note):
        """The state it leads to, or the error."""
        named = [move for move in self.version.all_moves if move.code == code and move.actor == who]
        if not named or not self.has_part(who):
            return NotAllowed
        here = next((move for move in named if move.source == self.state), None)
        if here is None:
            return Moved
        if self.standing != "active":
            self.seen["standing"] += 1
            return StandsStill
        self.seen.update(name.partition(":")[0] for name in here.guards.split() if not self.holds(name))
        wordless = (here.is_return or here.needs_note) and who != "curator" and not note.strip()
        return GuardsUnmet if wordless or not all(map(self.holds, here.guards.split())) else here.target

    def holds(self, guard):
        name, _colon, value = guard.partition(":")
        if name == "people":
            return self.accepted and self.accompanied
        if name == "step":
            return not any(question.step == value for question in map(self.questions.get, self.bad))
        if name == "answer":
            question, _equals, wanted = value.partition("=")
            return self.answers[question] == wanted
        if name == "notes":
            return not self.noted
        if name == "originality":
            return self.searched == self.idea()
        if name == "evidence":
            plans = {"matrix", "milestones"} & self.questions.keys()
            return self.met[name] or plans <= self.bad
        if name == "passing":  # without a result in force it is "locked" that refuses
            return self.met[name] or not self.met["locked"] or self.version.passing_mark is None
        if name in self.met or name == "forms":
            return self.met["scores" if name == "forms" else name]
        assert name == "published"
        return False  # no curator publishes here

    @invariant()
    def the_project_is_where_the_model_is(self):
        if hasattr(self, "standing"):
            found = Project.objects.values_list("state_code", "standing").get(pk=self.cast.project.pk)
            assert found == (self.state, self.standing)

    def check_history(self):
        project = self.cast.project
        events = list(Event.objects.filter(project=project))
        assert events == self.before + self.events
        assert [event.number for event in events] == list(range(1, len(events) + 1))
        came_from = [self.start, *(event.target for event in self.events)]
        assert [event.source for event in self.events] == came_from[:-1]
        revisions = list(Revision.objects.filter(project=project))
        assert [revision.number for revision in revisions] == list(range(1, len(revisions) + 1))
        assert len(revisions) == sum(event.role == Holder.PARTICIPANT for event in self.events)
        assert project.notices.filter(cause__startswith="event:").count() <= 2 * len(events)


def walkers(programme):
    """A project by the programme: with its five people, or its owner alone where it runs without a batch."""
    if version(programme).needs_batch:
        return cast(programme)
    others = cast()
    alone = Project.objects.create(
        version=version(programme),
        owner=others.participant,
        agency_id=others.project.agency_id,
        state_code=version(programme).start.code,
    )
    return replace(others, project=alone)


def test_there_are_enough_walks_by_every_programme():
    assert sum(WALKS.values()) >= 500
    assert WALKS.keys() == {spec["code"] for spec in all_specs()}


@pytest.mark.parametrize("programme", WALKS)
def test_no_walk_leaves_the_rules(programme):
    factories.baseline()
    ensure_access()
    Walk.cast, Walk.stranger = walkers(programme), factories.user()
    Walk.seen = Counter()
    meet_all(Walk.cast)
    chosen = settings(
        max_examples=WALKS[programme],
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Walk, settings=chosen)
    assert Walk.seen["walks"] >= WALKS[programme]
