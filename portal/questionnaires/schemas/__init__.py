"""What a form definition may hold."""

from portal.questionnaires.schemas.conditions import GROUPS, PROFILE_FACTS, exact_text
from portal.questionnaires.schemas.forms import FormSchema
from portal.questionnaires.schemas.formulas import OPERATIONS, SIDES
from portal.questionnaires.schemas.kinds import (
    CHOSEN_ONE,
    COLUMN_TYPES,
    FILE_KINDS,
    MOST_ROWS,
    NUMERIC,
    OPTIONED,
    RESERVED,
    RESULTS,
    Compare,
    Copy,
    Must,
    QuestionType,
    Readers,
)
from portal.questionnaires.schemas.questions import suited_to
from portal.registry.engine import ProfileDocument

__all__ = [
    "CHOSEN_ONE",
    "COLUMN_TYPES",
    "FILE_KINDS",
    "GROUPS",
    "MOST_ROWS",
    "NUMERIC",
    "OPERATIONS",
    "OPTIONED",
    "PROFILE_FACTS",
    "RESERVED",
    "RESULTS",
    "SIDES",
    "Compare",
    "Copy",
    "FormSchema",
    "Must",
    "ProfileDocument",
    "QuestionType",
    "Readers",
    "exact_text",
    "suited_to",
]
