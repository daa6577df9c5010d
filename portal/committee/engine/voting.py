"""How the votes of the promoters become an outcome."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.i18n import _, lazy, ngettext


class VoteKind(StrEnum):
    """What a promoter says; who abstains has voted, for neither side."""

    FAVOUR = "favour"
    AGAINST = "against"
    ABSTAIN = "abstain"


class DecisionOutcome(StrEnum):
    """What the committee decided."""

    APPROVED = "approved"
    REJECTED = "rejected"
    POSTPONED = "postponed"


class Ground(StrEnum):
    """Why the votes give that outcome."""

    MAJORITY = "majority"
    MAJORITY_AGAINST = "majority_against"
    NO_MAJORITY = "no_majority"
    NO_QUORUM = "no_quorum"
    OWNER_CONSENTS = "owner_consents"
    OWNER_AGAINST = "owner_against"
    OWNER_MISSING = "owner_missing"


VOTE_LABELS = {
    VoteKind.FAVOUR: lazy("In favour"),
    VoteKind.AGAINST: lazy("Against"),
    VoteKind.ABSTAIN: lazy("Abstains"),
}
OUTCOME_LABELS = {
    DecisionOutcome.APPROVED: lazy("Approved"),
    DecisionOutcome.REJECTED: lazy("Rejected"),
    DecisionOutcome.POSTPONED: lazy("Postponed"),
}
OUTCOME_TONES = {
    DecisionOutcome.APPROVED: "ok",
    DecisionOutcome.REJECTED: "danger",
    DecisionOutcome.POSTPONED: "warning",
}


@dataclass(frozen=True)
class Verdict:
    """An outcome with its grounds and the count behind it."""

    outcome: DecisionOutcome
    grounds: tuple[Ground, ...]
    favour: int
    against: int
    abstained: int
    present: int
    quorum: int

    @property
    def facts(self) -> dict[str, Any]:
        """Return it as a row keeps it."""
        return {
            "grounds": [ground.value for ground in self.grounds],
            "favour": self.favour,
            "against": self.against,
            "abstained": self.abstained,
            "present": self.present,
            "quorum": self.quorum,
        }


def decide(
    votes: Mapping[int, VoteKind],
    present: Collection[int],
    quorum: int,
    owners: Collection[int] = (),
) -> Verdict:
    """Return what the votes of the promoters present come to; each of them has voted.

    More than half of those present must agree, either way, else it is postponed; so it is where
    fewer are present than the quorum. `owners` are the promoters whose money it takes: one that
    is against stops it, one that abstains or isn't there leaves it postponed.
    """
    given = [votes[promoter] for promoter in present]
    counts = {kind: given.count(kind) for kind in VoteKind}
    outcome, ground = _of_majority(counts, len(given))
    if len(given) < quorum:
        outcome, ground = DecisionOutcome.POSTPONED, Ground.NO_QUORUM
    grounds = [ground]
    if owners and outcome is DecisionOutcome.APPROVED:
        outcome, consent = _of_owners(
            {votes.get(each) for each in owners if each in present},
            all(each in present for each in owners),
        )
        grounds.append(consent)
    return Verdict(
        outcome,
        tuple(grounds),
        counts[VoteKind.FAVOUR],
        counts[VoteKind.AGAINST],
        counts[VoteKind.ABSTAIN],
        len(given),
        quorum,
    )


def _of_majority(counts: Mapping[VoteKind, int], present: int) -> tuple[DecisionOutcome, Ground]:
    if 2 * counts[VoteKind.FAVOUR] > present:
        return DecisionOutcome.APPROVED, Ground.MAJORITY
    if 2 * counts[VoteKind.AGAINST] > present:
        return DecisionOutcome.REJECTED, Ground.MAJORITY_AGAINST
    return DecisionOutcome.POSTPONED, Ground.NO_MAJORITY


def _of_owners(
    said: Collection[VoteKind | None], all_there: bool
) -> tuple[DecisionOutcome, Ground]:
    if VoteKind.AGAINST in said:
        return DecisionOutcome.REJECTED, Ground.OWNER_AGAINST
    if not all_there or VoteKind.ABSTAIN in said:
        return DecisionOutcome.POSTPONED, Ground.OWNER_MISSING
    return DecisionOutcome.APPROVED, Ground.OWNER_CONSENTS


def explain_verdict(facts: Mapping[str, Any], owners: str = "") -> list[str]:
    """Return in plain words how an outcome came about; `owners` names whose money it is."""
    counts = _(
        "%(favour)s in favour, %(against)s against, %(abstained)s abstained; %(present)s promoters "
        "could vote.",
        favour=facts["favour"],
        against=facts["against"],
        abstained=facts["abstained"],
        present=facts["present"],
    )
    reasons = [_ground_in_words(Ground(key), facts, owners) for key in facts["grounds"]]
    return [counts, *_who_could_not(facts.get("unable", ())), *reasons]


def _who_could_not(names: Collection[str]) -> list[str]:
    if not names:
        return []
    return [
        ngettext(
            "%(names)s could not vote: who is there for it may not judge this item.",
            "%(names)s could not vote: who is there for them may not judge this item.",
            len(names),
            names=", ".join(names),
        )
    ]


def _ground_in_words(ground: Ground, facts: Mapping[str, Any], owners: str) -> str:
    words = {
        Ground.MAJORITY: _("More than half of the promoters present are in favour."),
        Ground.MAJORITY_AGAINST: _("More than half of the promoters present are against."),
        Ground.NO_MAJORITY: _(
            "Neither side has more than half of the promoters present: it comes back to another "
            "session."
        ),
        Ground.NO_QUORUM: _(
            "%(quorum)s promoters are needed for a decision: it comes back to another session.",
            quorum=facts["quorum"],
        ),
        Ground.OWNER_CONSENTS: _("The money belongs to %(owners)s, in favour.", owners=owners),
        Ground.OWNER_AGAINST: _(
            "The money belongs to %(owners)s, against: nothing is decided on it without its "
            "consent.",
            owners=owners,
        ),
        Ground.OWNER_MISSING: _(
            "The money belongs to %(owners)s, whose consent is missing: it comes back to another "
            "session.",
            owners=owners,
        ),
    }
    return words[ground]
