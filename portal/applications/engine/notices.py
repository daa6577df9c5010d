"""The clock of a procedure that a notice of rejection stops (law 241/1990, art. 10-bis)."""

from __future__ import annotations

from datetime import date, timedelta

OBSERVATION_DAYS = 10
RESTART_DAYS = 10


def restarts_on(due_on: date, observed_on: date | None) -> date:
    """Return the day from which the term runs again: ten after the observations, or their term."""
    return (observed_on or due_on) + timedelta(days=RESTART_DAYS)


def due_after_notice(due: date, noted_on: date, due_on: date, observed_on: date | None) -> date:
    """Return the last day for the decision, moved by the days for which the clock stands still.

    While the term runs and nothing has been observed, the whole term is counted.
    """
    return due + (restarts_on(due_on, observed_on) - noted_on)
