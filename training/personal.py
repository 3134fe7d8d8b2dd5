"""What training holds about a person; see ``accounts.privacy``."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.privacy import Holding
from catalogue.services import intake
from training.models import (
    Appeal,
    Assignment,
    BatchEvent,
    BatchExaminer,
    Certificate,
    Consultation,
    Document,
    DocumentKind,
    Event,
    FollowUp,
    Invitation,
    NoteReply,
    Notice,
    OriginalityCheck,
    Preference,
    Project,
    Refusal,
    Result,
    Revision,
    ScoreSheet,
    Seminar,
    SeminarAttendee,
    Settlement,
    SignedPaper,
)
from training.models.papers import private_storage
from training.personal_discussions import erase_discussions, export_discussions
from training.services import documents
from training.services import personal_logs as logs
from training.services.proposals import as_published


def export(user: User) -> dict[str, Any]:
    """Projects with all that was written, parts in projects of others, what the person decided and noted."""
    return {
        "projects": [_project(project) for project in Project.objects.filter(owner=user)],
        "assignments": [_part(row) for row in Assignment.objects.filter(user=user)],
        "examiner_in": [_offer(row) for row in BatchExaminer.objects.filter(user=user)],
        "decisions": [_event(event) for event in Event.objects.filter(actor=user)],
        "decisions_in_batches": [_batch_event(row) for row in BatchEvent.objects.filter(actor=user)],
        "notices": [
            {"kind": row.kind, "at": row.created_at.isoformat()} for row in Notice.objects.filter(user=user)
        ],
        "invitations": [
            {"role": row.role, "at": row.created_at.isoformat(), "accepted": _moment(row.accepted_at)}
            for row in Invitation.objects.filter(user=user)
        ],
        "scores_given": [_sheet(row) for row in ScoreSheet.objects.filter(user=user)],
        "meetings_minuted": [
            {"at": row.made_at.isoformat(), "marks": row.marks, "reason": row.reason}
            for row in Settlement.objects.filter(made_by=user)
        ],
        "results": [
            _result(row) for row in Result.objects.filter(project__owner=user).select_related("appeal")
        ],
        "logbooks": logs.export(user),
        "follow_ups": [_follow_up(row) for row in FollowUp.objects.filter(answered_by=user)],
        "certificates": [_certificate(row) for row in Certificate.objects.filter(project__owner=user)],
        "documents": [_document(row, user) for row in _documents(user).select_related("project", "event")],
        "preferences": list(
            Preference.objects.filter(user=user).values("turns", "reminders", "papers", "language")
        ),
        "consultations": [_consultation(row) for row in _consultations(user)],
        "seminars": [
            _seminar(row) for row in SeminarAttendee.objects.filter(user=user).select_related("seminar")
        ],
        "replies_to_notes": [_reply(row) for row in NoteReply.objects.filter(event__project__owner=user)],
        "refused": [_refusal(row) for row in Refusal.objects.filter(user=user)],
        **export_discussions(user),
    }


def _batch_event(row: BatchEvent) -> dict[str, Any]:
    return {"at": row.at.isoformat(), "what": row.code, "note": row.note}


def _part(row: Assignment) -> dict[str, Any]:
    return {
        "role": row.role,
        "asked_as": row.asked_as,
        "since": row.since.isoformat(),
        "until": _moment(row.until),
    }


def _offer(row: BatchExaminer) -> dict[str, Any]:
    return {"batch": row.batch.name, "asked_as": row.asked_as, "given_up_at": _moment(row.given_up_at)}


def _reply(row: NoteReply) -> dict[str, Any]:
    return {"at": row.made_at.isoformat(), "question": row.question, "reply": row.text}


def erase(user: User) -> None:
    """Work goes with all its revisions; decisions stay, without the words that went with them.
    Consultations and the consent to be recorded go the same way.

    What visitors read in the catalogue was handed over with consent and names nobody, so it stays, and the
    project says of itself what its record says; earlier drafts of the record go. Of a certificate the
    name and the site's copy of the file go, while number and digest stay: the file in its holder's hands
    still verifies. The same holds for documents on which the person stands. One that was not signed yet goes
    as a whole.
    """
    own = Project.objects.filter(owner=user)
    for project in own.exclude(record_key=None):
        # Nobody has seen a record that is still in the queue: it goes with the answers it was made from.
        if project.record_key and (
            intake.discard(project.record_key) or not intake.exists(project.record_key)
        ):
            Project.objects.filter(pk=project.pk).update(record_key=None)
    _forget_answers(own)
    NoteReply.objects.filter(event__project__owner=user).delete()
    _forget_words(user)
    FollowUp.objects.filter(answered_by=user).update(place="", reason="", evidence="")
    _forget(Certificate.objects.filter(project__owner=user))
    _forget(_documents(user))
    Certificate.objects.filter(project__owner=user).update(holder="")
    Document.objects.filter(project__owner=user).update(holder="")
    Document.objects.filter(event__actor=user).update(decider="")
    Preference.objects.filter(user=user).delete()
    _forget_meetings(user)
    erase_discussions(user)
    Event.objects.filter(Q(actor=user) | Q(assignment__user=user)).update(note="", field_notes={})
    logs.erase(user)
    Notice.objects.filter(user=user).delete()
    Invitation.objects.filter(user=user).delete()
    own.update(asked_as="")
    for model in (Assignment, BatchExaminer):
        model.objects.filter(user=user).update(asked_as="")
    Refusal.objects.filter(user=user).delete()


def _forget_answers(own: QuerySet[Project]) -> None:
    """Leave of each project what its public record says, and nothing of how it came about."""
    for project in own.select_related("version"):
        title, answers = as_published(project)
        Project.objects.filter(pk=project.pk).update(
            title=title, answers=answers, time_asked_at=None, time_wanted=None
        )
        if project.state.is_end:  # nobody is asked for anything there any more
            Project.objects.filter(pk=project.pk).update(due_on=None, days_left=None)
        if project.record_key:
            intake.forget_drafts(project.record_key)
    Revision.objects.filter(project__in=own).update(title="", answers={})
    Event.objects.filter(project__in=own).update(note="", field_notes={})
    OriginalityCheck.objects.filter(project__in=own).delete()


def _forget_meetings(user: User) -> None:
    """That they met stays; what was said goes, and so does the consent to be recorded."""
    written = Q(project__owner=user) | Q(written_by=user)
    Consultation.objects.filter(written).update(discussed="", agreed="", reason="")
    _consultations(user).update(reason="")
    Seminar.objects.filter(made_by=user).update(reason="")
    SeminarAttendee.objects.filter(user=user).update(may_record=False, answered_at=None)


def _consultations(user: User) -> QuerySet[Consultation]:
    return Consultation.objects.filter(Q(project__owner=user) | Q(supporter=user))


def _consultation(row: Consultation) -> dict[str, Any]:
    return {
        "held_on": row.held_on.isoformat(),
        "with": row.role,
        "discussed": row.discussed,
        "agreed": row.agreed,
        "state": row.state,
        "reason": row.reason,
        "answered_at": _moment(row.answered_at),
    }


def _forget_words(user: User) -> None:
    """Marks stay, as decisions do; what was written about the person, or by them about others, goes."""
    about = Q(project__owner=user)
    ScoreSheet.objects.filter(about | Q(user=user)).update(notes={}, strengths="", mending="")
    ScoreSheet.objects.filter(user=user, submitted_at=None).delete()
    Settlement.objects.filter(about | Q(made_by=user)).update(reason="")
    Result.objects.filter(about | Q(unlocked_by=user)).update(unlock_reason="")
    Appeal.objects.filter(result__project__owner=user).update(reason="", answer="")
    Appeal.objects.filter(answered_by=user).update(answer="")


def _documents(user: User) -> QuerySet[Document]:
    """Those on which ``user`` stands: of their own projects, what they decided in others, endorsements of
    what they confirmed, and minutes of seminars where they scored or had a part.
    """
    scored = ScoreSheet.objects.filter(project=OuterRef("project"), user=user, submitted_at__isnull=False)
    helped = Assignment.objects.filter(project=OuterRef("project"), user=user)
    minuted = Q(kind=DocumentKind.MINUTES) & (Exists(scored) | Exists(helped))
    confirmed = Event.objects.filter(
        project=OuterRef("project"), revision=OuterRef("event__revision"), actor=user
    ).exclude(source=F("target"))
    endorsed = Q(kind=DocumentKind.ENDORSEMENT) & Exists(confirmed)
    return Document.objects.filter(Q(project__owner=user) | Q(event__actor=user) | minuted | endorsed)


def _forget(papers: QuerySet[Any]) -> None:
    """The file names everybody who stands on it, so it goes with the first of them."""
    papers.filter(state=SignedPaper.State.WAITING).delete()
    for name in papers.exclude(file="").values_list("file", flat=True):
        # The file can't be brought back, so it goes only once the rest is certain.
        transaction.on_commit(partial(private_storage().delete, name))
    papers.update(file="", reason="")


HOLDING = Holding("training", export, erase)


def _project(project: Project) -> dict[str, Any]:
    return {
        "key": str(project.key),
        "asked_as": project.asked_as,
        "programme": project.version.label_id,
        "batch": project.batch.name if project.batch else None,
        "state": project.state_code,
        "standing": project.standing,
        "title": project.title,
        "answers": project.answers,
        "revisions": [
            {"number": row.number, "made_at": row.made_at.isoformat(), "answers": row.answers}
            for row in project.revisions.all()
        ],
        "originality_checks": [
            {"made_at": row.made_at.isoformat(), "text": row.text, "found": row.found}
            for row in project.originality_checks.all()
        ],
        "history": _history(project),
    }


def _history(project: Project) -> list[dict[str, Any]]:
    """As the project's page shows it to its participant: papers they may not read have no number."""
    unknown = documents.unknown_to_owner(project)
    return [_event(event) | {"note": documents.noted(event, unknown)} for event in project.events.all()]


