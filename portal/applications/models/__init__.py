"""Tables of applications."""

from portal.applications.models.about import AboutApplication
from portal.applications.models.applications import (
    AccessRow,
    Application,
    Attachment,
    CheckItem,
    CheckOutcome,
)
from portal.applications.models.collaborators import Collaborator, SectionAssignment
from portal.applications.models.confirmations import Confirmation, Verdict
from portal.applications.models.integrations import (
    Fault,
    IntegrationItem,
    IntegrationRequest,
)
from portal.applications.models.messages import InternalNote, Message, MessageFile
from portal.applications.models.notices import (
    NoticeOutcome,
    ObservationFile,
    RejectionNotice,
)
from portal.applications.models.paper import PaperReceipt
from portal.applications.models.ratings import Rating
from portal.applications.models.signing import PaperToSign, Part, SignedPaper
from portal.applications.models.stamps import StampDuty
from portal.applications.models.submissions import Submission, SubmissionKind

__all__ = [
    "AboutApplication",
    "AccessRow",
    "Application",
    "Attachment",
    "CheckItem",
    "CheckOutcome",
    "Collaborator",
    "Confirmation",
    "Fault",
    "IntegrationItem",
    "IntegrationRequest",
    "InternalNote",
    "Message",
    "MessageFile",
    "NoticeOutcome",
    "ObservationFile",
    "PaperReceipt",
    "PaperToSign",
    "Part",
    "Rating",
    "RejectionNotice",
    "SectionAssignment",
    "SignedPaper",
    "StampDuty",
    "Submission",
    "SubmissionKind",
    "Verdict",
]
