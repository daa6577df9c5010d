"""What the pages of applications let people type."""

from portal.applications.forms.behalf import assist_form, assist_start_form, profile_form
from portal.applications.forms.collaborators import (
    InviteForm,
    sections_form,
    wanted_sections,
)
from portal.applications.forms.copying import CopyForm, copy_form
from portal.applications.forms.filling import (
    LONGEST_REASON,
    OUTCOMES,
    StartForm,
    SubmitForm,
    check_differences,
    check_form,
    checked_items,
    judged,
    start_form,
    submit_form,
)
from portal.applications.forms.integrations import (
    ExtendForm,
    fault_name,
    parts_of,
    request_form,
    text_name,
    wanted,
)
from portal.applications.forms.messages import AnswerForm, NoteForm, WriteForm
from portal.applications.forms.ratings import STAR_CHOICES, rate_form, star_of
from portal.applications.forms.signing import (
    DigitalForm,
    ScanForm,
    VerdictForm,
    saved_stamp,
    stamp_form,
)
from portal.applications.forms.submissions import (
    RenounceForm,
    ReplyForm,
    SendCompletionForm,
    WithdrawForm,
)
from portal.applications.forms.verifying import VerifyForm

__all__ = [
    "LONGEST_REASON",
    "OUTCOMES",
    "STAR_CHOICES",
    "AnswerForm",
    "CopyForm",
    "DigitalForm",
    "ExtendForm",
    "InviteForm",
    "NoteForm",
    "RenounceForm",
    "ReplyForm",
    "ScanForm",
    "SendCompletionForm",
    "StartForm",
    "SubmitForm",
    "VerdictForm",
    "VerifyForm",
    "WithdrawForm",
    "WriteForm",
    "assist_form",
    "assist_start_form",
    "check_differences",
    "check_form",
    "checked_items",
    "copy_form",
    "fault_name",
    "judged",
    "parts_of",
    "profile_form",
    "rate_form",
    "request_form",
    "saved_stamp",
    "sections_form",
    "stamp_form",
    "star_of",
    "start_form",
    "submit_form",
    "text_name",
    "wanted",
    "wanted_sections",
]
