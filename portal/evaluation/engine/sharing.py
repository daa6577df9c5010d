"""Money and places given out in the order of a ranking, and again when somebody gives his up.

Nobody is passed over: it stops at the first whose request no longer fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from portal.evaluation.states import CHOSEN, OUT, Outcome
from portal.i18n import _, format_amount, ngettext
from portal.money import CENT

MONEY, PLACES, ORDER = "money", "places", "order"
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Limits:
    """What there is to give out; None where nothing limits it.

    `allows_partial`: the last one may get what is left, though not under `least`.
    """

    budget: Decimal | None = None
    most_places: int | None = None
    allows_partial: bool = True
    least: Decimal | None = None


@dataclass(frozen=True)
class Given:
    """What one application gets: how it comes in, with how much."""

    outcome: Outcome
    proposed: Decimal | None = None


@dataclass
class Purse:
    """What is left as the ranking is walked down."""

    limits: Limits
    left: Decimal | None
    seats: int | None

    @classmethod
    def full(cls, limits: Limits) -> Purse:
        """Return all there is."""
        return cls(limits, limits.budget, limits.most_places)

    def obstacle(self, asked: Decimal | None) -> str | None:
        """Return what keeps the next one out, if anything."""
        if self.seats is not None and self.seats <= 0:
            return PLACES
        if self.left is None or not asked or asked <= self.left:
            return None
        least = max(self.limits.least or CENT, CENT)
        return None if self.limits.allows_partial and self.left >= least else MONEY

    def give(self, asked: Decimal | None) -> Given:
        """Give what the next one may have; there is no obstacle."""
        if self.seats is not None:
            self.seats -= 1
        if self.left is None or not asked:
            return Given(Outcome.SELECTED)
        given = min(asked, self.left)
        self.left -= given
        return Given(Outcome.FUNDED if given == asked else Outcome.PARTLY_FUNDED, given)


def share_out(places: Sequence[Any], limits: Limits) -> list[Any]:
    """Return the places with what each gets; above the threshold and not reached is the reserve.

    `places` come in their order. The sum of what is proposed never passes the budget.
    """
    purse, found = Purse.full(limits), []
    stopped: str | None = None
    for place in places:
        if place.outcome in OUT:
            found.append(place)
            continue
        asked, left = place.standing.requested, purse.left
        obstacle = stopped or purse.obstacle(asked)
        if obstacle:
            cut = {"cut": cut_facts(obstacle, asked, purse)}
            stopped = PLACES if obstacle == PLACES else ORDER
            found.append(replace(place, outcome=Outcome.RESERVE, reason=place.reason | cut))
            continue
        given = purse.give(asked)
        money = {"money": money_facts(asked, left, given.proposed)} if given.proposed else {}
        found.append(
            replace(
                place,
                outcome=given.outcome,
                proposed=given.proposed,
                reason=place.reason | money,
            )
        )
    return found


def cut_facts(obstacle: str, asked: Decimal | None, purse: Purse) -> dict[str, Any]:
    """Return why it was not reached, as JSON: places, money, or somebody before it."""
    if obstacle == PLACES:
        return {"by": PLACES, "limit": purse.limits.most_places}
    return {"by": obstacle, "asked": text(asked), "left": text(purse.left)}


def money_facts(
    asked: Decimal | None, left: Decimal | None, proposed: Decimal | None
) -> dict[str, Any]:
    """Return what was asked for, what there was and what is given, as JSON."""
    return {"asked": text(asked), "left": text(left), "proposed": text(proposed)}


def text(amount: Decimal | None) -> str | None:
    """Return an amount as JSON keeps it."""
    return None if amount is None else str(amount)


@dataclass(frozen=True)
class Held:
    """A place of a published ranking as far as sliding looks at it."""

    position: int
    application_id: int
    outcome: Outcome
    requested: Decimal | None
    proposed: Decimal | None
    has_left: bool = False

    @property
    def is_in(self) -> bool:
        """Tell whether it holds money and a seat now."""
        return self.outcome in CHOSEN and not self.has_left


@dataclass(frozen=True)
class Change:
    """What sliding gives to a place: more money to who had part of it, or the way in."""

    position: int
    application_id: int
    outcome: Outcome
    proposed: Decimal | None
    comes_in: bool


def left_over(places: Sequence[Held], limits: Limits) -> Purse:
    """Return what nobody holds."""
    held = [each for each in places if each.is_in]
    used = sum((each.proposed or NOTHING for each in held), NOTHING)
    left = None if limits.budget is None else max(limits.budget - used, NOTHING)
    seats = None if limits.most_places is None else limits.most_places - len(held)
    return Purse(limits, left, seats)


def slide(places: Sequence[Held], limits: Limits) -> list[Change]:
    """Return who gets what has come free, in the order of the ranking.

    Who holds a place keeps it, with no less than before. First who had only a part of what was
    asked for gets the rest; then the reserve comes in, up to the first that doesn't fit.
    """
    purse = left_over(places, limits)
    changes = []
    for each in sorted(places, key=lambda place: place.position):
        if each.has_left:
            continue
        if each.outcome is Outcome.PARTLY_FUNDED:
            more = topped_up(each, purse)
            changes += [more] if more else []
        elif each.outcome is Outcome.RESERVE:
            if purse.obstacle(each.requested):
                break
            given = purse.give(each.requested)
            changes.append(
                Change(each.position, each.application_id, given.outcome, given.proposed, True)
            )
    return changes


def topped_up(each: Held, purse: Purse) -> Change | None:
    """Return the rest of what somebody asked for, as far as there is money."""
    proposed, asked = each.proposed or NOTHING, each.requested or NOTHING
    more = min(asked - proposed, purse.left or NOTHING)
    if more <= 0:
        return None
    purse.left = (purse.left or NOTHING) - more
    is_whole = proposed + more == asked
    outcome = Outcome.FUNDED if is_whole else Outcome.PARTLY_FUNDED
    return Change(each.position, each.application_id, outcome, proposed + more, False)


def explain_money(reason: Mapping[str, Any]) -> list[str]:
    """Return in plain words what money or places had to do with a place."""
    sentences = []
    if "money" in reason:
        sentences += explain_share(reason["money"])
    if "slide" in reason:
        sentences.append(explain_slide(reason["slide"]))
    elif "cut" in reason:
        sentences.append(explain_cut(reason["cut"]))
    return sentences


def explain_share(money: Mapping[str, Any]) -> list[str]:
    """Return a sentence where only a part was left."""
    if money["asked"] == money["proposed"]:
        return []
    return [
        _(
            "It asks for %(asked)s and gets the %(proposed)s that were left.",
            asked=amount(money["asked"]),
            proposed=amount(money["proposed"]),
        )
    ]


def explain_cut(cut: Mapping[str, Any]) -> str:
    """Return why it stands on the reserve list."""
    if cut["by"] == PLACES:
        return ngettext(
            "On the reserve list: the call has one place.",
            "On the reserve list: the call has %(num)s places.",
            cut["limit"],
        )
    if cut["by"] == ORDER:
        return _("On the reserve list: the money was not enough for one that comes before it.")
    return _(
        "On the reserve list: it asks for %(asked)s and %(left)s are left.",
        asked=amount(cut["asked"]),
        left=amount(cut["left"]),
    )


def explain_slide(found: Mapping[str, Any]) -> str:
    """Return how it came in, or got more, after somebody gave up."""
    if found["proposed"] is None:
        return _("It came in from the reserve list after somebody gave up.")
    if found["comes_in"]:
        return _(
            "It came in from the reserve list, with %(proposed)s, after somebody gave up.",
            proposed=amount(found["proposed"]),
        )
    return _(
        "It has %(proposed)s now, with the money that somebody gave up.",
        proposed=amount(found["proposed"]),
    )


def amount(text: str | None) -> str:
    """Return an amount kept as text as people read it."""
    return format_amount(Decimal(text or "0"))
