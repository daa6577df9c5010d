"""Deeds on applications: drafts, files, sending, formal check, access."""

from portal.applications.services.access import bar_access, end_access, grant_access
from portal.applications.services.attachments import attach_file, remove_attachment
from portal.applications.services.checks import (
    admit_application,
    declare_inadmissible,
    record_check,
    start_check,
)
from portal.applications.services.copies import copy_earlier_answers
from portal.applications.services.drafts import (
    save_section,
    start_application,
)
from portal.applications.services.facts import facts_of
from portal.applications.services.submissions import submit_application
from portal.errors import declare, mark

declare(
    {
        "application_sent": mark(
            "This application has been sent: what it says can no longer be changed."
        ),
        "call_closed": mark(
            "The call closed on %(closes_at)s, by the portal's clock. The application was not "
            "sent; your draft is kept."
        ),
        "call_cancelled": mark(
            "The call has been cancelled: applications are no longer taken. Your draft is kept."
        ),
        "call_exhausted": mark(
            "The money of the call is used up: applications are no longer taken. Your draft is "
            "kept; if money comes free, the call opens again."
        ),
        "call_not_open": mark("The call opens on %(opens_at)s: come back then."),
        "check_incomplete": mark("Judge every item of the checklist before you admit."),
        "check_not_met": mark("An item is not met: the application cannot be admitted."),
        "check_not_open": mark("Start the formal check first."),
        "draft_not_empty": mark(
            "Something has been typed in this draft meanwhile: nothing was copied over it."
        ),
        "form_amended": mark(
            "The call has just been amended, and your draft is being brought to the new form. "
            "Try again in a minute."
        ),
        "trial_not_sent": mark("This application only tries the call out: it is never sent."),
        "incomplete": mark(
            "The application is not complete yet: %(missing)s answers are missing or wrong."
        ),
        "privacy_changed": mark("The privacy notice has changed meanwhile. Read it again."),
        "reason_needed": mark("Write why this item is not met."),
        "request_key": mark("Reload the page and send the application from there."),
    }
)

__all__ = [
    "copy_earlier_answers",
    "admit_application",
    "attach_file",
    "bar_access",
    "declare_inadmissible",
    "end_access",
    "facts_of",
    "grant_access",
    "record_check",
    "remove_attachment",
    "save_section",
    "start_application",
    "start_check",
    "submit_application",
]
