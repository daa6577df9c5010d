"""Which evaluators judge which dossiers: every one as often as wanted, loads even, reasons said.

What must hold comes first: nobody gets a dossier he is kept from, refused or judges already, and
each dossier gets as many as can be had. Then loads are as even as that allows. Where loads leave
a choice, people of different promoters come together, and who knows the field comes first. The
same dossiers and people give the same plan, in whatever order they come.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

FIELD, STRAND, NOTHING = 0, 1, 2  # what an evaluator lacks to know a dossier's field
CLASH = 4  # two of one promoter weigh more than one who doesn't know the field
MOST_ROUNDS = 4


@dataclass(frozen=True)
class Judge:
    """An evaluator as far as a plan looks at him; `load` is how many dossiers he has already."""

    id: int
    load: int = 0
    promoters: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Need:
    """A dossier and how many evaluators it wants still.

    `judging` have it already, the promoters of those among them are `promoters`.
    """

    id: int
    wanted: int
    sector: str = ""
    strand: str = ""
    barred: frozenset[int] = frozenset()
    declined: frozenset[int] = frozenset()
    judging: frozenset[int] = frozenset()
    promoters: tuple[str, ...] = ()

    @property
    def closed_to(self) -> frozenset[int]:
        """Return who can't be given the dossier."""
        return self.barred | self.declined | self.judging

    def lacks(self, judge: Judge) -> int:
        """Return how far an evaluator is from knowing the field of the dossier."""
        if self.sector in judge.skills:
            return FIELD
        return STRAND if self.strand in judge.skills else NOTHING


class Why(StrEnum):
    """Why a dossier goes to somebody.

    The first three say what he has over others who could judge it, as the plan stands in the end;
    `chosen` and `alone` that there was no choice, the others how it came to him.
    """

    SECTOR = "sector"
    STRAND = "strand"
    PROMOTER = "promoter"
    CHOSEN = "chosen"
    ALONE = "alone"
    FEWEST = "fewest"
    LOT = "lot"
    SUITS = "suits"
    EVEN = "even"
    SWAP = "swap"
    LOAD = "load"


@dataclass(frozen=True)
class Ground:
    """One reason; `fact` is the sector, the strand, how many dossiers he had, or who is out."""

    why: Why
    fact: str | int | Gap = ""


@dataclass(frozen=True)
class Choice:
    """A dossier given to somebody, and why."""

    need_id: int
    judge_id: int
    grounds: tuple[Ground, ...]


@dataclass(frozen=True)
class Gap:
    """What a dossier lacks, and how many of those chosen can't judge it, by reason."""

    need_id: int
    missing: int
    barred: int
    declined: int
    judging: int


