"""Pure rules of the committee: kinds, the order of an agenda, what votes come to."""

from portal.committee.engine.agendas import Candidate, discussion_order, quorum_for
from portal.committee.engine.kinds import (
    FUNCTION_LABELS,
    KIND_LABELS,
    SIGNATURE_LABELS,
    VOTING,
    ItemKind,
    MemberFunction,
    SignatureKind,
)
from portal.committee.engine.voting import (
    OUTCOME_LABELS,
    OUTCOME_TONES,
    VOTE_LABELS,
    DecisionOutcome,
    Ground,
    Verdict,
    VoteKind,
    decide,
    explain_verdict,
)

__all__ = [
    "FUNCTION_LABELS",
    "KIND_LABELS",
    "OUTCOME_LABELS",
    "OUTCOME_TONES",
    "SIGNATURE_LABELS",
    "VOTE_LABELS",
    "VOTING",
    "Candidate",
    "DecisionOutcome",
    "Ground",
    "ItemKind",
    "MemberFunction",
    "SignatureKind",
    "Verdict",
    "VoteKind",
    "decide",
    "discussion_order",
    "explain_verdict",
    "quorum_for",
]
