"""Reading applications: who may see which, what stands in one, what happened to it."""

from portal.applications.queries.calls import (
    Start,
    applications_to,
    is_eligible,
    require_open_window,
    start_of,
)
from portal.applications.queries.dossiers import (
    ShownAnswer,
    ShownSection,
    form_of_application,
    get_attachment,
    get_submission,
    kept_files,
    receipt_file,
    sections_of,
    snapshot_of,
    submitter_of,
    typed_in,
)
from portal.applications.queries.drafts import (
    Draft,
    draft_of,
    get_own_application,
    section_saving,
    typed_sections,
)
from portal.applications.queries.history import (
    CheckLine,
    Event,
    check_of,
    check_saving,
    events_for_applicant,
    events_for_office,
    mark_of_check,
)
from portal.applications.queries.labels import field_labels
from portal.applications.queries.papers import documents_of, get_document
from portal.applications.queries.profiles import profile_of, profile_rows, shown_profile
from portal.applications.queries.status import Status, status_of
from portal.applications.queries.visibility import (
    get_application,
    get_dossier,
    own_applications,
    owned_by,
    visible_applications,
)

__all__ = [
    "CheckLine",
    "Draft",
    "Event",
    "ShownAnswer",
    "ShownSection",
    "Start",
    "Status",
    "applications_to",
    "check_of",
    "check_saving",
    "documents_of",
    "draft_of",
    "events_for_applicant",
    "events_for_office",
    "field_labels",
    "form_of_application",
    "get_application",
    "get_dossier",
    "get_attachment",
    "get_document",
    "get_own_application",
    "get_submission",
    "is_eligible",
    "kept_files",
    "mark_of_check",
    "own_applications",
    "owned_by",
    "profile_of",
    "profile_rows",
    "receipt_file",
    "require_open_window",
    "section_saving",
    "sections_of",
    "shown_profile",
    "snapshot_of",
    "start_of",
    "status_of",
    "submitter_of",
    "typed_in",
    "typed_sections",
    "visible_applications",
]