@dataclass(frozen=True)
class Proposal:
    """A plan: who gets what and why, what stays open, loads before and after."""

    choices: Sequence[Choice]
    gaps: Sequence[Gap]
    loads: Mapping[int, tuple[int, int]]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Return (dossier, evaluator) by id."""
        return [(each.need_id, each.judge_id) for each in self.choices]


def tie(*parts: int) -> int:
    """Return a number as good as random, the same for the same parts."""
    digest = hashlib.sha256(":".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big")


@dataclass
class _Board:
    """The plan while it is made."""

    needs: Mapping[int, Need]
    judges: Mapping[int, Judge]
    seed: int
    chosen: dict[int, set[int]] = field(default_factory=dict)
    given: dict[int, set[int]] = field(default_factory=dict)
    came: dict[tuple[int, int], Ground] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chosen = {each: set() for each in self.needs}
        self.given = {each: set() for each in self.judges}
        self.open = {
            need.id: [each for each in sorted(self.judges) if each not in need.closed_to]
            for need in self.needs.values()
        }

    def load(self, judge_id: int) -> int:
        """Return how many dossiers somebody has by now."""
        return self.judges[judge_id].load + len(self.given[judge_id])

    def give(self, need_id: int, judge_id: int, why: Ground) -> None:
        self.chosen[need_id].add(judge_id)
        self.came[need_id, judge_id] = why
        self.given[judge_id].add(need_id)

    def take(self, need_id: int, judge_id: int) -> None:
        self.chosen[need_id].discard(judge_id)
        self.given[judge_id].discard(need_id)

    def free_for(self, need_id: int) -> list[int]:
        """Return who could get a dossier besides those who do."""
        return [each for each in self.open[need_id] if each not in self.chosen[need_id]]

    def cost(self, need_id: int, judge_id: int, without: int | None = None) -> int:
        """Return how ill somebody suits a dossier beside its others, but one of them."""
        need, judge = self.needs[need_id], self.judges[judge_id]
        others = self.chosen[need_id] - {judge_id, without}
        there = [*need.promoters, *(x for each in others for x in self.judges[each].promoters)]
        clashes = sum(promoter in judge.promoters for promoter in there)
        return CLASH * clashes + need.lacks(judge)

    def gain(self, need_id: int, old: int, new: int) -> int:
        """Return how much better `new` suits a dossier than `old` does."""
        return self.cost(need_id, old) - self.cost(need_id, new, without=old)


def propose(needs: Iterable[Need], judges: Iterable[Judge], seed: int) -> Proposal:
    """Return the plan for these dossiers and people; `seed` decides where nothing else does."""
    board = _Board({each.id: each for each in needs}, {each.id: each for each in judges}, seed)
    deal_out(board)
    even_out(board)
    improve(board)
    return told(board)


def deal_out(board: _Board) -> None:
    """Give each dossier its evaluators, those with the least choice first, none above the level."""
    level = water_level(board)
    order = sorted(
        board.needs.values(),
        key=lambda need: (len(board.open[need.id]) - need.wanted, tie(board.seed, need.id)),
    )
    for need in order:
        for _turn in range(need.wanted):
            free = board.free_for(need.id)
            if not free:
                break
            best = min(free, key=lambda each: suit(board, need.id, each, level))
            board.give(need.id, best, why_dealt(board, need.id, best, free))


def suit(board: _Board, need_id: int, judge_id: int, level: int) -> tuple[int, int, int, int]:
    """Return the key by which one is chosen: the least comes first."""
    load = board.load(judge_id)
    over = max(0, load + 1 - level)
    return (over, board.cost(need_id, judge_id), load, tie(board.seed, need_id, judge_id))


def water_level(board: _Board) -> int:
    """Return the least load that is enough for all, were nobody kept from anything."""
    total = sum(min(each.wanted, len(board.open[each.id])) for each in board.needs.values())
    loads = [each.load for each in board.judges.values()]
    level = min(loads, default=0)
    while loads and sum(max(0, level - load) for load in loads) < total:
        level += 1
    return level


def even_out(board: _Board) -> None:
    """Pass dossiers on, from hand to hand if need be, while that brings two loads nearer.

    When no such path is left, the loads are as even as who may judge what allows.
    """
    while path := uneven_path(board):
        for giver, taker in zip(path, path[1:], strict=False):
            need_id = best_to_pass(board, giver, taker)
            board.take(need_id, giver)
            board.give(need_id, taker, Ground(Why.EVEN))


def uneven_path(board: _Board) -> list[int]:
    """Return people from one with more to one with fewer dossiers by two, each able to pass on."""
    for start in sorted(board.judges, key=lambda each: (-board.load(each), each)):
        came: dict[int, int | None] = {start: None}
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            for taker in sorted(takers_from(board, here) - came.keys()):
                came[taker] = here
                waiting.append(taker)
                if board.load(taker) <= board.load(start) - 2:
                    return back_to_start(came, taker)
    return []


def takers_from(board: _Board, giver: int) -> set[int]:
    """Return who could take one of somebody's new dossiers over."""
    return {each for need_id in board.given[giver] for each in board.free_for(need_id)}


def back_to_start(came: Mapping[int, int | None], end: int) -> list[int]:
    """Return the path that led to `end`, from its start."""
    path = [end]
    while (before := came[path[-1]]) is not None:
        path.append(before)
    return path[::-1]


def best_to_pass(board: _Board, giver: int, taker: int) -> int:
    """Return which of somebody's new dossiers suits another one best."""
    could = [x for x in board.given[giver] if taker in board.free_for(x)]
    return min(could, key=lambda x: (-board.gain(x, giver, taker), tie(board.seed, x, taker)))


def improve(board: _Board) -> None:
    """Move or swap dossiers between people where it suits them better and loads stay as even."""
    for _round in range(MOST_ROUNDS):
        pairs = [(need, judge) for need in sorted(board.chosen) for judge in board.chosen[need]]
        pairs.sort(key=lambda pair: tie(board.seed, *pair))
        done = [better_place(board, *pair) for pair in pairs if pair[1] in board.chosen[pair[0]]]
        if not any(done):
            return


