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
    "AnswerForm",
    "ExtendForm",
    "NoteForm",
    "ReplyForm",
    "STAR_CHOICES",
    "SendCompletionForm",
    "VerifyForm",
    "RenounceForm",
    "WithdrawForm",
    "WriteForm",
    "fault_name",
    "rate_form",
    "parts_of",
    "request_form",
    "star_of",
    "text_name",
    "wanted",
    "assist_form",
    "assist_start_form",
    "profile_form",
    "InviteForm",
    "sections_form",
    "wanted_sections",
    "DigitalForm",
    "ScanForm",
    "VerdictForm",
    "stamp_form",
    "saved_stamp",
    "LONGEST_REASON",
    "OUTCOMES",
    "CopyForm",
    "StartForm",
    "SubmitForm",
    "check_differences",
    "check_form",
    "checked_items",
    "copy_form",
    "judged",
    "start_form",
    "submit_form",
]
