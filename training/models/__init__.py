from training.models.batches import Batch
from training.models.certificates import Certificate, CertificateSeries
from training.models.consultations import Consultation
from training.models.enrolments import BatchExaminer, EnrolmentList
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
from training.models.seminars import Room, Seminar, SeminarAttendee, SeminarPlace

__all__ = [
    "Assignment",
    "Batch",
    "BatchExaminer",
    "Certificate",
    "CertificateSeries",
    "Consultation",
    "EnrolmentList",
    "Event",
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
    "Room",
    "Seminar",
    "SeminarAttendee",
    "SeminarPlace",
    "State",
    "Step",
]
