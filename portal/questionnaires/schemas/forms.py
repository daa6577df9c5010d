"""What a whole form may hold: sections of questions, and checks across them."""

from __future__ import annotations

from portal.definitions import ByLanguage, Key, Part, Parts
from portal.questionnaires.schemas.conditions import nested_condition
from portal.questionnaires.schemas.formulas import CheckSchema
from portal.questionnaires.schemas.questions import QuestionSchema


class SectionSchema(Part):
    """Questions that stand on one page."""

    key = Key(required=True)
    title = ByLanguage(required=True)
    help = ByLanguage()
    visible_if = nested_condition()
    questions = Parts(QuestionSchema, unique="key", required=True)


class FormSchema(Part):
    """A whole form."""

    sections = Parts(SectionSchema, unique="key", required=True)
    checks = Parts(CheckSchema, unique="key")
