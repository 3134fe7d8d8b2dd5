from training.models.batches import Batch
from training.models.certificates import Certificate, CertificateSeries
from training.models.enrolments import BatchExaminer, EnrolmentList
from training.models.follow_ups import FollowUp
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
    "FollowUp",
    "Holder",
    "Institution",
    "Invitation",
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
