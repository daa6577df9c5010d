"""What the applicant reads of a state: what it means, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.applications.models import Application
from portal.applications.queries.integrations import open_integration
from portal.applications.queries.submissions import can_resume
from portal.applications.states import LABELS, TONES
from portal.applications.states import ApplicationState as S
from portal.calls.engine import decision_due_on
from portal.calls.queries import closing_for
from portal.calls.states import CallState
from portal.i18n import _, format_date, format_instant, lazy

# State: what it means, what comes next.
SAID: dict[S, tuple[Any, Any]] = {
    S.DRAFT: (
        lazy("You are filling in this application: nobody else reads it yet."),
        lazy("Fill in every section, then send it before the call closes."),
    ),
    S.SUBMITTED: (
        lazy("Your application has arrived: we have registered it."),
        lazy("The office checks that it meets the requirements of the call."),
    ),
    S.FORMAL_CHECK: (
        lazy("The office is checking that the application meets the requirements of the call."),
        lazy("If it does, the evaluation committee reads it. Either way we write to you."),
    ),
    S.INTEGRATION_REQUESTED: (
        lazy("Something is missing or has to be corrected."),
        lazy("Complete what we asked for by the day we wrote to you."),
    ),
    S.INADMISSIBLE: (
        lazy("The application does not meet the requirements of the call."),
        lazy("You can see the file and write to the office if you think this is a mistake."),
    ),
    S.ADMITTED: (
        lazy("The application meets the requirements of the call."),
        lazy("The evaluation committee reads it and gives it points."),
    ),
    S.UNDER_EVALUATION: (
        lazy("The evaluation committee is reading your project."),
        lazy("When all have finished we publish the ranking and write to you."),
    ),
    S.REFUSED: (
        lazy("Your project is not among those selected."),
        lazy("You find points and place in the ranking. The office can explain them to you."),
    ),
    S.RESERVE: (
        lazy("Your project is on the reserve list."),
        lazy("If somebody gives up we write to you."),
    ),
    S.SELECTED: (
        lazy("Your project has been selected."),
        lazy("The office writes to you to begin the support."),
    ),
    S.WITHDRAWN: (
        lazy("You have withdrawn the application."),
        lazy("There is nothing else for you to do."),
    ),
}
CUT_OFF = (
    lazy("The call has been cancelled: your application will not be evaluated."),
    lazy("It stays registered and you can always read it. There is nothing for you to do."),
)
DECIDED = frozenset({S.INADMISSIBLE, S.REFUSED, S.RESERVE, S.SELECTED, S.WITHDRAWN})


@dataclass(frozen=True)
class Status:
    """A state in plain words; `due` is the last day for the decision while it is awaited."""

    label: str
    tone: str
    meaning: str
    next_step: str
    due: date | None


def next_step_of(application: Application) -> str:
    """Return what comes next, and by when where a day is set."""
    if application.state is S.INTEGRATION_REQUESTED:
        request = open_integration(application)
        if request is not None:
            return _(
                "Complete what we asked for by the end of %(day)s.", day=format_date(request.due_on)
            )
    if application.state is S.WITHDRAWN and can_resume(application):
        closing = closing_for(application.call, application.applicant)
        if closing is None:
            return _("You can open it again, correct it and send it once more.")
        return _(
            "You can open it again, correct it and send it once more before %(closes)s.",
            closes=format_instant(closing),
        )
    return str(SAID[application.state][1])


def status_of(application: Application) -> Status:
    """Return the state of an application as its applicant reads it."""
    state, submission = application.state, application.submission
    meaning = SAID[state][0]
    due = None
    if is_cut_off(application):
        meaning, following = (str(each) for each in CUT_OFF)
        return Status(str(LABELS[state]), "neutral", meaning, following, due)
    if submission is not None and state not in DECIDED:
        due = decision_due_on(application.call, submission.received_at)
    return Status(str(LABELS[state]), TONES[state], str(meaning), next_step_of(application), due)


def is_cut_off(application: Application) -> bool:
    """Tell whether the call was cancelled while an answer was awaited."""
    is_awaited = application.submission is not None and application.state not in DECIDED
    return is_awaited and application.call.state is CallState.CANCELLED
