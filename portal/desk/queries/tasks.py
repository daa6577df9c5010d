"""What there is to do on applications, each as a condition: counted on one page, listed on another.

So that the number on the page and the list behind it can't differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from portal import clock, holidays
from portal.applications.models import (
    Application,
    IntegrationRequest,
    Message,
    RejectionNotice,
    Submission,
)
from portal.applications.queries.messages import waits_for_office
from portal.applications.queries.notices import DECIDABLE, still_in_time
from portal.applications.states import UNDECIDED, ApplicationState, Side
from portal.calls.engine import assessment_windows_of, decision_due_on, is_rolling, term_of
from portal.calls.models import Call
from portal.clock import midnight
from portal.db import db
from portal.errors import Invalid
from portal.evaluation.models import Interest, ScoreSheet
from portal.evaluation.queries import not_replaced
from portal.evaluation.states import OPEN, InterestState
from portal.i18n import _, format_date, lazy, ngettext

Condition = ColumnElement[bool]
S = ApplicationState
ANSWERED_WITHIN = 5  # working days in which the office answers an applicant


@dataclass(frozen=True)
class Task:
    """Something to do, or news: its words, which applications it is about, its words by number.

    What is `dated` is asked from a day on.
    """

    label: Any
    ask: Callable[[Any, date], Condition]
    counted: Callable[[int], str]
    dated: bool = False


def in_states(*states: ApplicationState) -> Condition:
    """Return the condition that the application is in one of these states."""
    found: Condition = Application.state.in_(states)
    return found


def handled_by(user: Any) -> Condition:
    """Return the condition that `user` is in charge."""
    found: Condition = Application.handled_by_id == user.id
    return found


def with_message(*conditions: Condition) -> Condition:
    """Return the condition that there is such a message."""
    return Application.id.in_(select(Message.application_id).where(*conditions))


def with_request(*conditions: Condition) -> Condition:
    """Return the condition that there is such a request to complete."""
    return Application.id.in_(select(IntegrationRequest.application_id).where(*conditions))


def with_notice(*conditions: Condition) -> Condition:
    """Return the condition that a notice of rejection waits for the office's decision."""
    waits = select(RejectionNotice.application_id).where(
        RejectionNotice.closed_at.is_(None), *conditions
    )
    return and_(in_states(*DECIDABLE), Application.id.in_(waits))


def sent(*conditions: ColumnElement[bool] | InstrumentedAttribute[bool]) -> Condition:
    """Return the condition that there is such a sending."""
    return Application.id.in_(select(Submission.application_id).where(*conditions))


def unread() -> Condition:
    """Return the condition that the office has something to read or to answer."""
    return with_message(waits_for_office())


def unread_for_long() -> Condition:
    """Return the condition that an applicant has waited for the office beyond its days."""
    last = midnight(holidays.working_days_before(clock.today(), ANSWERED_WITHIN))
    return with_message(
        Message.side == Side.APPLICANT, Message.read_at.is_(None), Message.sent_at < last
    )


def awaited(*conditions: Condition) -> Condition:
    """Return the condition that an answer of the applicant is awaited."""
    return with_message(and_(Message.side == Side.OFFICE, Message.waits), *conditions)


def sheets_missing() -> Condition:
    """Return the condition that an evaluator has a sheet to send."""
    open_sheets = select(ScoreSheet.application_id).where(ScoreSheet.state.in_(OPEN))
    return and_(in_states(S.UNDER_EVALUATION), Application.id.in_(open_sheets))


def short_of_sheets() -> Condition:
    """Return the condition that an evaluator is gone from a dossier and nobody is in his place."""
    return Application.id.in_(not_replaced(ScoreSheet.application_id))


def with_possible_interest(user: Any) -> Condition:
    """Return the condition that somebody, but not `user`, may have an interest in a dossier."""
    possible = select(Interest.application_id).where(
        Interest.state == InterestState.POSSIBLE, Interest.user_id != user.id
    )
    return Application.id.in_(possible)


