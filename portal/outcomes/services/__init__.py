"""Deeds that follow the evaluation."""

from portal.errors import declare, mark
from portal.outcomes.services.letters import choose_reasons, save_reason, send_letters
from portal.outcomes.services.rankings import confirm_ranking, publish_ranking
from portal.outcomes.services.rejections import (
    give_notice,
    observe_notice,
    refuse_application,
    select_application,
)
from portal.outcomes.services.remarks import reject_remark, send_remark, uphold_remark
from portal.outcomes.services.samples import draw_sample, record_sample_check

declare(
    {
        "remark_there": mark("A remark on this application has been sent already."),
        "remarks_over": mark("The time for remarks is over."),
        "remarks_undecided": mark("Remarks wait for a decision: %(codes)s."),
        "letter_sent": mark("This letter has left: it can't be changed."),
        "letters_changed": mark("The letters to send have changed: look at them again."),
        "letters_missing": mark("These refusals have no reason yet: %(codes)s."),
        "letters_too_early": mark("Letters leave once the ranking is final."),
        "reason_code_taken": mark("Another reason of this call has this code."),
        "ranking_changed": mark(
            "The scores have changed meanwhile: look again at what differs, then confirm."
        ),
        "ranking_not_approved": mark(
            "The committee has not approved this ranking: it decides on it in a session, "
            "and the minutes of the session must be frozen."
        ),
        "remarks_open": mark(
            "Remarks can be sent until the end of %(day)s: make it final after that."
        ),
        "call_is_ranked": mark("This call has a ranking: the outcome comes from there."),
        "not_decidable": mark("This application can't be decided on now."),
        "sheets_open": mark("Evaluators still have sheets of this application to send."),
        "committee_undecided": mark(
            "The committee has not decided on this application: it does in a session, and the "
            "minutes of the session must be frozen."
        ),
        "notice_given": mark("The applicant has been given notice already."),
        "notice_needed": mark("Give the applicant notice first: you can refuse after its term."),
        "notice_running": mark(
            "The applicant can send observations until %(until)s: you can refuse after that."
        ),
        "notice_over": mark("The time for observations is over."),
        "notice_observed": mark("Observations on this notice have been sent already."),
        "sample_empty": mark("There is no application to draw among yet."),
        "sample_reason": mark("Write in a few words what is not regular."),
    }
)

__all__ = [
    "choose_reasons",
    "confirm_ranking",
    "draw_sample",
    "give_notice",
    "observe_notice",
    "publish_ranking",
    "record_sample_check",
    "refuse_application",
    "reject_remark",
    "save_reason",
    "select_application",
    "send_letters",
    "send_remark",
    "uphold_remark",
]
