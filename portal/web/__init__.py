"""What all pages share: declared access, page helpers, forms, headers, error pages."""

from portal.web.access import (
    PUBLIC,
    SIGNED_IN,
    access,
    add_hurdle,
    check_declared,
    declared_access,
)
from portal.web.conflicts import CONFLICT, conflict_page, differences, in_words
from portal.web.forms import (
    AreaField,
    CarriedField,
    ChoiceField,
    FilterForm,
    ManyField,
    PortalForm,
    SecretField,
    TextField,
    TickField,
    UploadField,
    VersionedForm,
    carried_version,
    put_errors,
)
from portal.web.interrupted import ask_session_owner
from portal.web.json_errors import wants_json
from portal.web.labels import add_labels
from portal.web.pages import (
    actor,
    download,
    form_page,
    go,
    page,
    safe_next,
    say,
    send_file_of,
)
from portal.web.resuming import resumed, typed_before, typed_now

__all__ = [
    "CONFLICT",
    "PUBLIC",
    "SIGNED_IN",
    "AreaField",
    "CarriedField",
    "ChoiceField",
    "FilterForm",
    "ManyField",
    "PortalForm",
    "SecretField",
    "TextField",
    "TickField",
    "UploadField",
    "VersionedForm",
    "access",
    "actor",
    "add_hurdle",
    "add_labels",
    "ask_session_owner",
    "carried_version",
    "check_declared",
    "conflict_page",
    "declared_access",
    "differences",
    "download",
    "form_page",
    "go",
    "in_words",
    "page",
    "put_errors",
    "resumed",
    "safe_next",
    "say",
    "send_file_of",
    "typed_before",
    "typed_now",
    "wants_json",
]
