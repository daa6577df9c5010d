"""What the applicant reads of a state: what it means, and what comes next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from portal import clock
from portal.applications.models import Application, RejectionNotice
from portal.applications.queries.integrations import open_integrations
from portal.applications.queries.notices import DECIDABLE, is_running, moved_by, notices_of
from portal.applications.queries.submissions import resumable
from portal.applications.states import LABELS, TONES
from portal.applications.states import ApplicationState as S
from portal.calls.engine import decision_due_on, is_ranked
from portal.calls.queries import closings_for
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
# What comes next where the call puts nobody in a ranking.
UNRANKED = {
    S.UNDER_EVALUATION: lazy("When the committee has decided we write to you."),
    S.REFUSED: lazy("You find the points and the reasons. The office can explain them to you."),
}
CUT_OFF = (
    lazy("The call has been cancelled: your application will not be evaluated."),
    lazy("It stays registered and you can always read it. There is nothing for you to do."),
)
DECIDED = frozenset({S.INADMISSIBLE, S.REFUSED, S.RESERVE, S.SELECTED, S.WITHDRAWN})


@dataclass(frozen=True)
class Status:
    """A state in plain words; `due` is the last day for the decision while it is awaited.

    `answer_by` is the last day for what the office asked to complete, while it waits. `endpoint` is
    the page of the application on which more can be read, `link` what leads there.
    """

    label: str
    tone: str
    meaning: str
    next_step: str
    due: date | None
    answer_by: date | None = None
    endpoint: str = ""
    link: str = ""


@dataclass(frozen=True)
class Told:
    """What a feature above says of an application in place of the words of its state."""

    label: str
    meaning: str
    next_step: str
    endpoint: str
    link: str


Teller = Callable[[Sequence[Application]], Mapping[int, Told]]
_tellers: dict[S, Teller] = {}


def add_teller(state: S, teller: Teller) -> None:
    """Let a feature above tell more of applications in a state; `teller` is given all at once."""
    _tellers[state] = teller


def status_of(application: Application) -> Status:
    """Return the state of an application as its applicant reads it."""
    return statuses_of([application])[application.id]


def statuses_of(applications: Sequence[Application]) -> dict[int, Status]:
    """Return the states of many by their ids: at most three queries, and one of each teller."""
    asked = {
        each.application_id: each.due_on
        for each in open_integrations(x for x in applications if x.state is S.INTEGRATION_REQUESTED)
    }
    closings = closings_for(x for x in applications if x.state is S.WITHDRAWN)
    notices = notices_of(x for x in applications if x.state in DECIDABLE)
    found = {
        each.id: _status(each, asked.get(each.id), closings.get(each.id), notices.get(each.id))
        for each in applications
    }
    return {**found, **_told([x for x in applications if not is_cut_off(x)], found)}


def _told(applications: Sequence[Application], found: Mapping[int, Status]) -> dict[int, Status]:
    """Return the states of which features above tell more."""
    told: dict[int, Told] = {}
    for state, teller in _tellers.items():
        told.update(teller([each for each in applications if each.state is state]))
    return {id_: replace(found[id_], tone="info", **vars(more)) for id_, more in told.items()}


def _status(
    application: Application,
    answer_by: date | None,
    closing: datetime | None,
    notice: RejectionNotice | None,
) -> Status:
    state, submission = application.state, application.submission
    meaning = SAID[state][0]
    due = None
    if is_cut_off(application):
        meaning, following = (str(each) for each in CUT_OFF)
        return Status(str(LABELS[state]), "neutral", meaning, following, due)
    if submission is not None and state not in DECIDED:
        due = moved_by(notice, decision_due_on(application.call, submission.received_at))
    if notice is not None:
        return _noted(application, notice, due)
    following = _next_step(application, answer_by, closing)
    return Status(str(LABELS[state]), TONES[state], str(meaning), following, due, answer_by)


def _noted(application: Application, notice: RejectionNotice, due: date | None) -> Status:
    """Return the state while a notice of rejection waits: its term, or the office's decision."""
    meaning = _("We have written to you why we are going to refuse the application.")
    if not is_running(notice, clock.now()):
        following = _("The office decides, and writes to you.")
        return Status(str(LABELS[application.state]), "warning", meaning, following, due)
    following = _(
        "Read the reasons: you can send your observations until the end of %(day)s.",
        day=format_date(notice.due_on),
    )
    label = str(LABELS[application.state])
    return Status(label, "warning", meaning, following, due, notice.due_on)


def _next_step(application: Application, answer_by: date | None, closing: datetime | None) -> str:
    """Return what comes next, and by when where a day is set."""
    if answer_by is not None:
        return _("Complete what we asked for by the end of %(day)s.", day=format_date(answer_by))
    if application.state in UNRANKED and not is_ranked(application.call):
        return str(UNRANKED[application.state])
    if application.state is not S.WITHDRAWN or not resumable(application, closing):
        return str(SAID[application.state][1])
    if closing is None:
        return _("You can open it again, correct it and send it once more.")
    return _(
        "You can open it again, correct it and send it once more before %(closes)s.",
        closes=format_instant(closing),
    )


def is_cut_off(application: Application) -> bool:
    """Tell whether the call was cancelled while an answer was awaited."""
    is_awaited = application.submission is not None and application.state not in DECIDED
    return is_awaited and application.call.state is CallState.CANCELLED
