"""Today: what has changed, what is late, what waits for whom, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, select

from portal import clock, holidays, permissions
from portal.accounts.models import User
from portal.accounts.queries import last_visit_before, staff_for
from portal.applications.models import Application
from portal.calls.models import Call
from portal.calls.queries import calls_with_questions, waiting_questions
from portal.db import db
from portal.desk.queries.applications import received_applications
from portal.desk.queries.tasks import BY_ROUND, LATE, MINE, NEWS, OFFICE, OTHERS, TASKS, Task
from portal.evaluation.models import Ranking, Round, ScoreSheet
from portal.evaluation.queries import count_waiting, rounds_in_want, visible_sheets
from portal.evaluation.states import OPEN
from portal.i18n import lazy
from portal.outcomes.models import Remark
from portal.outcomes.states import RemarkState


@dataclass(frozen=True)
class Count:
    """How many, of what, and what the list's filter is called."""

    label: Any
    number: int
    filter: str


@dataclass(frozen=True)
class Group:
    """A part of the page; `nothing` is said when all its counts are naught."""

    key: str
    title: Any
    nothing: Any
    counts: Sequence[Count]

    @property
    def standing(self) -> list[Count]:
        """Return the counts that are not naught."""
        return [count for count in self.counts if count.number]


GROUPS: Sequence[tuple[str, Any, Any, Mapping[str, Task]]] = (
    ("late", lazy("Late"), lazy("Nothing is late."), LATE),
    ("mine", lazy("Waits for you"), lazy("Nothing you are in charge of waits for you."), MINE),
    ("office", lazy("Waits for the office"), lazy("Nothing waits for the office."), OFFICE),
    ("others", lazy("Waits for others"), lazy("We wait for nobody."), OTHERS),
    ("news", lazy("What is new"), lazy("Nothing new."), NEWS),
)


@dataclass(frozen=True)
class Today:
    """The page. `sheets` are an evaluator's to send; `questions` wait on calls, by call.

    `sheet_questions` of evaluators wait for the office, and so do the dossiers that want another
    evaluator, by round, and the remarks on each ranking.
    """

    since: date
    last_visit: date | None
    groups: Sequence[Group]
    questions: Sequence[tuple[Call, int]]
    sheets: tuple[int, int] | None
    sheet_questions: int = 0
    rounds: Sequence[tuple[Round, int]] = ()
    remarks: Sequence[tuple[Ranking, int]] = ()


def last_working_day() -> date:
    """Return the working day before today."""
    return holidays.working_days_before(clock.today(), 1)


def today_for(user: Any, since: date | None = None) -> Today:
    """Return what `user` finds today; news are told since a day, else the last working day."""
    permissions.require(user, "today.read")
    visit = last_visit_before(user)
    day = since or last_working_day()
    is_office = permissions.could(user, "application.list")
    is_judge = permissions.could(user, "assignment.list")
    return Today(
        since=day,
        last_visit=clock.rome_date(visit) if visit else None,
        groups=groups_for(user, day) if is_office else (),
        questions=questions_for(user) if is_office else (),
        sheets=sheets_for(user) if is_judge else None,
        sheet_questions=count_waiting(user) if is_office else 0,
        rounds=rounds_in_want(user) if is_office else (),
        remarks=remarks_for(user) if is_office else (),
    )


def groups_for(user: Any, day: date) -> list[Group]:
    """Return all counts, by one query and one for the terms of the calls."""
    has_charge = permissions.could(user, "application.hand_over")
    names = [x for x in TASKS if x not in BY_ROUND and (has_charge or x not in MINE)]
    sums = [
        func.coalesce(func.sum(case((TASKS[name].ask(user, day), 1), else_=0)), 0) for name in names
    ]
    row = db.session.execute(received_applications(user).with_only_columns(*sums)).one()
    numbers = dict(zip(names, row, strict=True))
    return [
        Group(
            key,
            title,
            nothing,
            [counted(name, int(numbers[name]), day) for name in tasks],
        )
        for key, title, nothing, tasks in GROUPS
        if has_charge or key != "mine"
    ]


def counted(name: str, number: int, day: date) -> Count:
    """Return a count with the words that suit its number."""
    return Count(TASKS[name].counted(number), number, filter_of(name, day))


def filter_of(name: str, day: date) -> str:
    """Return a task as the list's filter takes it."""
    return f"{name}:{day.isoformat()}" if TASKS[name].dated else name


def questions_for(user: Any) -> list[tuple[Call, int]]:
    """Return the calls that `user` manages with questions that wait, and how many: two queries."""
    calls = calls_with_questions(user)
    counts = waiting_questions(calls)
    return [(call, counts[call.id]) for call in calls if call.id in counts]


def remarks_for(user: Any) -> list[tuple[Ranking, int]]:
    """Return the rankings with remarks that wait for a decision, and how many: one query."""
    seen = received_applications(user).with_only_columns(Application.id)
    waiting = (
        select(Remark.ranking_id, func.count(Remark.id).label("number"))
        .where(Remark.state == RemarkState.SENT, Remark.application_id.in_(seen))
        .group_by(Remark.ranking_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Ranking, waiting.c.number)
        .join(waiting, waiting.c.ranking_id == Ranking.id)
        .order_by(Ranking.remarks_until, Ranking.id)
    )
    return [(ranking, number) for ranking, number in rows]


def sheets_for(user: Any) -> tuple[int, int]:
    """Return how many sheets an evaluator has still to send, and how many he has."""
    is_open = case((ScoreSheet.state.in_(OPEN), 1), else_=0)
    own = visible_sheets(user).with_only_columns(
        func.coalesce(func.sum(is_open), 0), func.count(ScoreSheet.id)
    )
    waiting, total = db.session.execute(own).one()
    return int(waiting), int(total)


def handler_name(application: Application) -> str:
    """Return who is in charge of an application; blank when nobody is."""
    if application.handled_by_id is None:
        return ""
    return db.session.scalar(select(User.name).where(User.id == application.handled_by_id)) or ""


def colleagues_for(application: Application, user: Any) -> list[tuple[int, str]]:
    """Return who may be put in charge of it, for who may do so; nobody for others."""
    if not permissions.can(user, "application.hand_over", application):
        return []
    people = staff_for(application.call.scope)
    may = permissions.ACTIONS["application.hand_over"]
    return [(each.id, each.name) for each in people if may(each, application)]
