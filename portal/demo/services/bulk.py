"""Many applications under evaluation at once, written in bulk.

The trail, the register and the sheets come out as the services would write them, in one
transaction: numbers without gaps, a chain that verifies, three sent sheets an application.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from portal import audit, clock, protocol
from portal.accounts.models import User
from portal.applications.models import AccessRow, Application, Submission
from portal.applications.states import ApplicationState
from portal.calls.engine import form_of, grid_of
from portal.calls.models import Call
from portal.db import Base, db, transaction
from portal.demo.engine import checked_number
from portal.evaluation.models import AutomaticScore, Score, ScoreSheet
from portal.evaluation.services import refresh_tallies
from portal.evaluation.states import SheetState
from portal.grids.engine import Grid, mark_points
from portal.permissions import Effect
from portal.protocol import Direction, ProtocolEntry
from portal.questionnaires.models import Answer, AnswerSet
from portal.registry.engine import MUNICIPALITIES
from portal.registry.models import Applicant, ApplicantKind, OrganisationType

SECTORS = ("community_welfare", "services_to_citizens", "social_agriculture", "tourism")
DEEDS = (
    ("application.submit", ApplicationState.DRAFT, ApplicationState.SUBMITTED),
    ("application.start_check", ApplicationState.SUBMITTED, ApplicationState.FORMAL_CHECK),
    ("application.admit", ApplicationState.FORMAL_CHECK, ApplicationState.ADMITTED),
    (
        "application.start_evaluation",
        ApplicationState.ADMITTED,
        ApplicationState.UNDER_EVALUATION,
    ),
)


@dataclass(frozen=True)
class Bulk:
    """What all rows of one loading share."""

    call: Call
    staff: User
    evaluators: Sequence[User]
    grid: Grid
    chance: random.Random
    start: datetime


def load_bulk(call: Call, staff: User, evaluators: Sequence[User], count: int) -> None:
    """Add `count` applications under evaluation to a closed call."""
    bulk = Bulk(
        call=call,
        staff=staff,
        evaluators=evaluators,
        grid=grid_of(call),
        chance=random.Random(f"{call.code}:{count}"),  # noqa: S311 - invented figures
        start=call.closes_at - timedelta(days=1),
    )
    with transaction():
        application_ids = add_applications(bulk, count)
        sheet_ids = add_sheets(bulk, application_ids)
        audit.append_entries(db.session(), deeds_of(bulk, application_ids, sheet_ids))


def put(model: type[Base], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows in a few statements and return their ids in the same order."""
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)  # type: ignore[attr-defined]
    return list(db.session.scalars(statement, rows))


def instants(bulk: Bulk, count: int) -> list[datetime]:
    """Return `count` instants in order within the call's last day."""
    step = timedelta(days=1) / (count + 1)
    return [bulk.start + step * (number + 1) for number in range(count)]


def add_applications(bulk: Bulk, count: int) -> list[int]:
    """Insert applicants, answers, applications, register entries and submissions."""
    arrivals = instants(bulk, count)
    applicants = [applicant_row(bulk, number, at) for number, at in enumerate(arrivals)]
    applicant_ids = put(Applicant, applicants)
    sets = [
        {"form_definition_id": bulk.call.form_definition_id, "created_at": at, "version": 1}
        for at in arrivals
    ]
    set_ids = put(AnswerSet, sets)
    rows = [
        application_row(bulk, number, at, applicant_ids[number], set_ids[number])
        for number, at in enumerate(arrivals)
    ]
    ids = put(Application, rows)
    put(Answer, list(answer_rows(bulk, rows)))
    register(bulk, ids, rows, applicants, arrivals)
    return ids


def applicant_row(bulk: Bulk, number: int, at: datetime) -> dict[str, Any]:
    """Return an invented body; its tax code is a number with a right check digit."""
    kinds = (OrganisationType.APS, OrganisationType.ODV, OrganisationType.SOCIAL_COOP_B)
    return {
        "public_id": f"scale{bulk.call.id}x{number}",
        "kind": ApplicantKind.BODY,
        "organisation_type": bulk.chance.choice(kinds),
        "name": f"Associazione Esempio {number + 1:05d}",
        "tax_code": checked_number(9_000_000_000 + number),
        "municipality_code": bulk.chance.choice(sorted(MUNICIPALITIES)),
        "address": f"Via dell'Esempio {number + 1}",
        "postcode": "40100",
        "phone": "+39051000000",
        "email": f"ente{number + 1}@esempio.example.org",
        "representative_name": "Persona Inventata",
        "representative_tax_code": "RSSMRA80A01H501U",
        "created_at": at,
        "version": 1,
    }


def application_row(
    bulk: Bulk, number: int, at: datetime, applicant_id: int, set_id: int
) -> dict[str, Any]:
    """Return an application under evaluation."""
    return {
        "practice_code": f"IPL-S{bulk.call.id:03d}-{number + 1:05d}",
        "call_id": bulk.call.id,
        "applicant_id": applicant_id,
        "answer_set_id": set_id,
        "state": ApplicationState.UNDER_EVALUATION,
        "title": f"Progetto di esempio {number + 1:05d}",
        "requested_amount": None,
        "sector": bulk.chance.choice(SECTORS),
        "privacy_version": "1",
        "privacy_read_at": at,
        "started_at": at,
        "started_by_id": bulk.staff.id,
        "checked_at": bulk.call.closes_at + timedelta(hours=1),
        "version": 5,
    }


