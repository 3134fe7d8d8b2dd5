from training.models.batches import Batch
from training.models.certificates import Certificate, CertificateSeries
from training.models.discussions import Mention, Moderation, Post, PostReport, Thread
from training.models.enrolments import BatchExaminer, EnrolmentList
from training.models.learning import Material, Session, SessionDone
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
from training.models.team import PeerReview, TeamMember

__all__ = [
    "Assignment",
    "Batch",
    "BatchExaminer",
    "Certificate",
    "CertificateSeries",
    "EnrolmentList",
    "Event",
    "Holder",
    "Institution",
    "Invitation",
    "Material",
    "Mention",
    "Moderation",
    "Move",
    "Notice",
    "OriginalityCheck",
    "PeerReview",
    "Post",
    "PostReport",
    "ProgrammeVersion",
    "Project",
    "Question",
    "Revision",
    "Session",
    "SessionDone",
    "State",
    "Step",
    "TeamMember",
    "Thread",
]