def undecided_beyond_term() -> Condition:
    """Return the condition that the day for the decision has gone by: two queries."""
    pending = select(Application.call_id).where(in_states(*UNDECIDED))
    calls = db.session.scalars(select(Call).where(Call.id.in_(pending))).all()
    late = [_late_in(call) for call in calls]
    noted = Application.id.in_(still_in_time())
    return and_(in_states(*UNDECIDED), or_(false(), *late), ~noted)


def _late_in(call: Call) -> Condition:
    of_call = Application.call_id == call.id
    if not is_rolling(call):
        due = decision_due_on(call)
        return of_call if due is not None and due < clock.today() else false()
    # What was received in a window that ended so long ago, or after all of them so long ago.
    last_day = clock.today() - timedelta(days=term_of(call))
    ends = assessment_windows_of(call)
    over = [end for end in ends if clock.rome_date(end) < last_day]
    received = [Submission.received_at < max(over)] if over else []
    beyond = [Submission.received_at < midnight(last_day)]
    if ends:
        beyond.append(Submission.received_at >= max(ends))
    return and_(of_call, sent(Submission.is_current, or_(*received, and_(*beyond))))


def closed_since(day: date) -> Condition:
    """Return the condition that what was asked for has come back since a day."""
    return with_request(
        IntegrationRequest.closed_at >= midnight(day),
        IntegrationRequest.submission_id.is_not(None),
    )


