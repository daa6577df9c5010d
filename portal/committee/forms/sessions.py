"""Forms about a session and its agenda."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from portal import clock, parse
from portal.errors import Invalid, declare, mark
from portal.i18n import _, lazy
from portal.web import ChoiceField, PortalForm, TextField, TickField, VersionedForm

LINK = re.compile(r"https://[^\s<>\"]+")

declare({"session_link": mark("Write the whole address, beginning with https://")})


def read_link(text: str) -> str:
    """Read where people meet at a distance."""
    link = parse.line(text)
    if not LINK.fullmatch(link):
        raise Invalid("session_link")
    return link


class SessionForm(VersionedForm):
    """When and where; at least one of place and link."""

    scheduled_at = TextField(
        lazy("Day and hour"),
        parse=parse.deadline,
        help=lazy("Time of Rome."),
        render_kw={"type": "datetime-local"},
    )
    place = TextField(lazy("Where it is held"), parse=parse.line, required=False)
    link = TextField(
        lazy("Link to meet at a distance"),
        parse=read_link,
        required=False,
        help=lazy("Left blank where everybody comes to the place."),
    )

    def facts(self) -> dict[str, Any]:
        """Return what the service wants."""
        return {
            "scheduled_at": self.scheduled_at.value,
            "place": self.place.value or "",
            "link": self.link.value or "",
        }


class PlanForm(SessionForm):
    """A session that isn't planned yet: on which round."""

    turn = ChoiceField(lazy("Which evaluation"))


def offer_rounds(form: PlanForm, rounds: Iterable[Any]) -> None:
    """Put the evaluations of a call into the form, the newest chosen."""
    form.turn.choices = [
        (str(each.number), _("Evaluation %(number)s", number=each.number)) for each in rounds
    ]
    if form.turn.data is None and form.turn.choices:
        form.turn.data = form.turn.choices[-1][0]


def texts_of(session: Any) -> dict[str, str]:
    """Return a session as its form shows it."""
    local = clock.to_rome(session.scheduled_at)
    return {
        "version": str(session.version),
        "scheduled_at": local.strftime("%Y-%m-%dT%H:%M"),
        "place": session.place,
        "link": session.link,
    }


class OtherItemForm(PortalForm):
    """An item that is neither a dossier nor the ranking."""

    title = TextField(lazy("What it is about"), parse=parse.line)
    money = TickField(
        lazy("It decides on money"),
        help=lazy(
            "A decision on money needs the vote in favour of the promoter whose money it is."
        ),
    )
