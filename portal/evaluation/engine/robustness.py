"""How firm a ranking stands: the same scores under rules or voices that are a little different.

Each weight a tenth higher and lower, each evaluator left out, all made equally generous, mean for
median. Who changes side of the line in any of them, and how far each dossier moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from portal.calls.schemas.procedure import Method
from portal.evaluation.engine.rankings import Place, Standing, rank
from portal.evaluation.engine.sharing import Limits, share_out
from portal.evaluation.engine.standard import half_up, hand_of, standard_of

TENTHS = 10
FOR_ALL = 2  # all equally strict, mean for median


class Kind(StrEnum):
    """What is changed in a trial."""

    HEAVIER = "heavier"
    LIGHTER = "lighter"
    WITHOUT = "without"
    STANDARD = "standard"
    METHOD = "method"


@dataclass(frozen=True)
class Rule:
    """A criterion as far as adding up looks at it; points are hundredths."""

    key: str
    weight: int
    is_bonus: bool = False
    is_veto: bool = False
    minimum: int | None = None


@dataclass(frozen=True)
class Voice:
    """What one evaluator gave to one criterion of an application."""

    application_id: int
    evaluator_id: int
    key: str
    points: int


@dataclass(frozen=True)
class Material:
    """All that a round is ranked on, read once.

    `fixed` are points that no sheet decides, by application and criterion: automatic ones, and
    what the committee agreed on.
    """

    standings: Sequence[Standing]
    voices: Sequence[Voice]
    fixed: Mapping[int, Mapping[str, int]]
    agreed: Mapping[int, Mapping[str, int]]
    rules: Sequence[Rule]
    method: Method
    ceiling: int | None
    threshold: int
    breakers: Sequence[str]
    limits: Limits


@dataclass(frozen=True)
class Mover:
    """A dossier that changes side of the line in a trial."""

    practice_code: str
    comes_in: bool
    place: int
    place_then: int
    total: int
    total_then: int


@dataclass(frozen=True)
class Trial:
    """One thing changed, and who changes side by it; `subject` is a criterion or an evaluator."""

    kind: Kind
    subject: str
    movers: Sequence[Mover]


@dataclass(frozen=True)
class Range:
    """Where a dossier stands, and the best and worst place it has in any trial."""

    practice_code: str
    place: int
    best: int
    worst: int
    is_in: bool
    changes: int


@dataclass(frozen=True)
class Robustness:
    """What all trials come to; `line` is how many come in."""

    line: int
    trials: Sequence[Trial]
    ranges: Sequence[Range]

    @property
    def moved(self) -> int:
        """Return how many dossiers change side in some trial."""
        return sum(each.changes > 0 for each in self.ranges)


Points = dict[str, int | None]


@dataclass
class Bench:
    """The material in the order that trials need it: by application, then by criterion."""

    material: Material
    voices: dict[int, dict[str, list[tuple[int, int]]]] = field(default_factory=dict)
    base: dict[int, Points] = field(default_factory=dict)

    @classmethod
    def of(cls, material: Material) -> Bench:
        """Return the material laid out, with the points of every criterion as they are."""
        bench = cls(material)
        for each in material.voices:
            by_key = bench.voices.setdefault(each.application_id, {})
            by_key.setdefault(each.key, []).append((each.evaluator_id, each.points))
        for standing in material.standings:
            id_ = standing.application_id
            bench.base[id_] = bench.points(id_, material.method)
        return bench

    def points(self, id_: int, method: Method, without: int | None = None) -> Points:
        """Return the points of each criterion, perhaps without somebody's voice."""
        found: Points = dict(self.material.fixed.get(id_, {}))
        for key, voices in self.voices.get(id_, {}).items():
            found[key] = consolidate([x for who, x in voices if who != without], method)
        found.update(self.material.agreed.get(id_, {}))
        return found

    def added(self, standing: Standing, points: Points) -> Standing:
        """Return the standing that these points give."""
        rules, ceiling = self.material.rules, self.material.ceiling
        bonus = sum(points.get(rule.key) or 0 for rule in rules if rule.is_bonus)
        plain = sum(points.get(rule.key) or 0 for rule in rules if not rule.is_bonus)
        return totalled(standing, plain, bonus if ceiling is None else min(bonus, ceiling))


