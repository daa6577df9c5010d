"""Two dossiers side by side on one criterion."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.evaluation import queries
from portal.evaluation.views.blueprint import blueprint
from portal.web import access, actor, page


@blueprint.get("/valutazioni/<practice_code>/confronto")
@access("sheet.read", logged="read")
def compare_dossiers(practice_code: str) -> ResponseReturnValue:
    """Read what one says of two dossiers on a criterion, beside what is written in them."""
    sheet = queries.get_sheet(practice_code, actor())
    others = queries.comparable_with(actor(), sheet)
    criterion = queries.chosen_criterion(sheet, request.args.get("criterio", ""))
    return page(
        "evaluation/compare_dossiers.html",
        practice_code=sheet.application.practice_code,
        others=others,
        chosen=request.args.get("con", ""),
        criteria=queries.grid_of_sheet(sheet).judged,
        criterion=criterion,
        sides=sides_of(sheet, request.args.get("con", ""), criterion),
    )


def sides_of(sheet: Any, other: str, criterion: Any) -> list[Any]:
    """Return the two sides, once the other dossier is chosen."""
    if not other:
        return []
    pair = queries.get_pair(actor(), sheet.application.practice_code, other)
    return [queries.compare_on(each, criterion) for each in pair]
