"""Forms made up at random, whose parts look at one another, and answers to them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from portal.definitions import DefinitionError
from portal.questionnaires.engine import read_form

OPTIONS = [{"key": key, "label": {"it": key}} for key in ("gold", "silver", "tin")]
COLUMNS = [
    {"key": "cost", "type": "amount", "label": {"it": "Costo"}, "total": True},
    {"key": "pieces", "type": "integer", "label": {"it": "Pezzi"}, "required": False},
]
FACTS: dict[str, dict[str, Any]] = {
    "choice": {"options": OPTIONS},
    "choices": {"options": OPTIONS},
    "table": {"columns": COLUMNS},
}
TYPES = ("yes_no", "choice", "choices", "amount", "integer", "number", "date", "table", "computed")
NUMERIC = {"amount", "integer", "number", "computed"}
ORDERED = ("is", "is_not", "more_than", "less_than", "at_least", "at_most")
KEY = st.sampled_from([option["key"] for option in OPTIONS])
SMALL = st.integers(-2, 9).map(lambda tenths: f"{tenths}.50")
DAYS = st.sampled_from(["2026-01-31", "2026-06-30", "2027-01-01"])
PROFILES = st.fixed_dictionaries(
    {"kind": st.sampled_from(["body", "person"]), "area": st.sampled_from(["bologna", ""])}
)


def comparison(question: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A comparison that suits a question."""
    subject, kind = {"question": question["key"]}, question["type"]
    answered = st.booleans().map(lambda wanted: {**subject, "answered": wanted})
    if kind in NUMERIC or kind == "date":
        values = DAYS if kind == "date" else SMALL
        own = st.tuples(st.sampled_from(ORDERED), values).map(lambda x: {**subject, x[0]: x[1]})
    elif kind == "yes_no":
        own = st.booleans().map(lambda wanted: {**subject, "is": wanted})
    elif kind == "choice":
        many = st.lists(KEY, min_size=1, max_size=2, unique=True)
        ways = st.sampled_from(["in", "not_in"])
        own = st.tuples(ways, many).map(lambda x: {**subject, x[0]: x[1]})
    elif kind == "choices":
        own = KEY.map(lambda wanted: {**subject, "includes": wanted})
    else:
        own = SMALL.map(lambda wanted: {**subject, "column": "cost", "more_than": wanted})
    return own | answered


def conditions(earlier: list[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """A condition on earlier questions and on the profile."""
    single = st.sampled_from(["body", "person"]).map(lambda kind: {"profile": "kind", "is": kind})
    for question in earlier:
        single |= comparison(question)
    groups = st.tuples(
        st.sampled_from(["all", "any", "none"]), st.lists(single, min_size=1, max_size=3)
    ).map(lambda found: {found[0]: found[1]})
    return single | groups


def formulas(known: list[dict[str, Any]]) -> st.SearchStrategy[Any]:
    """A formula of what is known."""
    single: st.SearchStrategy[Any] = SMALL
    for question in known:
        if question["type"] in NUMERIC:
            single |= st.just({"question": question["key"]})
        if question["type"] == "table":
            single |= st.sampled_from(
                [{"rows": question["key"]}, {"question": question["key"], "column": "cost"}]
            )
    two = st.lists(single, min_size=2, max_size=2)
    many = st.lists(single, min_size=1, max_size=4)
    pairs = st.tuples(st.sampled_from(["difference", "share"]), two)
    lists = st.tuples(st.sampled_from(["sum", "product"]), many)
    return single | (pairs | lists).map(lambda found: {found[0]: found[1]})


def forms() -> st.SearchStrategy[dict[str, Any]]:
    """A form that can be read: nothing in it depends on itself."""
    return linked_forms().filter(is_readable)


def is_readable(definition: dict[str, Any]) -> bool:
    """Tell a form from one that goes round in a circle, or whose check looks at nothing."""
    try:
        read_form(definition)
    except DefinitionError as refusal:
        assert refusal.code in {"definition_circle", "definition_idle"}
        return False
    return True


@st.composite
def linked_forms(draw: st.DrawFn) -> dict[str, Any]:
    """A form of up to eight questions; formulas may look at what comes later."""
    kinds = draw(st.lists(st.sampled_from(TYPES), min_size=2, max_size=8))
    asked = [
        {"key": f"q{place}", "type": kind, "label": {"it": kind}, **FACTS.get(kind, {})}
        for place, kind in enumerate(kinds)
    ]
    sections = []
    for start in range(0, len(asked), 3):
        section: dict[str, Any] = {"key": f"s{start}", "title": {"it": "Parte"}}
        if start and draw(st.booleans()):
            section["visible_if"] = draw(conditions(asked[:start]))
        for place, question in enumerate(asked[start : start + 3], start):
            if draw(st.booleans()):
                question["visible_if"] = draw(conditions(asked[:place]))
            if question["type"] == "computed":
                others = asked[:place] + [q for q in asked[place:] if q["type"] != "computed"]
                question["formula"] = draw(formulas(others))
                question.update(draw(st.sampled_from([{}, {"result": "number", "decimals": 0}])))
        sections.append({**section, "questions": asked[start : start + 3]})
    return {"sections": sections, **draw(checks(asked))}


@st.composite
def checks(draw: st.DrawFn, asked: list[dict[str, Any]]) -> dict[str, Any]:
    """No check, or one across the form."""
    operands = [q for q in asked if q["type"] in NUMERIC]
    if not operands or draw(st.booleans()):
        return {}
    one = draw(st.sampled_from(operands))
    ways = ("equal", "at_most", "at_least", "less_than", "more_than")
    check = {
        "key": "check",
        "left": {"question": one["key"]},
        "must": draw(st.sampled_from(ways)),
        "right": draw(formulas(asked)),
        "message": {"it": "%(left)s non va con %(right)s"},
        "at": one["key"],
    }
    when = {"when": draw(conditions(asked))} if draw(st.booleans()) else {}
    return {"checks": [{**check, **when}]}


ROW = st.fixed_dictionaries({"cost": st.none() | SMALL, "pieces": st.none() | st.integers(0, 9)})
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "yes_no": st.booleans(),
    "choice": KEY,
    "choices": st.lists(KEY, min_size=1, max_size=2, unique=True),
    "amount": SMALL,
    "integer": st.integers(0, 9),
    "number": SMALL,
    "date": DAYS,
    "table": st.lists(ROW, min_size=1, max_size=3),
}


def answers(form: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Values for the questions that are typed, some blank."""
    asked = [q for s in form["sections"] for q in s["questions"] if q["type"] != "computed"]
    return st.fixed_dictionaries({q["key"]: st.none() | VALUES[q["type"]] for q in asked})
