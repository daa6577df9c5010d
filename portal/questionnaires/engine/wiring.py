"""What in a form refers to what: mistakes in it, the order to look at things, who uses whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from portal.definitions import DefinitionError
from portal.errors import declare, mark
from portal.questionnaires.engine.comparing import require_comparable
from portal.questionnaires.engine.conditions import Condition, comparisons
from portal.questionnaires.engine.formulas import Formula, Reference, Rows, references
from portal.questionnaires.engine.parts import Check, Column, Question, Section
from portal.questionnaires.schemas import NUMERIC, QuestionType

declare(
    {
        "definition_no_question": mark("There is no question %(name)s in this form."),
        "definition_later": mark(
            "The question %(name)s comes later: a condition looks only at questions before it."
        ),
        "definition_no_column": mark("The question %(name)s has no column of this name."),
        "definition_not_table": mark("The question %(name)s is not a table."),
        "definition_no_number": mark("%(name)s is not a number: nothing can be computed with it."),
        "definition_sealed": mark(
            "The answer to %(name)s is sealed: nothing else can depend on it."
        ),
        "definition_circle": mark("%(name)s would depend on itself."),
        "definition_idle": mark("This check looks at no question."),
        "definition_row": mark(
            "A column is computed from numbers and other columns of its row: {column: name}."
        ),
    }
)

Refuse = Callable[..., DefinitionError]


def paths_of(sections: Sequence[Section]) -> Iterator[tuple[str, int, Question]]:
    """Yield each question with its place and the number of its section."""
    for i, section in enumerate(sections):
        for j, question in enumerate(section.questions):
            yield f".sections[{i}].questions[{j}]", i, question


def require_wired(sections: Sequence[Section], checks: Sequence[Check], root: str) -> None:
    """Refuse what refers to nothing, to something later or unsuited, or to itself."""
    _require_unique(sections, root)
    known = {question.key: question for _, _, question in paths_of(sections)}
    places = {question.key: path for path, _, question in paths_of(sections)}
    seen: dict[str, Question] = {}
    for i, section in enumerate(sections):
        _require_condition(section.visible_if, f"{root}.sections[{i}].visible_if", seen, known)
        for j, question in enumerate(section.questions):
            path = f"{root}.sections[{i}].questions[{j}]"
            _require_condition(question.visible_if, f"{path}.visible_if", seen, known)
            _require_formula(question.formula, f"{path}.formula", known)
            _require_columns(question, path)
            seen[question.key] = question
    for i, check in enumerate(checks):
        _require_check(check, f"{root}.checks[{i}]", known)
    _require_no_circle(sections, places, root)


def _require_unique(sections: Sequence[Section], root: str) -> None:
    """Refuse a question key, or a column to copy to, that comes twice in the whole form."""
    seen: dict[str, set[str]] = {"key": set(), "copies": set()}
    for path, _, question in paths_of(sections):
        for name, values in seen.items():
            value = getattr(question, name)
            if value in values:
                raise DefinitionError(f"{root}{path}.{name}", "definition_repeated", name=value)
            values.update([value] if value else [])


def _require_condition(
    condition: Condition | None,
    path: str,
    seen: Mapping[str, Question],
    known: Mapping[str, Question],
) -> None:
    for place, comparison in comparisons(condition, path):
        key = comparison.question
        if key is None:
            require_comparable(comparison, None, place)
            continue
        if key not in known:
            raise DefinitionError(f"{place}.question", "definition_no_question", name=key)
        if key not in seen:
            raise DefinitionError(f"{place}.question", "definition_later", name=key)
        question = _open(known[key], f"{place}.question")
        subject: Question | Column = question
        if comparison.column is not None:
            subject = _number_column(question, comparison.column, place)
        require_comparable(comparison, subject, place)


def _open(question: Question, path: str) -> Question:
    if question.is_special:
        raise DefinitionError(path, "definition_sealed", name=question.key)
    return question


def _number_column(question: Question, key: str, path: str) -> Column:
    if question.type is not QuestionType.TABLE:
        raise DefinitionError(f"{path}.question", "definition_not_table", name=question.key)
    found = next((column for column in question.columns if column.key == key), None)
    if found is None:
        raise DefinitionError(f"{path}.column", "definition_no_column", name=question.key)
    if found.type not in NUMERIC:
        raise DefinitionError(f"{path}.column", "definition_no_number", name=key)
    return found


def _require_formula(formula: Formula | None, path: str, known: Mapping[str, Question]) -> None:
    for place, reference in references(formula, path):
        _require_operand(reference, place, known)


def _require_operand(reference: Reference | Rows, path: str, known: Mapping[str, Question]) -> None:
    named = "rows" if isinstance(reference, Rows) else "question"
    key = reference.question
    if key is None:
        raise DefinitionError(f"{path}.column", "definition_formula")
    if key not in known:
        raise DefinitionError(f"{path}.{named}", "definition_no_question", name=key)
    question = _open(known[key], f"{path}.{named}")
    if isinstance(reference, Rows):
        if question.type is not QuestionType.TABLE:
            raise DefinitionError(f"{path}.rows", "definition_not_table", name=key)
    elif reference.column is not None:
        _number_column(question, reference.column, path)
    elif question.type not in NUMERIC:
        raise DefinitionError(f"{path}.question", "definition_no_number", name=key)


def _require_columns(question: Question, path: str) -> None:
    """Refuse a computed column that looks beyond its row, at no number, or at itself."""
    known = {column.key: column for column in question.columns}
    uses: dict[str, set[str]] = {}
    for i, column in enumerate(question.columns):
        used = uses.setdefault(column.key, set())
        for place, reference in references(column.formula, f"{path}.columns[{i}].formula"):
            if reference.question is not None:
                raise DefinitionError(place, "definition_row")
            key = getattr(reference, "column", None) or ""
            if key not in known:
                raise DefinitionError(f"{place}.column", "definition_no_column", name=question.key)
            if known[key].type not in NUMERIC:
                raise DefinitionError(f"{place}.column", "definition_no_number", name=key)
            used.add(key)
    circle = first_circle(uses)
    if circle is not None:
        i = list(known).index(circle)
        raise DefinitionError(f"{path}.columns[{i}].formula", "definition_circle", name=circle)


def _require_check(check: Check, path: str, known: Mapping[str, Question]) -> None:
    if check.at not in known:
        raise DefinitionError(f"{path}.at", "definition_no_question", name=check.at)
    _require_condition(check.when, f"{path}.when", known, known)
    _require_formula(check.left, f"{path}.left", known)
    _require_formula(check.right, f"{path}.right", known)
    if not any(references(check.left)) and not any(references(check.right)):
        raise DefinitionError(f"{path}.left", "definition_idle")


def uses_of(sections: Sequence[Section]) -> dict[str, set[str]]:
    """Return the keys each question looks at: by its condition, its section's, its formula."""
    found: dict[str, set[str]] = {}
    for section in sections:
        shared = {each.question for _, each in comparisons(section.visible_if)}
        for question in section.questions:
            own = {each.question for _, each in comparisons(question.visible_if)}
            operands = {each.question for _, each in references(question.formula)}
            found[question.key] = {key for key in shared | own | operands if key}
    return found