def _sheet(sheet: ScoreSheet) -> dict[str, Any]:
    """Scores this person gave; whose project it was is not theirs to take along."""
    return {
        "occasion": sheet.occasion,
        "levels": sheet.levels,
        "marks": sheet.marks or sheet.entries,
        "notes": sheet.notes,
        "strengths": sheet.strengths,
        "to_mend": sheet.mending,
        "submitted_at": _moment(sheet.submitted_at),
    }


def _result(result: Result) -> dict[str, Any]:
    """A locked result of the person's own project; one that was opened again with why."""
    appeal: Appeal | None = getattr(result, "appeal", None)
    return {
        "marks": result.marks,
        "total": str(result.total),
        "predicate": result.predicate,
        "locked_at": result.locked_at.isoformat(),
        "opened_again_at": _moment(result.unlocked_at),
        "opened_again_because": result.unlock_reason,
        "appeal": {"reason": appeal.reason, "state": appeal.state, "answer": appeal.answer}
        if appeal
        else None,
    }


def _certificate(row: Certificate) -> dict[str, Any]:
    return {
        "number": row.number,
        "state": row.state,
        "name": row.holder,
        "title": row.title,
        "predicate": row.predicate,
        "issued_at": _moment(row.issued_at),
    }


def _refusal(row: Refusal) -> dict[str, Any]:
    return {"at": row.at.isoformat(), "request": row.method, "route": row.route, "answer": row.status}


def _follow_up(row: FollowUp) -> dict[str, Any]:
    return {
        "months": row.months,
        "answered_at": _moment(row.answered_at),
        "answer": row.answer,
        "place": row.place,
        "reason": row.reason,
        "evidence": row.evidence,
        "numbers": row.numbers,
    }


def _seminar(row: SeminarAttendee) -> dict[str, Any]:
    return {
        "kind": row.seminar.kind,
        "begins": row.seminar.starts_at.isoformat(),
        "expected": row.attends,
        "may_be_recorded": row.may_record,
        "answered_at": _moment(row.answered_at),
    }


def _document(row: Document, user: User) -> dict[str, Any]:
    """What it says of ``user``, not of whoever else stands on it."""
    own, decided = row.project.owner_id == user.pk, row.event.actor_id == user.pk
    return {
        "kind": row.kind,
        "number": row.number,
        "state": row.state,
        "participant": row.holder if own else None,
        "decided_by": row.decider if decided else None,
        "title": row.title if own else None,
        "issued_at": _moment(row.issued_at),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _event(event: Event) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(),
        "move": event.code,
        "from": event.source,
        "to": event.target,
        "note": event.note,
        "notes": event.field_notes,
    }
