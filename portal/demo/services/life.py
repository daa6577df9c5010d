"""What happens to the demo's calls before and after they are published."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

from portal import clock
from portal.calls.engine import load_blueprint
from portal.calls.models import Call
from portal.calls.services import (
    import_call,
    open_amendment,
    publish_amendment,
    save_amendment,
)

REASON = "Nel testo mancava che si può chiedere aiuto per compilare la candidatura."
ACT = {"kind": "determination", "number": "DD/1 (esempio)", "unit": "Ufficio comune (esempio)"}
HELP = {
    "it": "Se ti serve aiuto per compilare, chiedi un appuntamento all'ufficio.",
    "en": "If you need help with filling in, ask the office for an appointment.",
}


def prepare_call(staff: Any, year: str, at: datetime) -> Call:
    """Begin a call that nobody has published: its form is there to be changed."""
    next_year = int(year) + 1
    definition = {
        **load_blueprint("labour-intermediaries"),
        "code": f"intermediazione-lavoro-{next_year}",
        "title": {
            "it": f"Progetti di intermediazione al lavoro {next_year} (esempio)",
            "en": f"Labour intermediation projects {next_year} (example)",
        },
        "opens": f"{next_year}-09-01T09:00",
        "closes": f"{next_year}-10-30T12:00",
    }
    with clock.at(at):
        return import_call(definition, staff)


def amend_call(call: Call, staff: Any, at: datetime) -> None:
    """Amend a published call: one sentence more, and its banner with the act."""
    with clock.at(at):
        amendment = open_amendment(call, staff)
        said = copy.deepcopy(dict(amendment.definition))
        said["sheet"]["how_to"].append(HELP)
        saved = save_amendment(call, staff, said, amendment.version)
        act = {**ACT, "date": clock.rome_date(at).isoformat()}
        publish_amendment(call, staff, REASON, act, saved.version)