def totalled(standing: Standing, plain: int, bonus: int) -> Standing:
    """Return the standing with another total; what is automatic in it is not told apart."""
    return replace(standing, automatic=0, judged=plain, bonus=bonus)


def consolidate(points: Sequence[int], method: Method) -> int | None:
    """Return the mean or the median of points, half a hundredth rounded up."""
    if not points:
        return None
    if method is Method.MEAN:
        return half_up(sum(points), len(points))
    ordered, half = sorted(points), len(points) // 2
    return ordered[half] if len(points) % 2 else half_up(ordered[half - 1] + ordered[half], 2)


def count_trials(material: Material) -> int:
    """Return how many trials there are: two a criterion, one an evaluator, two for all."""
    judges = {each.evaluator_id for each in material.voices}
    return 2 * len(material.rules) + len(judges) + FOR_ALL


def robustness_of(
    material: Material, tell: Callable[[int], None] = lambda done: None
) -> Robustness:
    """Return what every trial comes to: each one a pass over the dossiers, then `tell` how many."""
    bench = Bench.of(material)
    base = ranked(material, material.standings)
    start = {each.standing.application_id: each for each in base}
    best = {id_: each.position for id_, each in start.items()}
    worst, changes = dict(best), dict.fromkeys(best, 0)
    trials = []
    for kind, subject, standings in trials_of(bench):
        movers = []
        for each in ranked(material, standings):
            id_ = each.standing.application_id
            best[id_] = min(best[id_], each.position)
            worst[id_] = max(worst[id_], each.position)
            if each.is_selected != start[id_].is_selected:
                changes[id_] += 1
                movers.append(mover(start[id_], each))
        trials.append(Trial(kind, subject, sorted(movers, key=lambda x: x.place)))
        tell(len(trials))
    ranges = [
        Range(
            each.standing.practice_code,
            each.position,
            best[id_],
            worst[id_],
            each.is_selected,
            changes[id_],
        )
        for id_, each in start.items()
    ]
    return Robustness(sum(each.is_selected for each in base), trials, ranges)


def ranked(material: Material, standings: Sequence[Standing]) -> list[Place]:
    """Return the ranking that standings give, with who comes in."""
    return share_out(rank(standings, material.breakers, material.threshold), material.limits)


def mover(before: Place, after: Place) -> Mover:
    """Return who changes side, from where to where."""
    return Mover(
        practice_code=before.standing.practice_code,
        comes_in=after.is_selected,
        place=before.position,
        place_then=after.position,
        total=before.standing.total,
        total_then=after.standing.total,
    )


def trials_of(bench: Bench) -> Iterator[tuple[Kind, str, list[Standing]]]:
    """Yield each trial with the standings it gives."""
    for rule in bench.material.rules:
        for kind, sign in ((Kind.HEAVIER, 1), (Kind.LIGHTER, -1)):
            yield kind, rule.key, [weighted(bench, x, rule, sign) for x in bench.material.standings]
    for evaluator_id in sorted({each.evaluator_id for each in bench.material.voices}):
        yield Kind.WITHOUT, str(evaluator_id), without(bench, evaluator_id)
    yield Kind.STANDARD, "", standardised(bench)
    other = Method.MEDIAN if bench.material.method is Method.MEAN else Method.MEAN
    yield (
        Kind.METHOD,
        other.value,
        [anew(bench, x, bench.points(x.application_id, other)) for x in bench.material.standings],
    )


