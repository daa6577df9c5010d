"""Calls for the tests of a call's life: shipped, with the short form of the tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal import clock
from portal.calls import services
from portal.calls.engine import load_blueprint
from portal.calls.models import Call
from tests.make_definitions import FORM, GRID

# What an applicant would have to do besides filling in.
FORMALITIES = ("signature_modes", "representative_confirms", "stamp_duty", "money")


def draft_call(staff: Any, code: str = "avviso", **facts: Any) -> Call:
    """A draft, open around now, without formalities; what is None is left out."""
    now, days = clock.now(), timedelta(days=9)
    shipped = {**load_blueprint("social-innovation"), "form": FORM, "grid": GRID, "code": code}
    said = {**shipped, "opens": now - days, "closes": now + days, **facts}
    kept = {
        name: value
        for name, value in said.items()
        if value is not None and (name in facts or name not in FORMALITIES)
    }
    return services.import_call(kept, staff)


def published_call(staff: Any, code: str = "avviso", **facts: Any) -> Call:
    """The same, published."""
    call = draft_call(staff, code, **facts)
    services.publish_call(call, staff)
    return call
