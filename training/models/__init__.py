from training.models.batches import Batch
from training.models.certificates import Certificate, CertificateSeries
from training.models.enrolments import BatchExaminer, EnrolmentList
from training.models.evidence import EvidenceFile
from training.models.logbook import EvidenceReason, Logbook, LogEntry, LogPrivate, LogRemark
from training.models.notices import Notice
from training.models.programmes import (
    Holder,
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

__all__ = [
    "Assignment",
    "Batch",
    "BatchExaminer",
    "Certificate",
    "CertificateSeries",
    "EnrolmentList",
    "Event",
    "EvidenceFile",
    "EvidenceReason",
    "Holder",
    "Institution",
    "Invitation",
    "LogEntry",
    "LogPrivate",
    "LogRemark",
    "Logbook",
    "Move",
    "Notice",
    "OriginalityCheck",
    "ProgrammeVersion",
    "Project",
    "Question",
    "Revision",
    "State",
    "Step",
]
