"""Tables of outcomes."""

from portal.outcomes.models.letters import ChosenReason, DecisionLetter, RefusalReason
from portal.outcomes.models.rankings import ProvisionalPlace, RankingDocument
from portal.outcomes.models.remarks import Remark
from portal.outcomes.models.samples import SampleCheck, SampleItem

__all__ = [
    "ChosenReason",
    "DecisionLetter",
    "ProvisionalPlace",
    "RankingDocument",
    "RefusalReason",
    "Remark",
    "SampleCheck",
    "SampleItem",
]
