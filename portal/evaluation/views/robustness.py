"""How firm a ranking stands, with its picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask.typing import ResponseReturnValue

from portal.errors import NotFound
from portal.evaluation import queries, services
from portal.evaluation.engine.robustness import Kind
from portal.evaluation.views.blueprint import asked_round, blueprint
from portal.i18n import _, pick
from portal.permissions import can
from portal.web import access, actor, go, page, say

AROUND = 15  # dossiers shown on each side of the line, beside those that move
MOST_SHOWN = 60
LEFT, WIDTH, ROW, TOP = 130, 500, 22, 26


@dataclass(frozen=True)
class Bar:
    """A dossier in the picture: where its range begins and ends, and where it stands."""

    code: str
    y: int
    start: int
    end: int
    dot: int
    is_in: bool


@dataclass(frozen=True)
class Picture:
    """Ranges side by side; `line` is where the last place that comes in ends."""

    bars: Sequence[Bar]
    line: int
    height: int
    width: int = LEFT + WIDTH + 20
    left: int = LEFT


@blueprint.get("/gestione/avvisi/<code>/graduatoria/robustezza")
@access("results.read")
def show_robustness(code: str) -> ResponseReturnValue:
    """Show who changes side of the line when weights, voices or rules change a little."""
    found = round_for(code, "results.read")
    shown = queries.robustness_shown(found)
    near = [] if shown.found is None else near_line(shown.found)
    return page(
        "evaluation/show_robustness.html",
        call=found.call,
        round=found,
        rounds=queries.rounds_of(found.call),
        shown=shown,
        near=near,
        picture=picture_of(near, shown.found.line) if shown.found and near else None,
        trials=[] if shown.found is None else said_trials(shown.found, found),
        may_try=can(actor(), "ranking.try", found.call),
    )


@blueprint.post("/gestione/avvisi/<code>/graduatoria/robustezza")
@access("ranking.try")
def ask_robustness(code: str) -> ResponseReturnValue:
    """Have it worked out, where there are too many dossiers to wait for."""
    found = round_for(code, "ranking.try")
    services.ask_robustness(found, actor())
    say(_("It is being worked out: the page shows it in a minute."))
    return go("evaluation.show_robustness", code=code, turno=found.number)


def round_for(code: str, action: str) -> Any:
    """Return the round that is asked for, to who is kept from none of it."""
    found = queries.get_round(code, actor(), action, asked_round())
    if not queries.sees_all(actor(), found):
        raise NotFound
    return found


def near_line(found: Any) -> list[Any]:
    """Return the dossiers that move, and those next to the line, in their order."""
    near = range(found.line - AROUND, found.line + AROUND + 1)
    return [each for each in found.ranges if each.changes or each.place in near][:MOST_SHOWN]


def picture_of(near: Sequence[Any], line: int) -> Picture:
    """Return where everything stands in the picture, the best places at the left."""
    first = min(each.best for each in near)
    last = max(each.worst for each in near)
    span = max(last - first, 1)

    def across(place: float) -> int:
        return round(LEFT + WIDTH * (place - first) / span)

    bars = [
        Bar(
            each.practice_code,
            TOP + ROW * number,
            across(each.best),
            across(each.worst),
            across(each.place),
            each.is_in,
        )
        for number, each in enumerate(near)
    ]
    edge = min(across(line + 0.5), LEFT + WIDTH + 14)
    return Picture(bars, edge, TOP + ROW * len(near))


def said_trials(found: Any, of_round: Any) -> list[tuple[str, Any]]:
    """Return each trial in words, with who changes side in it."""
    labels = {each.key: pick(each.label) for each in queries.grid_of_round(of_round).criteria}
    names = queries.judges_of(of_round)
    return [(said(each, labels, names), each) for each in found.trials]


def said(trial: Any, labels: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Return in words what is changed in a trial."""
    if trial.kind is Kind.HEAVIER:
        return _("“%(criterion)s” weighs a tenth more", criterion=labels[trial.subject])
    if trial.kind is Kind.LIGHTER:
        return _("“%(criterion)s” weighs a tenth less", criterion=labels[trial.subject])
    if trial.kind is Kind.WITHOUT:
        return _("Without the sheets of %(name)s", name=names.get(trial.subject, trial.subject))
    if trial.kind is Kind.STANDARD:
        return _("With standardised scores")
    return _("With the median") if trial.subject == "median" else _("With the mean")
