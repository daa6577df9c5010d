"""Tables of the desk: what the office keeps about its own work."""

from portal.desk.models.bulk import BulkDeed, BulkItem, BulkKind, BulkOutcome
from portal.desk.models.imports import ImportRow, RowOutcome, SheetImport
from portal.desk.models.likeness import Likeness, LikenessKind
from portal.desk.models.mailings import Letter, Mailing, MailTemplate
from portal.desk.models.prepared import PreparedFile, PreparedKind, PreparedPart
from portal.desk.models.saved_views import SavedView
from portal.desk.models.tags import ApplicationTag, Tag

__all__ = [
    "ApplicationTag",
    "BulkDeed",
    "BulkItem",
    "BulkKind",
    "BulkOutcome",
    "ImportRow",
    "Letter",
    "Likeness",
    "LikenessKind",
    "MailTemplate",
    "Mailing",
    "PreparedFile",
    "PreparedKind",
    "PreparedPart",
    "RowOutcome",
    "SavedView",
    "SheetImport",
    "Tag",
]
