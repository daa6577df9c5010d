"""Lists that span features."""

from portal.desk.models import BulkKind, PreparedKind
from portal.desk.queries.applicants import (
    APPLICANTS,
    History,
    applicants_page,
    get_history,
    read_applicants_listing,
    received_at,
)
from portal.desk.queries.applications import (
    APPLICATIONS,
    OFFICE,
    all_lines,
    applications_page,
    calls_with_applications,
    columns_of,
    count_matching,
    ids_of_codes,
    matching_ids,
    read_applications_listing,
    read_office_listing,
    sectors_with_applications,
    sheets_of,
)
from portal.desk.queries.bulk import (
    LABELS,
    REASONS,
    Chosen,
    chosen_of,
    evaluators_of,
    get_bulk,
    items_of,
    kinds_for,
    pinned_applications,
    pinned_ids,
)
from portal.desk.queries.dossier import copy_of, looks_at
from portal.desk.queries.filters import narrowed, unread
from portal.desk.queries.likeness import REASONS as LIKENESS_REASONS
from portal.desk.queries.likeness import Alike, alike, alike_ids, likeness_of
from portal.desk.queries.lines import COLUMNS, DEFAULT_COLUMNS, NOTES, Line, flags_of
from portal.desk.queries.personal import GROUPS, OwnLine, S, Work, own_lines, work_of
from portal.desk.queries.prepared import get_prepared, has_failed
from portal.desk.queries.saved_views import STANDING, get_view, views_for
from portal.desk.queries.tags import all_tags, get_tag, tags_on

__all__ = [
    "APPLICANTS",
    "APPLICATIONS",
    "Alike",
    "BulkKind",
    "COLUMNS",
    "Chosen",
    "DEFAULT_COLUMNS",
    "GROUPS",
    "History",
    "LABELS",
    "LIKENESS_REASONS",
    "Line",
    "NOTES",
    "OFFICE",
    "OwnLine",
    "PreparedKind",
    "REASONS",
    "S",
    "STANDING",
    "Work",
    "alike",
    "alike_ids",
    "all_lines",
    "all_tags",
    "applicants_page",
    "applications_page",
    "calls_with_applications",
    "chosen_of",
    "columns_of",
    "copy_of",
    "count_matching",
    "evaluators_of",
    "has_failed",
    "ids_of_codes",
    "flags_of",
    "get_bulk",
    "get_history",
    "get_prepared",
    "get_tag",
    "get_view",
    "items_of",
    "kinds_for",
    "likeness_of",
    "looks_at",
    "matching_ids",
    "narrowed",
    "own_lines",
    "pinned_applications",
    "pinned_ids",
    "read_applicants_listing",
    "read_applications_listing",
    "read_office_listing",
    "received_at",
    "sectors_with_applications",
    "sheets_of",
    "tags_on",
    "unread",
    "views_for",
    "work_of",
]
