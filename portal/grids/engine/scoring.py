"""Points from facts and marks, and their reasons in plain words.

Points are whole hundredths of a point everywhere, so that sums and means are exact.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal import i18n, parse
from portal.definitions import Text
from portal.errors import Invalid, InvalidMany, declare, mark
from portal.grids.engine.grid import AutomaticCriterion, Grid, JudgedCriterion, to_hundredths
from portal.grids.schemas import (
    ANSWER,
    MUNICIPALITY_AREA,
    ORGANISATION_TYPE,
    PRIORITY_AREA,
    SECTOR,
)
from portal.i18n import _, ngettext
from portal.registry.engine import MUNICIPALITIES, ORGANISATION_LABELS

LONGEST_COMMENT = 2_000

declare(
    {
        "mark_missing": mark("Give a mark: a blank one is not a zero."),
        "mark_out_of_scale": mark("Choose a mark from 0 to %(scale)s."),
        "abstention_refused": mark("This criterion is always assessable: give a mark."),
        "comment_missing": mark("Write in a few words why you give this mark."),
    }
)


@dataclass(frozen=True)
class Facts:
    """What automatic criteria look at; `labels` are the texts of options by question."""

    organisation_type: str
    municipality_code: str
    answers: Mapping[str, Any]
    labels: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)


@dataclass(frozen=True)
class AutomaticPoints:
    """The points of one automatic criterion and, as JSON, what they come from."""

    criterion_key: str
    points_hundredths: int
    source: dict[str, Any]


def automatic_scores(grid: Grid, facts: Facts) -> list[AutomaticPoints]:
    """The points of every automatic criterion, each with its source."""
    return [_automatic_points(criterion, facts, grid) for criterion in grid.automatic]


def _automatic_points(criterion: AutomaticCriterion, facts: Facts, grid: Grid) -> AutomaticPoints:
    """The best of the words found, with what is added for the place, up to the weight.

    Where nothing was answered there are no points: `otherwise` is for answers not listed.
    """
    values = _values(criterion, facts)
    words = [word for value in values for word in _words(criterion, value, grid)]
    base = max((criterion.points.get(word, criterion.otherwise) for word in words), default=None)
    extra = [each for each in criterion.extra if set(values) & set(each.municipalities)]
    points = (base or Decimal(0)) + sum(each.points for each in extra)
    labels = facts.labels.get(criterion.question_key, {})
    hundredths = to_hundredths(min(points, criterion.weight))
    source = {
        "kind": criterion.source_kind,
        "question": criterion.question_key,
        "values": values,
        "labels": [dict(labels[value]) for value in values if value in labels],
        "extra": [
            {"label": dict(each.label), "points_hundredths": to_hundredths(each.points)}
            for each in extra
        ],
        "points_hundredths": hundredths,
    }
    if criterion.is_by_area:
        source["areas"] = [dict(each.label) for each in grid.areas if each.key in words]
    if criterion.is_bonus:
        source["bonus"] = {"ceiling_hundredths": grid.bonus_ceiling_hundredths}
    return AutomaticPoints(criterion.key, hundredths, source)


def _values(criterion: AutomaticCriterion, facts: Facts) -> list[str]:
    """What the criterion's source says: one word, several, or none."""
    if criterion.question_key:
        found = facts.answers.get(criterion.question_key)
    elif criterion.source_kind == ORGANISATION_TYPE:
        found = facts.organisation_type
    else:
        found = facts.municipality_code
    values = found if isinstance(found, list) else [found]
    return [str(value) for value in values if value]


def _words(criterion: AutomaticCriterion, value: str, grid: Grid) -> list[str]:
    """The words that points are written for: a municipality counts by its area or areas.

    A priority area may be told by an answer, too, which is then the key of the area. What lies in
    none of them is one blank word, for which `otherwise` counts.
    """
    if criterion.is_by_area:
        found = [
            area.key
            for area in grid.areas
            if area.key in criterion.points and value in (area.key, *area.municipalities)
        ]
        return found or [""]
    if criterion.source_kind != MUNICIPALITY_AREA:
        return [value]
    place = MUNICIPALITIES.get(value)
    return [place.area if place else ""]


def mark_points(criterion: JudgedCriterion, given: int) -> int:
    """Hundredths of a point for a mark: its share of the weight, half a hundredth rounded up."""
    if given not in criterion.marks:
        raise Invalid("mark_out_of_scale", criterion.key, scale=criterion.scale)
    return (2 * given * criterion.maximum_hundredths + criterion.scale) // (2 * criterion.scale)


def sheet_total(
    grid: Grid, marks: Mapping[str, int | None], abstained: Collection[str] = ()
) -> int:
    """Hundredths of a point for the judged criteria, bonuses apart; a blank is refused by name.

    What is said to be not assessable adds nothing.
    """
    _raise(_refused_marks(grid, marks, abstained))
    return sum(
        mark_points(each, marks[each.key] or 0)
        for each in grid.judged
        if not each.is_bonus and each.key not in abstained
    )


