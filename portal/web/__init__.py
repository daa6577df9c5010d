"""What all pages share: declared access, page helpers, forms, headers, error pages."""

from portal.web.access import (
    PUBLIC,
    SIGNED_IN,
    access,
    add_hurdle,
    check_declared,
    declared_access,
)
from portal.web.forms import (
    AreaField,
    ChoiceField,
    ManyField,
    PortalForm,
    SecretField,
    TextField,
    TickField,
    UploadField,
    put_errors,
)
from portal.web.pages import actor, form_page, go, page, safe_next, say, send_file_of

__all__ = [
    "PUBLIC",
    "SIGNED_IN",
    "AreaField",
    "ChoiceField",
    "ManyField",
    "PortalForm",
    "SecretField",
    "TextField",
    "TickField",
    "UploadField",
    "access",
    "actor",
    "add_hurdle",
    "check_declared",
    "declared_access",
    "form_page",
    "go",
    "page",
    "put_errors",
    "safe_next",
    "say",
    "send_file_of",
]
