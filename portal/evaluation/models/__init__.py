"""Tables of the evaluation: rounds, sheets, running figures, rankings."""

from portal.evaluation.models.asking import SheetQuestion
from portal.evaluation.models.assigning import EvaluatorSkill, SheetReopening
from portal.evaluation.models.consensus import ConsensusScore
from portal.evaluation.models.interests import (
    DeclarationKind,
    Interest,
    InterestAnswer,
    InterestDeclaration,
    InterestOrigin,
    InterestReason,
    Relation,
    Tie,
    TieKind,
)
from portal.evaluation.models.rankings import Ranking, RankingPlace, RobustnessReport
from portal.evaluation.models.rounds import Round, RoundCriterion, RoundEntry
from portal.evaluation.models.sheets import (
    AutomaticScore,
    CriterionTally,
    Score,
    ScoreSheet,
    Tally,
)
from portal.evaluation.states import Outcome

__all__ = [
    "AutomaticScore",
    "ConsensusScore",
    "CriterionTally",
    "DeclarationKind",
    "EvaluatorSkill",
    "Interest",
    "InterestAnswer",
    "InterestDeclaration",
    "InterestOrigin",
    "InterestReason",
    "Outcome",
    "Ranking",
    "RankingPlace",
    "Relation",
    "RobustnessReport",
    "Round",
    "RoundCriterion",
    "RoundEntry",
    "Score",
    "ScoreSheet",
    "SheetQuestion",
    "SheetReopening",
    "Tally",
    "Tie",
    "TieKind",
]
