"""Forms as data and what the answers to them mean: pure, without database or request."""

from portal.questionnaires.engine.answers import Answers, Given, Missing
from portal.questionnaires.engine.conditions import Comparison, Condition, Group
from portal.questionnaires.engine.form import (
    Form,
    cached_form,
    dump_form,
    for_reader,
    municipality_keys,
    option_labels,
    read_form,
)
from portal.questionnaires.engine.formulas import Formula, Number, Operation, Reference, Rows
from portal.questionnaires.engine.parts import Check, Column, Option, Question, Section
from portal.questionnaires.engine.reading import clean, is_blank, read_answer, read_files
from portal.questionnaires.engine.sectors import SECTORS
from portal.questionnaires.engine.showing import (
    ShownTable,
    show_answer,
    show_lines,
    show_one,
    show_opened,
    show_table,
    show_typed,
)
from portal.questionnaires.engine.sight import Problem, Profile, Sight, look_at
from portal.questionnaires.engine.tables import InvalidCells, typed_rows, write_rows
from portal.questionnaires.engine.units import show_number
from portal.questionnaires.engine.wiring import depends_on
from portal.questionnaires.schemas import (
    Compare,
    Copy,
    Must,
    ProfileDocument,
    QuestionType,
    Readers,
)

__all__ = [
    "Answers",
    "Check",
    "Column",
    "Compare",
    "Comparison",
    "Condition",
    "Copy",
    "Form",
    "Formula",
    "Given",
    "Group",
    "InvalidCells",
    "Missing",
    "Must",
    "Number",
    "Operation",
    "Option",
    "Problem",
    "Profile",
    "ProfileDocument",
    "Question",
    "QuestionType",
    "Readers",
    "Reference",
    "Rows",
    "SECTORS",
    "Section",
    "ShownTable",
    "Sight",
    "cached_form",
    "clean",
    "depends_on",
    "dump_form",
    "for_reader",
    "is_blank",
    "look_at",
    "municipality_keys",
    "option_labels",
    "read_answer",
    "read_files",
    "read_form",
    "show_answer",
    "show_lines",
    "show_number",
    "show_one",
    "show_opened",
    "show_table",
    "show_typed",
    "typed_rows",
    "write_rows",
]
