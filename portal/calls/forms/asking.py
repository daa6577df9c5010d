"""What visitors type about a call: the self-check, a question; and the office's answers."""

from __future__ import annotations

import secrets
from typing import Any

from wtforms import HiddenField

from portal import parse
from portal.calls.engine import ELSEWHERE, NO, STRAND_LABELS, UNSURE, YES, eligibility_of
from portal.i18n import _, lazy
from portal.registry.engine import MUNICIPALITIES, ORGANISATION_LABELS
from portal.web import AreaField, ChoiceField, FilterForm, PortalForm, TextField, VersionedForm

LONGEST_QUESTION = 1_000
LONGEST_ANSWER = 4_000


class CheckForm(PortalForm):
    """The part of the self-check that all calls share."""

    organisation_type = ChoiceField(
        lazy("Who would apply"), choices=[("", lazy("Choose")), *ORGANISATION_LABELS.items()]
    )
    place = ChoiceField(
        lazy("Where the seat is, or where you live"),
        choices=[
            ("", lazy("Choose")),
            *((code, each.name) for code, each in MUNICIPALITIES.items()),
            (ELSEWHERE, lazy("Another municipality")),
        ],
    )


def check_form(call: Any) -> Any:
    """Return the self-check of a call, with the questions of its own."""
    answers = ((YES, _("Yes")), (NO, _("No")), (UNSURE, _("I am not sure")))
    fields = {
        question.key: ChoiceField(question.question, choices=answers, radio=True)
        for question in eligibility_of(call)
    }
    return type("CallCheckForm", (CheckForm,), named(fields))()


def named(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields by names that no other field of the form has."""
    return {f"own_{key}": field for key, field in fields.items()}


def own_answers(form: Any) -> dict[str, str]:
    """Return the answers to the call's own questions by their keys."""
    return {
        name.removeprefix("own_"): field.value
        for name, field in form._fields.items()
        if name.startswith("own_")
    }


class AskForm(PortalForm):
    """A question on a call; its key makes a repeated request the same question."""

    request_key = HiddenField(default=lambda: secrets.token_hex(16))
    question = AreaField(
        lazy("Your question"),
        limit=LONGEST_QUESTION,
        help=lazy(
            "Everybody will read question and answer, without your name. Write nothing about "
            "yourself or others here."
        ),
    )
    email = TextField(
        lazy("Your e-mail address"),
        parse=parse.email,
        required=False,
        help=lazy("Only if you want the answer by mail. Nobody sees it; we delete it then."),
    )


class AnswerForm(VersionedForm):
    """What everybody will read."""

    question = AreaField(
        lazy("The question, as everybody will read it"),
        required=False,
        limit=LONGEST_QUESTION,
        help=lazy("Take out names, addresses and whatever tells who asked."),
    )
    answer = AreaField(lazy("The answer"), required=False, limit=LONGEST_ANSWER)


class SearchQuestionsForm(FilterForm):
    """Search among questions and answers: read from the address."""

    q = TextField(lazy("Words in questions and answers"), parse=parse.line, required=False)


class FindCallForm(FilterForm):
    """Filters of the list of calls: read from the address."""

    strand = ChoiceField(
        lazy("What it is about"),
        choices=[("", lazy("Everything")), *STRAND_LABELS.items()],
        required=False,
    )
    kind = ChoiceField(
        lazy("Who would apply"),
        choices=[("", lazy("Any applicant")), *ORGANISATION_LABELS.items()],
        required=False,
    )
