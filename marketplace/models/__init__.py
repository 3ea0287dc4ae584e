"""The marketplace room of the second floor: entries, revisions, reviews, reuse, demands."""

from marketplace.models.checks import Check, CheckOutcome, CheckState
from marketplace.models.contacts import ContactRequest
from marketplace.models.declared import ConflictOfInterest
from marketplace.models.demands import (
    BudgetBand,
    Demand,
    DemandThreshold,
    Need,
    Urgency,
)
from marketplace.models.deployments import (
    RUNNING,
    Confirmation,
    Deployment,
    DeploymentStatus,
    DeploymentStep,
    DeploymentValue,
    Moment,
)
from marketplace.models.entries import (
    Entry,
    EntryKind,
    FormerAddress,
    IndexChange,
)
from marketplace.models.evidence import Attachment, AttachmentKind, ResultFigure
from marketplace.models.freshness import FreshnessLink, FreshnessQuestion
from marketplace.models.looking import Rhythm, SavedSearch, ShortlistItem, ToldEntry
from marketplace.models.moves import Merge, Transfer, TransferState
from marketplace.models.processes import (
    Assignment,
    DecidedBy,
    ReviewerProfile,
    ReviewProcess,
)
from marketplace.models.procurements import (
    Consent,
    JointProcurement,
    Participant,
    ProcurementDocument,
    ProcurementEvent,
    ProcurementState,
    ProcurementTask,
)
from marketplace.models.remarks import Remark
from marketplace.models.reviews import (
    AskedFor,
    Recommendation,
    Review,
    ReviewEvent,
    ReviewState,
    Score,
)
from marketplace.models.revisions import (
    OPEN_STATES,
    UNDER_REVIEW,
    Revision,
    RevisionState,
)
from marketplace.models.rounds import ReviewRound
from marketplace.models.rubrics import Criterion, Rubric
from marketplace.models.tables import (
    TableFile,
    TableImport,
    TableRow,
    TableState,
    TableSubject,
    Verdict,
)
from marketplace.models.vocabulary import (
    CostBand,
    Funding,
    Maturity,
    Standard,
    Technology,
    YearlyCost,
)
from marketplace.models.wishes import ChangeWish

__all__ = [
    "OPEN_STATES",
    "RUNNING",
    "UNDER_REVIEW",
    "AskedFor",
    "Assignment",
    "Attachment",
    "AttachmentKind",
    "BudgetBand",
    "ChangeWish",
    "Check",
    "CheckOutcome",
    "CheckState",
    "Confirmation",
    "ConflictOfInterest",
    "Consent",
    "ContactRequest",
    "CostBand",
    "Criterion",
    "DecidedBy",
    "Demand",
    "DemandThreshold",
    "Deployment",
    "DeploymentStatus",
    "DeploymentStep",
    "DeploymentValue",
    "Entry",
    "EntryKind",
    "FormerAddress",
    "FreshnessLink",
    "FreshnessQuestion",
    "Funding",
    "IndexChange",
    "JointProcurement",
    "Maturity",
    "Merge",
    "Moment",
    "Need",
    "Participant",
    "ProcurementDocument",
    "ProcurementEvent",
    "ProcurementState",
    "ProcurementTask",
    "Recommendation",
    "Remark",
    "ResultFigure",
    "Review",
    "ReviewEvent",
    "ReviewProcess",
    "ReviewRound",
    "ReviewState",
    "ReviewerProfile",
    "Revision",
    "RevisionState",
    "Rhythm",
    "Rubric",
    "SavedSearch",
    "Score",
    "ShortlistItem",
    "Standard",
    "TableFile",
    "TableImport",
    "TableRow",
    "TableState",
    "TableSubject",
    "Technology",
    "ToldEntry",
    "Transfer",
    "TransferState",
    "Urgency",
    "Verdict",
    "YearlyCost",
]
