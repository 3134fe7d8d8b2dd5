from training.models.batches import Batch
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
from training.models.projects import Assignment, Event, Invitation, Project, Revision

__all__ = [
    "Assignment",
    "Batch",
    "BatchExaminer",
    "EnrolmentList",
    "Event",
    "Holder",
    "Institution",
    "Invitation",
    "Move",
    "Notice",
    "ProgrammeVersion",
    "Project",
    "Question",
    "Revision",
    "State",
    "Step",
]