def better_place(board: _Board, need_id: int, judge_id: int) -> bool:
    """Give a dossier to somebody it suits better, if need be in exchange for another one."""
    for other in board.free_for(need_id):
        gain = board.gain(need_id, judge_id, other)
        if gain <= 0:
            continue
        if board.load(other) < board.load(judge_id):
            board.take(need_id, judge_id)
            board.give(need_id, other, Ground(Why.SUITS))
            return True
        for back in sorted(board.given[other]):
            if judge_id in board.free_for(back) and gain + board.gain(back, other, judge_id) > 0:
                board.take(need_id, judge_id)
                board.give(need_id, other, Ground(Why.SUITS))
                board.take(back, other)
                board.give(back, judge_id, Ground(Why.SWAP))
                return True
    return False


def told(board: _Board) -> Proposal:
    """Return the plan with its reasons."""
    choices = [
        Choice(need_id, judge_id, grounds_of(board, need_id, judge_id))
        for need_id in sorted(board.chosen)
        for judge_id in sorted(board.chosen[need_id])
    ]
    gaps = [
        gap_of(need, need.wanted - len(board.chosen[need.id]), board.judges)
        for need in sorted(board.needs.values(), key=lambda each: each.id)
        if len(board.chosen[need.id]) < need.wanted
    ]
    loads = {each.id: (each.load, board.load(each.id)) for each in board.judges.values()}
    return Proposal(choices, gaps, loads)


def gap_of(need: Need, missing: int, judges: Mapping[int, Judge]) -> Gap:
    """Return what a dossier lacks, and why."""
    return Gap(
        need_id=need.id,
        missing=missing,
        barred=len(need.barred & judges.keys()),
        declined=len((need.declined - need.barred) & judges.keys()),
        judging=len((need.judging - need.barred) & judges.keys()),
    )


def grounds_of(board: _Board, need_id: int, judge_id: int) -> tuple[Ground, ...]:
    """Return why a dossier goes to somebody: what he has over the others, then how it came."""
    if len(board.judges) == 1:
        return (Ground(Why.CHOSEN),)
    if not board.free_for(need_id):
        return (Ground(Why.ALONE, gap_of(board.needs[need_id], 0, board.judges)),)
    merits, came = merits_of(board, need_id, judge_id), board.came[need_id, judge_id]
    return merits if merits and came.why is Why.SUITS else (*merits, came)


def merits_of(board: _Board, need_id: int, judge_id: int) -> tuple[Ground, ...]:
    """Return what somebody has that one at least of those lacks who could have had the dossier."""
    need, judge, found = board.needs[need_id], board.judges[judge_id], []
    rivals = [board.judges[each] for each in board.free_for(need_id) if each != judge_id]
    lacks = need.lacks(judge)
    if any(lacks < need.lacks(each) for each in rivals):
        is_field = lacks == FIELD
        found.append(
            Ground(Why.SECTOR, need.sector) if is_field else Ground(Why.STRAND, need.strand)
        )
    others = board.chosen[need_id] - {judge_id}
    there = {*need.promoters, *(x for each in others for x in board.judges[each].promoters)}
    is_other = bool(judge.promoters) and not there & judge.promoters
    if is_other and any(there & each.promoters for each in rivals):
        found.append(Ground(Why.PROMOTER))
    return tuple(found)


def why_dealt(board: _Board, need_id: int, judge_id: int, free: Sequence[int]) -> Ground:
    """Return what decided for one of those who are free for a dossier, as things stand now."""
    load, cost = board.load(judge_id), board.cost(need_id, judge_id)
    rivals = [(board.load(x), board.cost(need_id, x)) for x in free if x != judge_id]
    loads = [each for each, _cost in rivals]
    if rivals and min(loads) >= load < max(loads):
        return Ground(Why.FEWEST, load)
    return Ground(Why.LOT if (load, cost) in rivals else Why.SUITS)


def suggest(need: Need, judges: Iterable[Judge], seed: int) -> list[Choice]:
    """Return who could be given one dossier, the most suitable first, each with the reasons."""
    board = _Board({need.id: need}, {each.id: each for each in judges}, seed)
    free = board.free_for(need.id)
    level = min((board.load(each) for each in free), default=0) + 2
    grounds = {
        each: (*merits_of(board, need.id, each), Ground(Why.LOAD, board.load(each)))
        for each in sorted(free, key=lambda one: suit(board, need.id, one, level))
    }
    return [Choice(need.id, each, found) for each, found in grounds.items()]
