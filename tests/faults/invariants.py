"""What must hold of training's rows, files and mails, whatever was killed on the way to them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

from django.db.models import Q
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from catalogue.models import InnovationPage
from tests.faults.persistent import Deed
from tests.training.apart import apart
from training.checking import Verdict, by_file
from training.models import (
    Certificate,
    CertificateSeries,
    Document,
    Event,
    EvidenceFile,
    Holder,
    LogEntry,
    Notice,
    Project,
    Revision,
    SignedPaper,
)
from training.services import seals
from training.services.mails import message
from training.services.notices import holders

PAPERS = (Certificate, Document)
TOLD_BY_ITS_MOVE = {Notice.Kind.MOVED, Notice.Kind.RETURNED}


def assert_whole(folder: Path, deeds: Iterable[Deed], mails: Sequence[EmailMessage]) -> None:
    """Nothing is half there, nothing is there twice, and nothing that was answered is missing.

    ``folder`` is the private storage, ``deeds`` are those that were answered, ``mails`` what the mail server
    accepted.
    """
    assert_done_once(deeds)
    for project in Project.objects.select_related("version", "batch"):
        assert_history_is_its_state(project)
        assert_everybody_was_told(project)
        assert_earned_papers(project)
        assert_one_record(project)
        assert seals.verify(project) == []
    assert_papers_are_issued(folder)
    assert_files_are_kept(folder)
    assert_mails_left_once(mails)


def assert_done_once(deeds: Iterable[Deed]) -> None:
    """However often a form was sent."""
    assert {str(deed): found for deed in deeds if (found := deed.made(deed)) != 1} == {}


def assert_history_is_its_state(project: Project) -> None:
    """Events follow each other without a gap up to where the project is; each handing in has its revision."""
    events = list(Event.objects.filter(project=project).order_by("number"))
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert [event.source for event in events[1:]] == [event.target for event in events[:-1]]
    if events:
        assert project.state_code == events[-1].target
    handed_in = [event for event in events if event.role == Holder.PARTICIPANT and _moves(event)]
    revisions = list(Revision.objects.filter(project=project).order_by("number"))
    assert [event.revision_id for event in handed_in] == [revision.pk for revision in revisions]
    assert [revision.number for revision in revisions] == list(range(1, len(revisions) + 1))
    assert [revision.state_code for revision in revisions] == [event.target for event in handed_in]
    entries = LogEntry.objects.filter(project=project).order_by("number")
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))


def _moves(event: Event) -> bool:
    return event.source != event.target


def assert_everybody_was_told(project: Project) -> None:
    """Of each move whoever had the project then, and its participant, once; but not who made it."""
    for event in Event.objects.filter(~Q(source=""), project=project):
        if not _moves(event):
            continue
        state = project.version.state(event.target)
        assert state is not None
        wanted = (holders(project, state.holder) | {project.owner_id}) - {event.actor_id}
        told = Notice.objects.filter(cause=f"event:{event.pk}", kind__in=TOLD_BY_ITS_MOVE)
        assert Counter(told.values_list("user_id", flat=True)) == Counter(wanted), (project, event.code)


def assert_earned_papers(project: Project) -> None:
    """One certificate for who has passed, one document for each move that gives one, and no other."""
    earned = Event.objects.filter(project=project, target__in=_states_with_certificate(project)).exists()
    assert Certificate.objects.filter(project=project).count() == int(earned)
    gives = {(move.source, move.code): move.document for move in project.version.all_moves if move.document}
    made = Event.objects.filter(project=project)
    wanted = Counter(
        (event.pk, gives[event.source, event.code]) for event in made if (event.source, event.code) in gives
    )
    found = Document.objects.filter(project=project).values_list("event_id", "kind")
    assert Counter(found) == wanted


def _states_with_certificate(project: Project) -> list[str]:
    return [state.code for state in project.version.all_states if state.gives_certificate]


def assert_one_record(project: Project) -> None:
    """In the curators' queue once, where the project was handed over; none otherwise."""
    handed_over = Event.objects.filter(project=project, code="propose").exists()
    assert bool(project.record_key) == handed_over
    if handed_over:
        page = InnovationPage.objects.get(translation_key=project.record_key)
        assert page.workflow_states.count() == 1


def assert_papers_are_issued(folder: Path) -> None:
    """Every one is signed, verifies by its file, and has a number of its own; no number was left out."""
    numbers: dict[tuple[str, str], list[int]] = {}
    for model in PAPERS:
        for paper in model.objects.all():
            assert paper.state == SignedPaper.State.ISSUED, (paper.number, paper.trouble)
            content = (folder / paper.file.name).read_bytes()
            assert hashlib.sha256(content).hexdigest() == paper.sha256
            finding = by_file(content)
            assert (finding.verdict, finding.paper) == (Verdict.GENUINE, paper)
            assert_signature_is_whole(content)
            place, _slash, rest = paper.number.partition("/")
            kind = rest.split("/")[0].lower() if model is Document else ""
            numbers.setdefault((model.__name__, kind), []).append(int(place))
    for (_model, kind), found in numbers.items():
        assert sorted(found) == list(range(1, len(found) + 1)), found
        assert CertificateSeries.objects.get(kind=kind).last == len(found)


def assert_signature_is_whole(content: bytes) -> None:
    [signature] = PdfFileReader(BytesIO(content)).embedded_signatures
    own = ValidationContext(trust_roots=[signature.signer_cert])
    status = apart(validate_pdf_signature, signature, own)
    assert status.intact
    assert status.valid


def assert_files_are_kept(folder: Path) -> None:
    """Each row of evidence has its file, byte for byte. What a killed upload left is swept after a day."""
    for row in EvidenceFile.objects.all():
        content = (folder / row.file.name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (row.size, row.sha256)


def assert_mails_left_once(mails: Sequence[EmailMessage]) -> None:
    """No mail twice. One that was not sent for certain was in the hands of a worker that was killed."""
    left = Counter(str(mail["Message-ID"]) for mail in mails)
    assert [name for name, times in left.items() if times > 1] == []
    states = Notice.Mail
    for notice in Notice.objects.select_related("user", "project__version"):
        arrived = left[message(notice).extra_headers["Message-ID"]]
        assert notice.mail in {states.SENT, states.SENDING, states.NONE}, (notice, notice.mail)
        if notice.mail != states.SENDING:
            assert arrived == int(notice.mail == states.SENT), notice


def assert_reminded_once(project: Project) -> None:
    """Overdue by more than a week: its holder, mentor and coach, and its coordinators, each once."""
    wanted = [
        *holders(project, project.state.holder),
        *holders(project, Holder.MENTOR),
        *holders(project, Holder.COACH),
        *holders(project, Holder.COORDINATOR),
    ]
    told = Notice.objects.filter(project=project, kind=Notice.Kind.REMINDER)
    assert sorted(told.values_list("user_id", flat=True)) == sorted(wanted)


def unreferenced(folder: Path) -> list[str]:
    """Stored files that no row names, by their name below ``folder``."""
    named = set(EvidenceFile.objects.values_list("file", flat=True))
    for model in PAPERS:
        named |= set(model.objects.values_list("file", flat=True))
    stored = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return sorted(stored - named)