def weighted(bench: Bench, standing: Standing, rule: Rule, sign: int) -> Standing:
    """Return a standing with one weight a tenth higher or lower, all made 100 again.

    A bonus adds to the 100 and changes alone.
    """
    material, points = bench.material, bench.base[standing.application_id]
    own = points.get(rule.key) or 0
    if rule.is_bonus:
        return bench.added(standing, points | {rule.key: half_up(own * (TENTHS + sign), TENTHS)})
    whole = sum(each.weight for each in material.rules if not each.is_bonus)
    plain = sum(points.get(each.key) or 0 for each in material.rules if not each.is_bonus)
    changed = half_up((TENTHS * plain + sign * own) * whole, TENTHS * whole + sign * rule.weight)
    return totalled(standing, changed, standing.bonus)


def without(bench: Bench, evaluator_id: int) -> list[Standing]:
    """Return the standings without somebody's sheets; a dossier that he alone judged stays."""
    found = []
    for standing in bench.material.standings:
        id_ = standing.application_id
        judges = {who for voices in bench.voices.get(id_, {}).values() for who, _points in voices}
        if evaluator_id not in judges or len(judges) == 1:
            found.append(standing)
            continue
        points = bench.points(id_, bench.material.method, evaluator_id)
        found.append(anew(bench, standing, points, evaluator_id))
    return found


def anew(bench: Bench, standing: Standing, points: Points, gone: int | None = None) -> Standing:
    """Return a standing with points added up anew, and vetoes and least points looked at again."""
    id_, vetoes, below = standing.application_id, [], []
    for rule in bench.material.rules:
        if rule.minimum is None:
            continue
        own = points.get(rule.key)
        if rule.is_veto:
            agreed = bench.material.agreed.get(id_, {}).get(rule.key)
            given = [x for who, x in bench.voices.get(id_, {}).get(rule.key, ()) if who != gone]
            lowest = min(given, default=None) if agreed is None else agreed
            if lowest is not None and lowest < rule.minimum:
                vetoes.append(rule.key)
        elif own is not None and own < rule.minimum:
            below.append(rule.key)
    added = bench.added(standing, points)
    return replace(added, vetoes=tuple(vetoes), below=tuple(below))


def standardised(bench: Bench) -> list[Standing]:
    """Return the standings as if every evaluator were equally generous."""
    sheets: dict[tuple[int, int], int] = {}
    plain = {rule.key for rule in bench.material.rules if not rule.is_bonus}
    for each in bench.material.voices:
        if each.key in plain:
            pair = (each.application_id, each.evaluator_id)
            sheets[pair] = sheets.get(pair, 0) + each.points
    by_hand: dict[int, list[int]] = {}
    for (_application, evaluator_id), points in sheets.items():
        by_hand.setdefault(evaluator_id, []).append(points)
    hands = {key: hand_of(points) for key, points in by_hand.items()}
    means = standard_of(((*pair, points) for pair, points in sheets.items()), hands)
    found = []
    for standing in bench.material.standings:
        fixed = bench.material.fixed.get(standing.application_id, {})
        judged = means.get(standing.application_id)
        automatic = sum(points for key, points in fixed.items() if key in plain)
        found.append(
            standing if judged is None else totalled(standing, automatic + judged, standing.bonus)
        )
    return found


def as_json(found: Robustness) -> dict[str, Any]:
    """Return what was found as a job keeps it."""
    return {
        "line": found.line,
        "trials": [
            {"kind": x.kind.value, "subject": x.subject, "movers": [vars(m) for m in x.movers]}
            for x in found.trials
        ],
        "ranges": [vars(each) for each in found.ranges],
    }


def from_json(found: Mapping[str, Any]) -> Robustness:
    """Return what a job kept."""
    trials = [
        Trial(Kind(x["kind"]), x["subject"], [Mover(**m) for m in x["movers"]])
        for x in found["trials"]
    ]
    return Robustness(found["line"], trials, [Range(**each) for each in found["ranges"]])
