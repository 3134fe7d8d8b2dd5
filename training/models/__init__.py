from training.models.batches import Batch
from training.models.certificates import Certificate
from training.models.consultations import Consultation
from training.models.discussions import Mention, Moderation, Post, PostReport, Thread
from training.models.documents import Document
from training.models.enrolments import BatchEvent, BatchExaminer, EnrolmentList
from training.models.evidence import EvidenceFile
from training.models.follow_ups import FollowUp
from training.models.instruments import Component, Criterion, Occasion, Predicate
from training.models.kinds import DocumentKind, Holder
from training.models.learning import Material, Session, SessionDone
from training.models.logbook import EvidenceReason, Logbook, LogEntry, LogPrivate, LogRemark
from training.models.notes import NoteReply
from training.models.notices import Notice, Preference
from training.models.papers import CertificateSeries, SignedPaper
from training.models.programmes import (
    Institution,
    Move,
    ProgrammeVersion,
    Question,
    State,
    Step,
)
from training.models.projects import (
    Assignment,
    Event,
    Invitation,
    OriginalityCheck,
    Project,
    Revision,
)
from training.models.refusals import Refusal
from training.models.scores import Appeal, Result, ScoreSheet, Settlement, SettlementVote
from training.models.seminars import Room, Seminar, SeminarAttendee, SeminarPlace
from training.models.team import PeerReview, TeamMember

__all__ = [
    "Appeal",
    "Assignment",
    "Batch",
    "BatchEvent",
    "BatchExaminer",
    "Certificate",
    "CertificateSeries",
    "Component",
    "Consultation",
    "Criterion",
    "Document",
    "DocumentKind",
    "EnrolmentList",
    "Event",
    "EvidenceFile",
    "EvidenceReason",
    "FollowUp",
    "Holder",
    "Institution",
    "Invitation",
    "LogEntry",
    "LogPrivate",
    "LogRemark",
    "Logbook",
    "Material",
    "Mention",
    "Moderation",
    "Move",
    "NoteReply",
    "Notice",
    "Occasion",
    "OriginalityCheck",
    "PeerReview",
    "Post",
    "PostReport",
    "Predicate",
    "Preference",
    "ProgrammeVersion",
    "Project",
    "Question",
    "Refusal",
    "Result",
    "Revision",
    "Room",
    "ScoreSheet",
    "Seminar",
    "SeminarAttendee",
    "SeminarPlace",
    "Session",
    "SessionDone",
    "Settlement",
    "SettlementVote",
    "SignedPaper",
    "State",
    "Step",
    "TeamMember",
    "Thread",
]
