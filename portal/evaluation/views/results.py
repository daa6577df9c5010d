"""The page of results, what to discuss first, and the results as a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.calls.engine import is_ranked
from portal.errors import NotFound
from portal.evaluation import engine, queries
from portal.evaluation.views import sheet_files
from portal.evaluation.views.blueprint import asked_round, blueprint, page_url
from portal.evaluation.views.missing import missing_line
from portal.i18n import _, current_language, pick
from portal.permissions import can
from portal.spreadsheets import MIME
from portal.web import access, actor, page


@blueprint.get("/gestione/avvisi/<code>/risultati")
@access("results.read")
def show_results(code: str) -> ResponseReturnValue:
    """Show the results of the sheets sent so far."""
    call = queries.get_call_for(code, actor(), "results.read")
    rounds = queries.rounds_of(call)
    found = queries.chosen_of(rounds, asked_round())
    if found is None:
        return page("evaluation/no_results.html", call=call)
    listing = queries.read_results_listing(request.args)
    shown = columns_of(found, listing)
    ranking = queries.ranking_shown(found, actor())
    may_draw = is_drawn_by(actor(), found, ranking)
    return page(
        "evaluation/show_results.html",
        call=call,
        round=found,
        rounds=rounds,
        listing=listing,
        columns=heads_of(found, shown, listing),
        cells=shown,
        results=queries.results_of(found, actor(), listing),
        labels=labels_of(found),
        show=partial(engine.points_in, current_language()),
        page_url=page_url,
        ranking=ranking,
        may_draw=may_draw,
        missing=missing_to_draw(found) if may_draw else [],
        may_assign=can(actor(), "assignment.create", call),
    )


def is_drawn_by(user: Any, found: Any, ranking: Any) -> bool:
    """Tell whether `user` draws the ranking of a round that has one, until it is published."""
    if not is_ranked(found.call) or (ranking is not None and ranking.published_at is not None):
        return False
    return can(user, "ranking.draw", found.call) and queries.sees_all(user, found)


def missing_to_draw(found: Any) -> list[dict[str, Any]]:
    """Return what is still missing before the ranking of a round can be drawn."""
    return [missing_line(each, found) for each in queries.hindrances_to_draw(found)]


@blueprint.get("/gestione/avvisi/<code>/risultati/da-discutere")
@access("results.read")
def show_discussion(code: str) -> ResponseReturnValue:
    """Show where the evaluators differ most, what each criterion comes to, and who is awaited."""
    call = queries.get_call_for(code, actor(), "results.read")
    found = queries.get_round(code, actor(), "results.read", asked_round())
    return page(
        "evaluation/show_discussion.html",
        call=call,
        round=found,
        rounds=queries.rounds_of(call),
        disputed=queries.disputed_in(found, actor()),
        means=queries.means_of(found, actor()),
        awaited=queries.awaited_in(found, actor()),
        labels=labels_of(found),
    )


@blueprint.get("/gestione/avvisi/<code>/risultati/esporta/<kind>")
@access("results.read", logged="export")
def export_results(code: str, kind: str) -> Response:
    """Hand out all the lines of the results with the columns that are shown."""
    found = queries.get_round(code, actor(), "results.read", asked_round())
    if kind not in MIME:
        raise NotFound
    listing = queries.read_results_listing(request.args)
    shown, labels = columns_of(found, listing), labels_of(found)
    heads = [
        _("Code"),
        _("Project"),
        _("Applicant"),
        *(label for _key, label, _sort in shown),
        _("Sheets sent"),
        _("Sheets assigned"),
        _("Why it is out"),
    ]
    lines = queries.all_results_of(found, actor(), listing)
    rows = [cells_of(each, shown, labels) for each in lines]
    name = f"{_('results')}-{code}-{found.number}-{clock.today():%Y-%m-%d}"
    return sheet_files.handed_out(kind, name, _("Results"), heads, rows)


def cells_of(each: Any, shown: Any, labels: dict[str, str]) -> list[Any]:
    """Return a line of the results as it is exported."""
    return [
        each.practice_code,
        each.title,
        each.applicant,
        *(sheet_files.points(value_of(each, key)) for key, _label, _sort in shown),
        each.sent,
        each.assigned,
        "; ".join(labels[key] for key in (*each.vetoes, *each.below)),
    ]


def labels_of(found: Any) -> dict[str, str]:
    """Return what the criteria of the round are called."""
    return {each.key: pick(each.label) for each in queries.grid_of_round(found).criteria}


def value_of(each: Any, key: str) -> int | None:
    """Return the points of a line in a column."""
    if key in each.criteria or not hasattr(each, key):
        return each.criteria.get(key)
    points: int | None = getattr(each, key)
    return points


def columns_of(found: Any, listing: Any) -> list[tuple[str, str, str]]:
    """Return the columns of points that are shown: what of, its name, how it is sorted by."""
    grid = queries.grid_of_round(found)
    has_bonus = any(each.is_bonus for each in grid.criteria)
    criteria = grid.judged if queries.shows_criteria(listing) else []
    return [
        ("automatic", _("Automatic"), "automatic"),
        *((each.key, pick(each.label), "") for each in criteria),
        ("judged", _("Judged"), "judged"),
        *([("bonus", _("Bonus"), "bonus")] if has_bonus else []),
        ("total", _("Total"), "total"),
        *([("standard", _("Standardised"), "")] if queries.shows_standard(listing) else []),
        ("spread", _("Spread"), "spread"),
    ]


def heads_of(
    found: Any, shown: Sequence[tuple[str, str, str]], listing: Any
) -> list[dict[str, Any]]:
    """Return the heads of the results; a second click on the same one turns the order round."""

    def head(label: str, sort: str, numeric: bool = True) -> dict[str, Any]:
        if not sort:
            return {"label": label, "numeric": numeric}
        is_current = listing.sort == sort
        turned = "asc" if is_current and listing.descending else "desc"
        address = listing.values(sort=sort, dir=turned, page="")
        now = "desc" if listing.descending else "asc"
        return {
            "label": label,
            "numeric": numeric,
            "sort_url": url_for(
                ".show_results", code=found.call.code, turno=found.number, **address
            ),
            "direction": now if is_current else "",
        }

    return [
        head(_("Project"), "code", numeric=False),
        *(head(label, sort) for _key, label, sort in shown),
        head(_("Sheets"), "sent"),
    ]