def answer_rows(bulk: Bulk, rows: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the title of each application as the one answer it gave."""
    key = next(
        question.key for question in form_of(bulk.call).questions if question.copies == "title"
    )
    for row in rows:
        yield {
            "answer_set_id": row["answer_set_id"],
            "question_key": key,
            "typed": [row["title"]],
            "value": row["title"],
            "saved_at": row["started_at"],
            "saved_by_id": bulk.staff.id,
        }


def register(
    bulk: Bulk,
    ids: Sequence[int],
    rows: Sequence[Mapping[str, Any]],
    applicants: Sequence[Mapping[str, Any]],
    arrivals: Sequence[datetime],
) -> None:
    """Insert one register entry and one submission for each application."""
    year = clock.to_rome(bulk.start).year
    first = protocol.take_numbers(year, len(ids))
    snapshots = [snapshot_of(row) for row in rows]
    entries = [
        {
            "year": year,
            "number": first + number,
            "direction": Direction.INCOMING,
            "recorded_at": arrivals[number],
            "subject": f"Domanda {row['practice_code']}",
            "correspondent": applicants[number]["name"],
            "content_sha256": snapshots[number][1],
        }
        for number, row in enumerate(rows)
    ]
    entry_ids = put(ProtocolEntry, entries)
    put(
        Submission,
        [
            {
                "application_id": application_id,
                "request_key": f"scale:{application_id}",
                "received_at": arrivals[number],
                "submitted_by_id": bulk.staff.id,
                "snapshot": snapshots[number][0],
                "sha256": snapshots[number][1],
                "protocol_entry_id": entry_ids[number],
            }
            for number, application_id in enumerate(ids)
        ],
    )


def snapshot_of(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return the canonical JSON of what was sent, and its hash."""
    content = {"practice_code": row["practice_code"], "title": row["title"]}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text, hashlib.sha256(text.encode()).hexdigest()


def add_sheets(bulk: Bulk, application_ids: Sequence[int]) -> list[int]:
    """Insert grants, sent sheets with their scores, and automatic scores."""
    pairs = list(itertools.product(application_ids, bulk.evaluators))
    put(AccessRow, [grant_row(bulk, *pair) for pair in pairs])
    marks = [{c.key: bulk.chance.randint(1, c.scale) for c in bulk.grid.judged} for _ in pairs]
    sheets = [sheet_row(bulk, *pair, given) for pair, given in zip(pairs, marks, strict=True)]
    sheet_ids = put(ScoreSheet, sheets)
    put(Score, list(score_rows(sheet_ids, marks)))
    put(AutomaticScore, list(automatic_rows(bulk, application_ids)))
    refresh_tallies(select(Application.id).where(Application.call_id == bulk.call.id))
    return sheet_ids


def grant_row(bulk: Bulk, application_id: int, evaluator: User) -> dict[str, Any]:
    """Return the grant that an assignment gives."""
    return {
        "application_id": application_id,
        "user_id": evaluator.id,
        "effect": Effect.GRANT,
        "reason": "assignment",
        "since": bulk.call.closes_at + timedelta(hours=2),
    }


def sheet_row(
    bulk: Bulk, application_id: int, evaluator: User, marks: Mapping[str, int]
) -> dict[str, Any]:
    """Return a sent sheet with the total of its marks."""
    return {
        "application_id": application_id,
        "evaluator_id": evaluator.id,
        "state": SheetState.SENT,
        "assigned_at": bulk.call.closes_at + timedelta(hours=2),
        "assigned_by_id": bulk.staff.id,
        "reading_order": bulk.chance.randrange(1_000_000),
        "sent_at": bulk.call.closes_at + timedelta(days=1),
        "total_hundredths": sum(mark_points(c, marks[c.key]) for c in bulk.grid.judged),
        "version": 2,
    }


def score_rows(
    sheet_ids: Sequence[int], marks: Sequence[Mapping[str, int]]
) -> Iterator[dict[str, Any]]:
    """Yield the marks of every sheet."""
    for sheet_id, given in zip(sheet_ids, marks, strict=True):
        for key, mark in given.items():
            yield {
                "sheet_id": sheet_id,
                "criterion_key": key,
                "mark": mark,
                "comment": "Commento di esempio.",
            }


def automatic_rows(bulk: Bulk, application_ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Yield invented automatic points, marked as such in their source."""
    for application_id in application_ids:
        for criterion in bulk.grid.automatic:
            points = sorted({*criterion.points.values(), criterion.otherwise})
            chosen = bulk.chance.choice(points)
            yield {
                "application_id": application_id,
                "criterion_key": criterion.key,
                "points_hundredths": min(int(chosen * 100), criterion.maximum_hundredths),
                "source": {"kind": "example"},
                "computed_at": bulk.call.closes_at + timedelta(hours=1),
            }


def deeds_of(
    bulk: Bulk, application_ids: Sequence[int], sheet_ids: Sequence[int]
) -> Iterator[dict[str, Any]]:
    """Yield the trail's columns of every deed, application by application."""
    at = bulk.call.closes_at
    sheets = zip(*[iter(sheet_ids)] * len(bulk.evaluators), strict=True)
    for application_id, own_sheets in zip(application_ids, sheets, strict=True):
        for action, before, after in DEEDS:
            yield deed(action, "application", application_id, (before, after), bulk.staff.id, at)
        for evaluator, sheet_id in zip(bulk.evaluators, own_sheets, strict=True):
            moved = (SheetState.DRAFT, SheetState.SENT)
            yield deed("sheet.send", "score_sheet", sheet_id, moved, evaluator.id, at)


def deed(
    action: str, kind: str, record_id: int, states: tuple[Any, Any], actor_id: int, at: datetime
) -> dict[str, Any]:
    """Return the columns of one entry."""
    return {
        "at": at,
        "actor_id": actor_id,
        "action": action,
        "record_kind": kind,
        "record_id": record_id,
        "state_before": states[0].value,
        "state_after": states[1].value,
        "facts": {},
    }
