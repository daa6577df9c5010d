"""What is typed to correct automatic points."""

from __future__ import annotations

from decimal import Decimal

from portal import parse
from portal.i18n import lazy
from portal.web import AreaField, TextField, VersionedForm

LONGEST_REASON = 1_000


def read_points(text: str) -> Decimal:
    """Read points with at most two decimals, with a comma or a point."""
    return parse.amount(text, Decimal(0))


class OverrideForm(VersionedForm):
    """The points that count and why; its version is the points that the page showed."""

    points = TextField(lazy("Points that count"), parse=read_points)
    reason = AreaField(
        lazy("Why"),
        limit=LONGEST_REASON,
        help=lazy("The applicant and the committee read it beside the points."),
    )

    @property
    def hundredths(self) -> int:
        """Return the points typed, in hundredths."""
        return int((self.points.value or Decimal(0)) * 100)


def points_typed(hundredths: int) -> str:
    """Return points as they are typed here."""
    return str((Decimal(hundredths) / 100).normalize() + 0).replace(".", ",")