def require_sheet(
    grid: Grid,
    marks: Mapping[str, int | None],
    comments: Mapping[str, str],
    abstained: Collection[str] = (),
) -> None:
    """Refuse a sheet with a mark or a compulsory comment missing (fields `key`, `key_comment`).

    `abstained` are the keys of the criteria said to be not assessable.
    """
    refused = _refused_marks(grid, marks, abstained)
    for criterion in grid.judged:
        given = None if criterion.key in abstained else marks.get(criterion.key)
        if given is None and criterion.key not in abstained:
            needed = criterion.comment
        else:
            needed = criterion.needs_comment(given)
        if needed and not comments.get(criterion.key, "").strip():
            refused[f"{criterion.key}_comment"] = Invalid("comment_missing")
    _raise(refused)


def _refused_marks(
    grid: Grid, marks: Mapping[str, int | None], abstained: Collection[str]
) -> dict[str, Invalid]:
    refused = {}
    for criterion in grid.judged:
        given = marks.get(criterion.key)
        if criterion.key in abstained:
            if not criterion.allows_abstention:
                refused[criterion.key] = Invalid("abstention_refused")
        elif given is None:
            refused[criterion.key] = Invalid("mark_missing")
        elif given not in criterion.marks:
            refused[criterion.key] = Invalid("mark_out_of_scale", scale=criterion.scale)
    return refused


def _raise(refused: Mapping[str, Invalid]) -> None:
    if refused:
        raise InvalidMany(refused)


def read_mark(criterion: JudgedCriterion, text: str) -> int | None:
    """The mark that was chosen; None while none is."""
    if not parse.texts.trim(text):
        return None
    try:
        return parse.integer(text, 0, criterion.scale)
    except Invalid:
        raise Invalid("mark_out_of_scale", criterion.key, scale=criterion.scale) from None


def is_below_minimum(criterion: JudgedCriterion, given: int | None) -> bool:
    """Whether a mark is lower than what is enough for the criterion."""
    return given is not None and criterion.minimum is not None and given < criterion.minimum


def format_points(hundredths: int) -> str:
    """Points as people of the language write them: ``7,5``."""
    return i18n.format_number((Decimal(hundredths) / 100).normalize() + 0)


def points_text(hundredths: int) -> str:
    """Points with their noun: ``1 punto``, ``7,5 punti``."""
    count = 1 if hundredths == 100 else 2
    points = format_points(hundredths)
    return ngettext("%(points)s point", "%(points)s points", count, points=points)


def explain(criterion: AutomaticCriterion, source: Mapping[str, Any]) -> str:
    """The points and what they come from: ``6 punti su 10: Sociale (dal profilo)``."""
    reasons = [_value_text(source), *(_extra_text(each) for each in source["extra"])]
    told = _(
        "%(points)s out of %(maximum)s: %(reason)s (%(origin)s)",
        points=points_text(source["points_hundredths"]),
        maximum=format_points(criterion.maximum_hundredths),
        reason="; ".join(reasons),
        origin=_("from the application") if source["question"] else _("from the profile"),
    )
    return f"{told}. {_bonus_text(source['bonus'])}" if "bonus" in source else told


def _bonus_text(bonus: Mapping[str, Any]) -> str:
    """What a bonus adds to: it is not one of the 100 points."""
    ceiling = bonus["ceiling_hundredths"]
    if ceiling is None:
        return _("It is a bonus: it adds to the 100 points.")
    return _(
        "It is a bonus: it adds to the 100 points; all bonuses together add at most %(ceiling)s.",
        ceiling=format_points(ceiling),
    )


def bonus_counted(grid: Grid, earned_hundredths: int) -> int:
    """What all bonuses together really add: what was earned, up to the ceiling."""
    ceiling = grid.bonus_ceiling_hundredths
    return earned_hundredths if ceiling is None else min(earned_hundredths, ceiling)


def explain_correction(computed: int, counted: int, reason: str) -> str:
    """That the office counts other points than were computed, and why."""
    return _(
        "Corrected from %(computed)s to %(counted)s by the office: %(reason)s",
        computed=format_points(computed),
        counted=points_text(counted),
        reason=reason,
    )


def _value_text(source: Mapping[str, Any]) -> str:
    values = source["values"]
    if not values:
        return _("no answer")
    if source["kind"] == PRIORITY_AREA:
        return _area_text(source)
    if source["kind"] in (ANSWER, SECTOR):
        texts = [i18n.pick(label) for label in source["labels"]]
        return ", ".join(texts or values)
    if source["kind"] == ORGANISATION_TYPE:
        return str(ORGANISATION_LABELS.get(values[0], values[0]))
    place = MUNICIPALITIES.get(values[0])
    if place is None:
        return str(values[0])
    area = _("city of Bologna") if place.area == "bologna" else _("metropolitan area")
    return f"{place.name}, {area}"


def _area_text(source: Mapping[str, Any]) -> str:
    """Which municipality, or which answer, and which priority areas it lies in."""
    places = [MUNICIPALITIES[value].name for value in source["values"] if value in MUNICIPALITIES]
    said = places or [i18n.pick(label) for label in source["labels"]] or source["values"]
    areas = [i18n.pick(label) for label in source["areas"]]
    told = ", ".join(areas) if areas else _("in no priority area")
    return f"{', '.join(said)}, {told}" if places or not areas else told


def _extra_text(extra: Mapping[str, Any]) -> str:
    return _(
        "%(label)s: %(points)s more",
        label=i18n.pick(extra["label"]),
        points=points_text(extra["points_hundredths"]),
    )
