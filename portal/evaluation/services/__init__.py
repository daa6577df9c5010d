"""Deeds of the evaluation: assigning, scoring, ranking."""

from portal.errors import declare, mark
from portal.evaluation.services.asking import answer_question, ask_office
from portal.evaluation.services.assignments import assign_evaluators, assign_plan
from portal.evaluation.services.automatic import (
    compute_automatic_scores,
    correct_points,
    override_automatic,
)
from portal.evaluation.services.chasing import (
    chase_evaluators,
    remind_sheets,
)
from portal.evaluation.services.consensus import set_consensus
from portal.evaluation.services.declarations import (
    Said,
    TieSaid,
    chase_declarations,
    declare_for_call,
    declare_year,
    remind_declarations,
)
from portal.evaluation.services.interests import (
    confirm_interest,
    detect_interests,
    detect_interests_in,
    detect_interests_of,
    dismiss_interest,
    end_interest,
    note_found,
    note_interest,
    open_dossier,
)
from portal.evaluation.services.outcomes import refusal_reason, tell_applicants
from portal.evaluation.services.rankings import (
    compute_places,
    draw_ranking,
    hold_round,
    require_all_seen,
    require_current,
    require_judged,
    write_places,
)
from portal.evaluation.services.reopening import (
    reopen_sheet,
)
from portal.evaluation.services.robustness import ask_robustness
from portal.evaluation.services.rounds import enter_round, open_round
from portal.evaluation.services.scheduling import (
    schedule_round,
)
from portal.evaluation.services.sheets import save_scores, save_sheet, send_sheet
from portal.evaluation.services.skills import (
    set_skills,
)
from portal.evaluation.services.sliding import leave_place, slide_ranking
from portal.evaluation.services.substitution import (
    Substitution,
    decline_sheet,
    substitute_evaluator,
    withdraw_sheet,
)
from portal.evaluation.services.tallies import refresh_tallies

declare(
    {
        "evaluator_interest": mark(
            "These people act for the applicant or are kept from the dossier: choose others."
        ),
        "due_day_past": mark("Choose today or a later day."),
        "nothing_to_substitute": mark("There is no sheet left to pass on: all are sent."),
        "evaluation_over": mark("The evaluation of this application is over."),
        "not_an_evaluator": mark("Choose among the evaluators of this call."),
        "not_assignable": mark("Application %(practice_code)s is not to be evaluated now."),
        "ranking_call_rolling": mark(
            "The call takes applications without an end: a ranking needs a closing."
        ),
        "ranking_call_open": mark(
            "The call takes applications until %(closes_at)s: draw the ranking after that."
        ),
        "ranking_not_wanted": mark(
            "This call has no ranking: each application is decided on its own page."
        ),
        "ranking_empty": mark("There is no application to rank yet."),
        "ranking_outdated": mark(
            "The scores have changed since the ranking was drawn. Draw it again, then publish it."
        ),
        "ranking_own_dossier": mark(
            "You act for an applicant of this call or are kept from a dossier of it: a colleague "
            "must draw and publish the ranking."
        ),
        "ranking_published": mark("This ranking has been published: it can't be drawn again."),
        "ranking_unchecked": mark("The formal check is not over for: %(codes)s."),
        "ranking_unfinished": mark("Scores are still missing for: %(codes)s."),
        "yearly_missing": mark("First your declaration of interests for the year."),
        "sheet_question_answered": mark("Somebody else has answered this question already."),
        "sheet_sent": mark("You have sent these scores: they can no longer be changed."),
    }
)

__all__ = [
    "Said",
    "Substitution",
    "TieSaid",
    "answer_question",
    "ask_office",
    "ask_robustness",
    "assign_evaluators",
    "assign_plan",
    "chase_declarations",
    "chase_evaluators",
    "compute_automatic_scores",
    "compute_places",
    "confirm_interest",
    "correct_points",
    "declare_for_call",
    "declare_year",
    "decline_sheet",
    "detect_interests",
    "detect_interests_in",
    "detect_interests_of",
    "dismiss_interest",
    "draw_ranking",
    "end_interest",
    "enter_round",
    "hold_round",
    "leave_place",
    "note_found",
    "note_interest",
    "open_dossier",
    "open_round",
    "override_automatic",
    "refresh_tallies",
    "refusal_reason",
    "remind_declarations",
    "remind_sheets",
    "reopen_sheet",
    "require_all_seen",
    "require_current",
    "require_judged",
    "save_scores",
    "save_sheet",
    "schedule_round",
    "send_sheet",
    "set_consensus",
    "set_skills",
    "slide_ranking",
    "substitute_evaluator",
    "tell_applicants",
    "withdraw_sheet",
    "write_places",
]
