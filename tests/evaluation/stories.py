"""Dossiers as far as a test of the evaluation needs them, and sheets filled by the services."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from portal import clock, protocol
from portal.accounts.models import User
from portal.applications.models import Application, Submission
from portal.applications.services.snapshots import take_snapshot
from portal.applications.states import ApplicationState
from portal.calls.models import Call
from portal.db import db, transaction
from portal.evaluation.models import AutomaticScore, ScoreSheet
from portal.evaluation.queries import get_sheet
from portal.evaluation.services import (
    assign_evaluators,
    enter_round,
    refresh_tallies,
    save_sheet,
    send_sheet,
)
from portal.permissions import Effect, Role
from tests import make

_numbers = itertools.count(1)
RULES: dict[str, Any] = {
    "office": {
        "name": {"it": "Ufficio bandi", "en": "Calls office"},
        "email": "ufficio@esempio.example.org",
    }
}
COMMENTS = {"employment": "Due assunzioni previste."}


def closed_call(**facts: Any) -> Call:
    """A call whose window is over; its threshold is 60 points."""
    now = clock.now()
    window = {"opens_at": now - timedelta(days=20), "closes_at": now - timedelta(days=5)}
    return make.call(**{"rules": RULES, **window, **facts})


def evaluator(**facts: Any) -> User:
    """A member of the committee."""
    return make.user(Role.EVALUATOR, **facts)


def staff() -> User:
    """Somebody of the office."""
    return make.user(Role.STAFF)


def admitted(
    call: Call,
    *,
    automatic: int = 2000,
    received_at: datetime | None = None,
    owner: User | None = None,
    **facts: Any,
) -> Application:
    """An application sent and admitted, with automatic points as given."""
    owner, received_at = owner or make.user(), received_at or clock.now()
    values = {"state": ApplicationState.ADMITTED, "checked_at": clock.now(), **facts}
    application = make.application(call, make.body(owner), **values)
    with transaction():
        db.session.add(sent(application, owner, received_at))
        entered = enter_round(application)
        db.session.add(by_type(application, automatic, entered.id))
        refresh_tallies([application.id])
    return application


def sent(application: Application, owner: User, received_at: datetime) -> Submission:
    """What sending the application leaves."""
    entry = protocol.register(protocol.Direction.INCOMING, "Candidatura", "Ente", "0" * 64)
    return Submission(
        application_id=application.id,
        request_key=f"story{next(_numbers)}",
        received_at=received_at,
        submitted_by_id=owner.id,
        snapshot=take_snapshot(application, received_at),
        sha256="0" * 64,
        protocol_entry=entry,
    )


def by_type(application: Application, points: int, round_id: int) -> AutomaticScore:
    """Automatic points for the type of organisation."""
    source = {
        "kind": "organisation_type",
        "question": "",
        "values": ["aps"],
        "labels": [],
        "extra": [],
        "points_hundredths": points,
    }
    return AutomaticScore(
        round_id=round_id,
        application_id=application.id,
        criterion_key="organisation_type",
        points_hundredths=points,
        source=source,
        computed_at=clock.now(),
    )


def assigned(application: Application, who: User, by: User | None = None) -> ScoreSheet:
    """The blank sheet of an evaluator, who has declared that he has no interest."""
    assign_evaluators([application], [who], by or staff())
    make.free_of_interests(who, application.call)
    return get_sheet(application.practice_code, who)


def drafted(application: Application, who: User, **marks: int | None) -> ScoreSheet:
    """A sheet with marks in it that is not sent."""
    sheet = assigned(application, who)
    write(sheet, who, marks)
    return sheet


def write(sheet: ScoreSheet, who: User, marks: Mapping[str, int | None]) -> None:
    """Save marks with the comment that the grid asks for."""
    save_sheet(sheet, who, sheet.version, marks, COMMENTS)


def judged(application: Application, who: User, employment: int, sustainability: int) -> ScoreSheet:
    """A sheet that is sent: 8 points for each mark of the first, 10 of the second."""
    sheet = drafted(application, who, employment=employment, sustainability=sustainability)
    send_sheet(sheet, who)
    return sheet


def barred_ids(application: Application) -> set[int]:
    """Who is barred from a dossier now."""
    rows = [row for row in application.access_rows if row.is_in_force]
    return {row.user_id for row in rows if row.effect is Effect.BAR}