LATE: Mapping[str, Task] = {
    "late_decision": Task(
        lazy("Decision beyond its term"),
        lambda _user, _day: undecided_beyond_term(),
        lambda number: ngettext("decision beyond its term", "decisions beyond their term", number),
    ),
    "late_request": Task(
        lazy("Time to complete is over"),
        lambda _user, _day: with_request(
            IntegrationRequest.closed_at.is_(None), IntegrationRequest.due_at <= clock.now()
        ),
        lambda number: ngettext(
            "application whose time to complete is over",
            "applications whose time to complete is over",
            number,
        ),
    ),
    "late_answer": Task(
        lazy("The applicant has not answered in time"),
        lambda _user, _day: awaited(Message.answer_due_on < clock.today()),
        lambda number: ngettext(
            "applicant has not answered in time", "applicants have not answered in time", number
        ),
    ),
    "late_reading": Task(
        lazy("The applicant has waited for us for over five working days"),
        lambda _user, _day: unread_for_long(),
        lambda number: ngettext(
            "applicant has waited for us for over five working days",
            "applicants have waited for us for over five working days",
            number,
        ),
    ),
}
MINE: Mapping[str, Task] = {
    "mine_new": Task(
        lazy("To take in charge"),
        lambda user, _day: and_(handled_by(user), in_states(S.SUBMITTED)),
        lambda number: ngettext(
            "application to take in charge", "applications to take in charge", number
        ),
    ),
    "mine_check": Task(
        lazy("Formal check to finish"),
        lambda user, _day: and_(handled_by(user), in_states(S.FORMAL_CHECK)),
        lambda number: ngettext("formal check to finish", "formal checks to finish", number),
    ),
    "mine_admitted": Task(
        lazy("To send to evaluation"),
        lambda user, _day: and_(handled_by(user), in_states(S.ADMITTED)),
        lambda number: ngettext(
            "application to send to evaluation", "applications to send to evaluation", number
        ),
    ),
    "mine_messages": Task(
        lazy("Messages to read"),
        lambda user, _day: and_(handled_by(user), unread()),
        lambda number: ngettext("message to read", "messages to read", number),
    ),
}
OFFICE: Mapping[str, Task] = {
    "new": Task(
        lazy("Just received"),
        lambda _user, _day: in_states(S.SUBMITTED),
        lambda number: ngettext("application just received", "applications just received", number),
    ),
    "nobodys": Task(
        lazy("Nobody is in charge"),
        lambda _user, _day: and_(in_states(*UNDECIDED), Application.handled_by_id.is_(None)),
        lambda number: ngettext(
            "application nobody is in charge of", "applications nobody is in charge of", number
        ),
    ),
    "interests": Task(
        lazy("Interests to look at"),
        lambda user, _day: with_possible_interest(user),
        lambda number: ngettext(
            "application with an interest to look at",
            "applications with interests to look at",
            number,
        ),
    ),
    "notice_observed": Task(
        lazy("Observations on a notice of rejection to answer"),
        lambda _user, _day: with_notice(RejectionNotice.observed_at.is_not(None)),
        lambda number: ngettext(
            "application with observations on our notice to answer",
            "applications with observations on our notices to answer",
            number,
        ),
    ),
    "notice_over": Task(
        lazy("The term of a notice of rejection is over"),
        lambda _user, _day: with_notice(
            RejectionNotice.observed_at.is_(None), RejectionNotice.due_at <= clock.now()
        ),
        lambda number: ngettext(
            "application to decide: the term of our notice is over",
            "applications to decide: the term of our notices is over",
            number,
        ),
    ),
    "messages": Task(
        lazy("Messages to read"),
        lambda _user, _day: unread(),
        lambda number: ngettext("message to read", "messages to read", number),
    ),
}
# Told by round, as each is put right on the page of its round.
BY_ROUND: Mapping[str, Task] = {
    "to_substitute": Task(
        lazy("An evaluator is to be substituted"),
        lambda _user, _day: short_of_sheets(),
        lambda number: ngettext(
            "application that has lost an evaluator",
            "applications that have lost an evaluator",
            number,
        ),
    ),
}
OTHERS: Mapping[str, Task] = {
    "to_complete": Task(
        lazy("Applicants are completing their application"),
        lambda _user, _day: in_states(S.INTEGRATION_REQUESTED),
        lambda number: ngettext(
            "application being completed by its applicant",
            "applications being completed by their applicants",
            number,
        ),
    ),
    "awaited": Task(
        lazy("Applicants owe us an answer"),
        lambda _user, _day: awaited(),
        lambda number: ngettext(
            "answer that the applicant owes us", "answers that applicants owe us", number
        ),
    ),
    "sheets_missing": Task(
        lazy("Evaluators have sheets to send"),
        lambda _user, _day: sheets_missing(),
        lambda number: ngettext(
            "application waits for evaluators' sheets",
            "applications wait for evaluators' sheets",
            number,
        ),
    ),
}
NEWS: Mapping[str, Task] = {
    "news_received": Task(
        lazy("Applications received"),
        lambda _user, day: sent(Submission.is_current, Submission.received_at >= midnight(day)),
        lambda number: ngettext("application received", "applications received", number),
        dated=True,
    ),
    "news_completed": Task(
        lazy("Applications completed as we asked"),
        lambda _user, day: closed_since(day),
        lambda number: ngettext(
            "application completed as we asked", "applications completed as we asked", number
        ),
        dated=True,
    ),
    "news_messages": Task(
        lazy("Messages of applicants"),
        lambda _user, day: with_message(
            Message.side == Side.APPLICANT, Message.sent_at >= midnight(day)
        ),
        lambda number: ngettext(
            "application with messages of its applicant",
            "applications with messages of their applicants",
            number,
        ),
        dated=True,
    ),
    "news_withdrawn": Task(
        lazy("Applications withdrawn"),
        lambda _user, day: sent(Submission.withdrawn_at >= midnight(day)),
        lambda number: ngettext("application withdrawn", "applications withdrawn", number),
        dated=True,
    ),
}
TASKS: Mapping[str, Task] = {**LATE, **MINE, **OFFICE, **BY_ROUND, **OTHERS, **NEWS}


def read_task(text: str) -> tuple[Task, date]:
    """Read a task, as `late_answer`, or `news_received:2026-11-20` where it is dated."""
    name, _colon, day = text.partition(":")
    task = TASKS.get(name)
    if task is None:
        raise Invalid("choice_unknown")
    if not task.dated:
        return task, clock.today()
    try:
        return task, date.fromisoformat(day)
    except ValueError:
        raise Invalid("date_format") from None


def task_label(text: str) -> str:
    """Return the words of a task; of an unknown one the text itself."""
    try:
        task, day = read_task(text)
    except Invalid:
        return text
    if task.dated:
        return _("%(what)s since %(day)s", what=task.label, day=format_date(day))
    return str(task.label)
