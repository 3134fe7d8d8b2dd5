from training.models.batches import Batch
from training.models.certificates import Certificate, CertificateSeries
from training.models.enrolments import BatchExaminer, EnrolmentList
from training.models.instruments import Component, Criterion, Occasion, Predicate
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
from training.models.scores import Appeal, Result, ScoreSheet, Settlement, SettlementVote

__all__ = [
    "Appeal",
    "Assignment",
    "Batch",
    "BatchExaminer",
    "Certificate",
    "CertificateSeries",
    "Component",
    "Criterion",
    "EnrolmentList",
    "Event",
    "Holder",
    "Institution",
    "Invitation",
    "Move",
    "Notice",
    "Occasion",
    "OriginalityCheck",
    "Predicate",
    "ProgrammeVersion",
    "Project",
    "Question",
    "Result",
    "Revision",
    "ScoreSheet",
    "Settlement",
    "SettlementVote",
    "State",
    "Step",
]
