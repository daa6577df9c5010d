"""What one tries on a grid: other weights and least marks, a criterion left out, another ceiling.

Sent by GET: it changes nothing, and its address can be kept.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portal import parse
from portal.evaluation.forms.automatic import points_typed, read_points
from portal.grids.engine import Grid, Trial
from portal.i18n import _, lazy, pick
from portal.web import FilterForm, TextField, TickField


class TryForm(FilterForm):
    """The ceiling; the fields of each criterion are added by `try_form`."""

    grid: Grid
    bonus_ceiling = TextField(
        lazy("All bonuses together add at most"), parse=read_points, required=False
    )

    def trial(self) -> Trial:
        """Return what is to be tried."""
        keys = [each.key for each in self.grid.criteria]
        judged = [each.key for each in self.grid.judged]
        return Trial(
            weights={key: Decimal(self[f"weight_{key}"].value or 0) for key in keys},
            minimums={key: self[f"minimum_{key}"].value for key in judged},
            dropped=frozenset(key for key in keys if self[f"drop_{key}"].value),
            bonus_ceiling=self.bonus_ceiling.value,
        )


def try_form(grid: Grid, sent: Any) -> TryForm:
    """Return the form of a grid as it stands, or as the address says."""
    ceiling = grid.bonus_ceiling_hundredths
    fields: dict[str, Any] = {"grid": grid}
    standing: dict[str, Any] = {"bonus_ceiling": "" if ceiling is None else points_typed(ceiling)}
    for each in grid.criteria:
        label = pick(each.label)
        fields[f"weight_{each.key}"] = TextField(
            _("Weight of “%(label)s”", label=label), parse=read_points
        )
        fields[f"drop_{each.key}"] = TickField(_("Leave out “%(label)s”", label=label))
        standing[f"weight_{each.key}"] = points_typed(each.maximum_hundredths)
    for judged in grid.judged:
        label = _("Least mark of “%(label)s”", label=pick(judged.label))
        most = judged.scale

        def read(text: str, most: int = most) -> int:
            return parse.integer(text, 0, most)

        fields[f"minimum_{judged.key}"] = TextField(label, parse=read, required=False)
        standing[f"minimum_{judged.key}"] = str(judged.minimum or "")
    made = type("Made", (TryForm,), fields)
    form: TryForm = made(formdata=sent, data=standing)
    return form
