"""Deeds on applications: drafts, files, sending, formal check, access."""

from portal.applications.services.access import bar_access, end_access, grant_access, grant_blind
from portal.applications.services.attachments import (
    attach_document,
    attach_file,
    remove_attachment,
)
from portal.applications.services.behalf import start_on_behalf
from portal.applications.services.checks import (
    admit_application,
    declare_inadmissible,
    record_check,
    start_check,
)
from portal.applications.services.collaborators import (
    accept_invitation,
    assign_sections,
    end_collaborator,
    finish_section,
    invite_collaborator,
    resend_invitation,
)
from portal.applications.services.completing import (
    answer_integration,
    attach_completion,
    detach_completion,
    save_completion,
)
from portal.applications.services.confirmations import (
    ask_confirmation,
    confirm_application,
    send_back_application,
)
from portal.applications.services.copies import copy_earlier_answers
from portal.applications.services.drafts import (
    save_section,
    start_application,
)
from portal.applications.services.facts import facts_of
from portal.applications.services.fields import save_field
from portal.applications.services.integrations import (
    continue_check,
    extend_integration,
    preview_request,
    request_integration,
    term_of_request,
)
from portal.applications.services.lapsing import (
    lapse_integration,
    lapse_integrations,
    remind_integrations,
)
from portal.applications.services.messages import (
    answer_applicant,
    note_mailed,
    read_messages,
    settle_message,
    write_message,
    write_note,
)
from portal.applications.services.paper import Paper, enter_from_paper
from portal.applications.services.ratings import rate_service
from portal.applications.services.reminders import remind_documents, remind_drafts, remind_few
from portal.applications.services.renouncing import renounce_application
from portal.applications.services.signing import (
    draw_paper,
    remove_signed_paper,
    sign_by_hand,
    sign_digitally,
)
from portal.applications.services.stamps import record_stamp
from portal.applications.services.submissions import submit_application
from portal.applications.services.trials import (
    discard_trial,
    discard_trials,
    finish_trial,
    start_trial,
)
from portal.applications.services.verifying import count_wrong_code
from portal.applications.services.withdrawals import resume_application, withdraw_application
from portal.errors import declare, mark

declare(
    {
        "already_rated": mark("You have already told us: thank you."),
        "day_gone_by": mark("Choose today or a later day."),
        "integration_late": mark(
            "The term ended on %(due_at)s, by the portal's clock: what was asked for can no "
            "longer be sent."
        ),
        "nothing_asked": mark("Choose at least one question that is to be answered anew."),
        "nothing_to_complete": mark("Nothing is asked of this application now."),
        "withdrawal_final": mark(
            "The application was withdrawn after the closing: it cannot be opened again."
        ),
        "document_missing": mark("The profile has no such document that is still valid."),
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
    "Paper",
    "accept_invitation",
    "admit_application",
    "answer_applicant",
    "answer_integration",
    "ask_confirmation",
    "assign_sections",
    "attach_completion",
    "attach_document",
    "attach_file",
    "bar_access",
    "confirm_application",
    "continue_check",
    "copy_earlier_answers",
    "count_wrong_code",
    "declare_inadmissible",
    "detach_completion",
    "discard_trial",
    "discard_trials",
    "draw_paper",
    "end_access",
    "end_collaborator",
    "enter_from_paper",
    "extend_integration",
    "facts_of",
    "finish_section",
    "finish_trial",
    "grant_access",
    "grant_blind",
    "invite_collaborator",
    "lapse_integration",
    "lapse_integrations",
    "note_mailed",
    "preview_request",
    "rate_service",
    "read_messages",
    "record_check",
    "record_stamp",
    "remind_documents",
    "remind_drafts",
    "remind_few",
    "remind_integrations",
    "remove_attachment",
    "remove_signed_paper",
    "renounce_application",
    "request_integration",
    "resend_invitation",
    "resume_application",
    "save_completion",
    "save_field",
    "save_section",
    "send_back_application",
    "settle_message",
    "sign_by_hand",
    "sign_digitally",
    "start_application",
    "start_check",
    "start_on_behalf",
    "start_trial",
    "submit_application",
    "term_of_request",
    "withdraw_application",
    "write_message",
    "write_note",
]
