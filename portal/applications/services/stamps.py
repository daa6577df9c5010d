"""Saying how the stamp duty was paid."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from portal import audit, clock, parse
from portal.applications.models import Application, StampDuty
from portal.applications.queries import stamp_of
from portal.applications.services.signing import require_signing
from portal.db import db, transaction
from portal.errors import Invalid, Stale, WrongState, beside, declare, mark

SERIAL = re.compile(r"[0-9]{14}")
LONGEST_REFERENCE = 200

declare(
    {
        "stamp_serial": mark("The number of a stamp has 14 digits: it stands under the bar code."),
        "stamp_day": mark("Write the day of the stamp, which can't be in the future."),
        "stamp_one": mark(
            "Write the number and the day of the stamp, or the reference of the payment: one of "
            "the two."
        ),
        "stamp_not_due": mark("This application pays no stamp duty."),
    }
)


@transaction()
def record_stamp(
    application: Application, actor: Any, version: int, **paid: str
) -> StampDuty | None:
    """Keep `serial` and `issued_on`, or `reference`, as typed; all blank takes it back.

    `version` is that of the row the page showed, 0 where there was none; Stale otherwise.
    """
    require_signing(application, actor)
    stamp = stamp_of(application)
    if not stamp.is_due:
        raise WrongState("stamp_not_due")
    row = stamp.given
    if version != (row.version if row else 0):
        raise Stale
    columns = read_stamp(**paid)
    if row is not None and not columns:
        db.session.delete(row)
        db.session.flush()
        audit.record("application.clear_stamp", application, actor)
        return None
    if not columns:
        raise Invalid("stamp_one", "serial")
    row = row or StampDuty(application_id=application.id)
    for name in ("serial", "issued_on", "reference"):
        setattr(row, name, columns.get(name))
    row.recorded_at, row.recorded_by_id = clock.now(), actor.id
    db.session.add(row)
    db.session.flush()
    audit.record(
        "application.record_stamp", application, actor, facts={"fields": audit.FieldNames(columns)}
    )
    return row


def read_stamp(serial: str = "", issued_on: str = "", reference: str = "") -> dict[str, Any]:
    """Return the columns that the texts mean; nothing where all are blank."""
    serial, issued_on, reference = serial.strip(), issued_on.strip(), reference.strip()
    if not (serial or issued_on or reference):
        return {}
    if reference:
        if serial or issued_on:
            raise Invalid("stamp_one", "reference")
        return {"reference": parse.line(reference)[:LONGEST_REFERENCE]}
    return {"serial": read_serial(serial), "issued_on": read_day(issued_on)}


def read_serial(text: str) -> str:
    """Return the number of a stamp, blanks taken away."""
    digits = "".join(text.split())
    if not SERIAL.fullmatch(digits):
        raise Invalid("stamp_serial", "serial")
    return digits


def read_day(text: str) -> date:
    """Return the day a stamp was issued."""
    with beside("issued_on"):
        day: date = parse.date(text)
    if day > clock.today():
        raise Invalid("stamp_day", "issued_on")
    return day