def _require_no_circle(sections: Sequence[Section], places: Mapping[str, str], root: str) -> None:
    """Refuse a circle; conditions look back, so one always passes through a formula."""
    uses = uses_of(sections)
    circle = first_circle(uses)
    if circle is not None:
        raise DefinitionError(f"{root}{places[circle]}.formula", "definition_circle", name=circle)


def first_circle(uses: Mapping[str, set[str]]) -> str | None:
    """Return a key that depends on itself through something after it, if there is any."""
    order = {key: place for place, key in enumerate(uses)}
    for key, used in uses.items():
        if any(order[other] >= order[key] and _reaches(uses, other, key) for other in used):
            return key
    return None


def _reaches(uses: Mapping[str, set[str]], start: str, goal: str) -> bool:
    seen, waiting = set(), [start]
    while waiting:
        key = waiting.pop()
        if key == goal:
            return True
        if key not in seen:
            seen.add(key)
            waiting += uses[key]
    return False


def in_order(sections: Sequence[Section]) -> tuple[str, ...]:
    """Return the keys, each after those it looks at; else in the order of the form."""
    uses = uses_of(sections)
    found: dict[str, None] = {}
    for start in uses:
        waiting = [start]
        while waiting:
            key = waiting[-1]
            open_ones = [other for other in sorted(uses[key]) if other not in found]
            if open_ones:
                waiting += open_ones
            else:
                found[waiting.pop()] = None
    return tuple(found)
