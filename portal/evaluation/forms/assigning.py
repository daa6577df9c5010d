"""What is typed to plan, refuse, pass on and reopen the sheets of a round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal import parse
from portal.evaluation.states import DeclineReason
from portal.i18n import lazy
from portal.web import AreaField, ChoiceField, ManyField, PortalForm, TextField, VersionedForm

MOST_SHEETS = 9
INTEREST = "interest"
DECLINE_CHOICES = (
    (INTEREST, lazy("I have an interest: I know the applicant, or am tied to it")),
    (DeclineReason.SKILL.value, lazy("I don't know the field well enough")),
    (DeclineReason.TIME.value, lazy("I have no time before the due day")),
    (DeclineReason.OTHER.value, lazy("Another reason")),
)
DECLINE_LABELS = {
    DeclineReason.SKILL: lazy("does not know the field well enough"),
    DeclineReason.TIME: lazy("has no time"),
    DeclineReason.OTHER: lazy("another reason"),
}
AUTOMATIC = "automatic"


class PlanForm(PortalForm):
    """Who judges, how many judge each dossier, and by when."""

    evaluators = ManyField(lazy("Evaluators"))
    per_dossier = TextField(
        lazy("Evaluators for each dossier"),
        parse=lambda text: parse.integer(text, 1, MOST_SHEETS),
        help=lazy("Those who judge a dossier already are counted: only what is missing is added."),
    )
    due_on = TextField(
        lazy("Scores awaited by the end of"),
        parse=parse.date,
        required=False,
        help=lazy(
            "A day, as in 31/12/2026. Three working days before it we remind whoever is late."
        ),
    )


def plan_form(of_round: Any, people: Sequence[Any], shown_day: str) -> PlanForm:
    """Return the form of a round's plan: all its evaluators ticked, its own number and day."""
    ids = [str(each.user.id) for each in people]
    number = str(of_round.sheets_wanted)
    form = PlanForm(data={"evaluators": ids, "per_dossier": number, "due_on": shown_day})
    form.evaluators.choices = [(str(each.user.id), each.user.name) for each in people]
    return form


class DueForm(PortalForm):
    """By when the sheets of a round are awaited."""

    due_on = TextField(
        lazy("Scores awaited by the end of"),
        parse=parse.date,
        required=False,
        help=lazy("A day, as in 31/12/2026; blank for none."),
    )


class ChaseForm(PortalForm):
    """To whom a reminder goes."""

    evaluators = ManyField(lazy("Evaluators"))


class OneForm(PortalForm):
    """Who gets a dossier."""

    evaluator = ChoiceField(lazy("Evaluator"), radio=True)


class DeclineForm(PortalForm):
    """Why somebody doesn't judge a dossier."""

    reason = ChoiceField(lazy("Why"), choices=DECLINE_CHOICES, radio=True)
    text = AreaField(
        lazy("In your words"),
        required=False,
        limit=1000,
        help=lazy("Only the office reads it. Needed for another reason."),
    )


class SubstituteForm(PortalForm):
    """Who takes over."""

    replacement = ChoiceField(lazy("Who takes over"))


def substitute_form(others: Sequence[Any]) -> SubstituteForm:
    """Return the form with the other evaluators of the round, and the automatic way first."""
    form = SubstituteForm(data={"replacement": AUTOMATIC})
    people = [(str(each.id), each.name) for each in others]
    form.replacement.choices = [
        (AUTOMATIC, lazy("Whom each dossier suits best")),
        *people,
    ]
    return form


class WithdrawForm(VersionedForm):
    """Taking one sheet back, as the page showed it."""


class ReopenForm(PortalForm):
    """Why a sheet is given back."""

    reason = AreaField(
        lazy("Why"),
        limit=2000,
        help=lazy("The evaluator reads it in the mail. It stays in the record of the sheet."),
    )


class SkillsForm(PortalForm):
    """What an evaluator knows."""

    skills = ManyField(lazy("Knows"), required=False)
