"""Pure rules of the committee: kinds, agendas, what votes come to, what changes in rankings."""

from portal.committee.engine.agendas import Candidate, discussion_order, quorum_for
from portal.committee.engine.changes import Difference, Standing, compare, explain_difference
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
    "Difference",
    "Ground",
    "ItemKind",
    "MemberFunction",
    "SignatureKind",
    "Standing",
    "Verdict",
    "VoteKind",
    "compare",
    "decide",
    "discussion_order",
    "explain_difference",
    "explain_verdict",
    "quorum_for",
]
