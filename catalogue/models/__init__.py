from catalogue.models.innovation import InnovationPage
from catalogue.models.places import Agency, AgencyMembership, Region
from catalogue.models.registers import Laboratory, OutcomeIndicator, Programme, SharedOutcome
from catalogue.models.review import ReviewTask
from catalogue.models.rows import (
    Actor,
    AwardReceived,
    Evidence,
    Milestone,
    Outcome,
    Replication,
    Resource,
    StatusEntry,
)
from catalogue.models.sections import (
    CollectionIndexPage,
    CollectionPage,
    InnovationIndexPage,
    InnovationSectionPage,
)
from catalogue.models.tags import Tag, TaggedInnovation
from catalogue.models.terms import Scheme, Term
from catalogue.models.vocabulary import VocabularyStamp

__all__ = [
    "Actor",
    "Agency",
    "AgencyMembership",
    "AwardReceived",
    "CollectionIndexPage",
    "CollectionPage",
    "Evidence",
    "InnovationIndexPage",
    "InnovationPage",
    "InnovationSectionPage",
    "Laboratory",
    "Milestone",
    "Outcome",
    "OutcomeIndicator",
    "Programme",
    "Region",
    "Replication",
    "Resource",
    "ReviewTask",
    "Scheme",
    "SharedOutcome",
    "StatusEntry",
    "Tag",
    "TaggedInnovation",
    "Term",
    "VocabularyStamp",
]
