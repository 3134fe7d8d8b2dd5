from training.models.batches import Batch
from training.models.certificates import Certificate
from training.models.documents import Document
from training.models.enrolments import BatchExaminer, EnrolmentList
from training.models.notices import Notice, Preference
from training.models.papers import CertificateSeries, SignedPaper
from training.models.programmes import (
    DocumentKind,
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
    "Document",
    "DocumentKind",
    "EnrolmentList",
    "Event",
    "Holder",
    "Institution",
    "Invitation",
    "Move",
    "Notice",
    "OriginalityCheck",
    "Preference",
    "ProgrammeVersion",
    "Project",
    "Question",
    "Revision",
    "SignedPaper",
    "State",
    "Step",
]
