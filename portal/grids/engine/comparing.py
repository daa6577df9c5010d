"""Two versions of a grid side by side: what came, what went, what changed from what to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.grids.engine.grid import AutomaticCriterion, Grid, JudgedCriterion
from portal.grids.engine.scoring import format_points
from portal.grids.engine.ties import tie_words
from portal.grids.schemas import CommentRule
from portal.i18n import _, lazy, pick

AnyCriterion = AutomaticCriterion | JudgedCriterion


class ChangeKind(StrEnum):
    """What has become of a criterion, or of the grid as a whole."""

    ADDED = "added"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True)
class Difference:
    """A property that is not the same: as it was and as it is, in words."""

    label: Any
    before: str
    after: str


@dataclass(frozen=True)
class GridChange:
    """A criterion that came, went or changed; one without a key is the grid as a whole."""

    key: str
    label: str
    kind: ChangeKind
    differences: Sequence[Difference] = ()


COMMENT_WORDS: Mapping[CommentRule, Any] = {
    CommentRule.ALWAYS: lazy("Always"),
    CommentRule.LOW: lazy("For low marks and at the ends of the scale"),
    CommentRule.NEVER: lazy("Never"),
}


def compare_grids(before: Grid, after: Grid) -> list[GridChange]:
    """What differs between two grids: the whole first, then criteria in their order."""
    old = {each.key: each for each in before.criteria}
    new = {each.key: each for each in after.criteria}
    found = []
    whole = list(_different(_whole(before), _whole(after)))
    if whole:
        found.append(GridChange("", _("The grid as a whole"), ChangeKind.CHANGED, whole))
    for key, each in new.items():
        if key not in old:
            facts = [Difference(k, "", said) for k, said in _facts(each).items() if said]
            found.append(GridChange(key, pick(each.label), ChangeKind.ADDED, facts))
            continue
        changed = list(_different(_facts(old[key]), _facts(each)))
        if changed:
            found.append(GridChange(key, pick(each.label), ChangeKind.CHANGED, changed))
    for key, each in old.items():
        if key not in new:
            facts = [Difference(k, said, "") for k, said in _facts(each).items() if said]
            found.append(GridChange(key, pick(each.label), ChangeKind.GONE, facts))
    return found


def _different(before: Mapping[Any, str], after: Mapping[Any, str]) -> Iterator[Difference]:
    for label in dict.fromkeys([*before, *after]):
        old, new = before.get(label, ""), after.get(label, "")
        if old != new:
            yield Difference(label, old, new)


def _whole(grid: Grid) -> dict[str, str]:
    labels = {each.key: pick(each.label) for each in grid.criteria}
    ceiling = grid.bonus_ceiling_hundredths
    breakers = [tie_words(tie, labels) for tie in grid.ties]
    return {
        _("Order of the criteria"): ", ".join(labels.values()),
        _("Ceiling of the bonuses"): "" if ceiling is None else format_points(ceiling),
        _("Ties are decided by"): ", ".join(breakers),
        _("Priority areas"): "; ".join(
            f"{pick(each.label)} ({len(each.municipalities)})" for each in grid.areas
        ),
    }


def _facts(criterion: AnyCriterion) -> dict[str, str]:
    """Every property of a criterion in words; what is blank doesn't hold."""
    found = {
        _("Name"): pick(criterion.label),
        _("Explanation"): pick(criterion.help) if criterion.help else "",
        _("Weight"): format_points(criterion.maximum_hundredths),
        _("Bonus"): _yes(criterion.is_bonus),
    }
    if isinstance(criterion, AutomaticCriterion):
        return found | _automatic_facts(criterion)
    return found | _judged_facts(criterion)


def _automatic_facts(criterion: AutomaticCriterion) -> dict[str, str]:
    points = {word: format_points(int(each * 100)) for word, each in criterion.points.items()}
    extra = [
        f"{pick(each.label)} +{format_points(int(each.points * 100))}" for each in criterion.extra
    ]
    return {
        _("What it looks at"): criterion.source,
        _("Points"): ", ".join(f"{word} {points[word]}" for word in sorted(points)),
        _("All others"): format_points(int(criterion.otherwise * 100)),
        _("More points for some municipalities"): "; ".join(extra),
    }


def _judged_facts(criterion: JudgedCriterion) -> dict[str, str]:
    guidance = [f"{number}: {pick(text)}" for number, text in enumerate(criterion.guidance)]
    return {
        _("Highest mark"): str(criterion.scale),
        _("What each mark means"): "; ".join(guidance),
        _("A comment is compulsory"): str(COMMENT_WORDS[criterion.comment_rule]),
        _("Least mark that is enough"): str(criterion.minimum or ""),
        _("Veto"): _yes(criterion.is_veto),
        _("May be said to be not assessable"): _yes(criterion.allows_abstention),
    }


def _yes(holds: bool) -> str:
    return _("yes") if holds else ""
