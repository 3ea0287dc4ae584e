"""The marketplace room of the second floor: entries, revisions, reviews, deployments."""

from marketplace.models.entries import (
    Deployment,
    DeploymentStatus,
    Entry,
    EntryKind,
    FormerAddress,
    IndexChange,
)
from marketplace.models.reviews import (
    Check,
    CheckOutcome,
    ConflictOfInterest,
    Criterion,
    Review,
    ReviewEvent,
    ReviewState,
    Rubric,
    Score,
)
from marketplace.models.revisions import (
    OPEN_STATES,
    UNDER_REVIEW,
    CostBand,
    Goal,
    Maturity,
    Revision,
    RevisionState,
    Technology,
)

__all__ = [
    "OPEN_STATES",
    "UNDER_REVIEW",
    "Check",
    "CheckOutcome",
    "ConflictOfInterest",
    "CostBand",
    "Criterion",
    "Deployment",
    "DeploymentStatus",
    "Entry",
    "EntryKind",
    "FormerAddress",
    "Goal",
    "IndexChange",
    "Maturity",
    "Review",
    "ReviewEvent",
    "ReviewState",
    "Revision",
    "RevisionState",
    "Rubric",
    "Score",
    "Technology",
]
