"""A call goes into its file and comes out of it as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.calls import engine, services
from portal.definitions import DefinitionError
from portal.permissions import Role
from portal.questionnaires.engine import dump_form, read_form
from tests import make
from tests.conftest import ROOT
from tests.questionnaires.random_forms import forms

BLUEPRINTS = engine.blueprint_names()
SPRING = (ROOT / "portal" / "demo" / "spring-2023.yaml").read_text(encoding="utf-8")

# Texts that mean something in YAML, and what people type by chance.
ODD = ("no", "null", "~", "12", "1.50", "2026-01-01", "a: b", "- a", "# a", "'", '"', "{a}", "*a")
LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), include_characters="\n")
TEXTS = st.one_of(
    st.sampled_from(ODD),
    st.text(LETTERS, min_size=1, max_size=300).map(str.strip).filter(bool),
)
BY_LANGUAGE = st.fixed_dictionaries({"it": TEXTS}, optional={"en": TEXTS})
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,15}", fullmatch=True)
LINES = st.sampled_from(["DD/9277/2019", "over-55", "0123", "Ufficio di prova", "yes", "12:30"])
MINUTES = st.integers(0, 60 * 24 * 365 * 20)
START = datetime(2020, 1, 1, 12, 0, tzinfo=UTC)


def unique(part: Any) -> Any:
    """Lists of parts, no key twice."""
    return st.lists(part, min_size=1, max_size=3, unique_by=lambda each: each["key"])


RULES = st.fixed_dictionaries(
    {},
    optional={
        "territory": st.sampled_from(["anywhere", "metropolitan", "bologna"]),
        "ranked": st.booleans(),
        "de_minimis": st.booleans(),
        "representative_confirms": st.booleans(),
        "signature_modes": st.just(["handwritten_scan", "digital_signature"]),
        "stamp_duty": st.sampled_from(["16.00", "2.00"]),
        "integration": st.fixed_dictionaries(
            {"days": st.integers(1, 90), "silence": st.sampled_from(["inadmissible", "continue"])}
        ),
        "questions_close_days": st.integers(0, 60),
        "reminder_days": st.integers(0, 60),
        "budget": st.sampled_from(["80000.00", "0.01"]),
        "one_per_applicant": st.booleans(),
        "programme_code": LINES,
        "attachments": unique(
            st.fixed_dictionaries(
                {"key": KEYS, "title": BY_LANGUAGE, "kind": st.sampled_from(["notice", "faq"])}
            )
        ),
        "checklist": unique(st.fixed_dictionaries({"key": KEYS, "text": BY_LANGUAGE})),
        "acts": st.lists(
            st.fixed_dictionaries(
                {
                    "kind": st.sampled_from(["determination", "other"]),
                    "number": LINES,
                    "date": st.dates(START.date()).map(lambda day: day.isoformat()[:10]),
                    "unit": LINES,
                    "subject": BY_LANGUAGE,
                }
            ).filter(lambda act: act["date"] < "2100"),
            min_size=1,
            max_size=2,
        ),
    },
)


@st.composite
def definitions(draw: Any) -> dict[str, Any]:
    """A call of a blueprint with texts, rules and instants by chance."""
    base = engine.load_blueprint(draw(st.sampled_from(BLUEPRINTS)))
    opens = START + timedelta(minutes=draw(MINUTES))
    found = {**base, **draw(RULES), "title": draw(BY_LANGUAGE), "summary": draw(BY_LANGUAGE)}
    found["opens"] = opens
    found["sheet"] = {
        **base["sheet"],
        "needed": draw(st.lists(BY_LANGUAGE, min_size=1, max_size=3)),
    }
    if base.get("kind") != "rolling":
        found["closes"] = opens + timedelta(minutes=1 + draw(MINUTES))
    return found


@given(definitions())
@settings(max_examples=12, deadline=None, suppress_health_check=[*HealthCheck])
def test_call_comes_back_from_its_file_as_it_was(definition: dict[str, Any]) -> None:
    found = engine.read_call(definition)
    text = engine.write_yaml(engine.dump_call(found))
    again = engine.read_call(text)
    assert again == found
    assert engine.write_yaml(engine.dump_call(again)) == text


def is_sound(definition: dict[str, Any]) -> bool:
    """Whether a form made by chance is one: it may depend on itself."""
    try:
        read_form(definition)
    except DefinitionError:
        return False
    return True


@given(forms().filter(is_sound))
@settings(max_examples=12, deadline=None, suppress_health_check=[*HealthCheck])
def test_form_comes_back_from_yaml_as_it_was(definition: dict[str, Any]) -> None:
    dumped = dump_form(read_form(definition))
    text = engine.write_yaml({"form": dumped})
    assert engine.read_yaml(text) == {"form": dumped}
    assert read_form(engine.read_yaml(text)["form"]) == read_form(definition)


@given(
    st.recursive(
        TEXTS | st.integers() | st.booleans(),
        lambda x: st.lists(x) | st.dictionaries(KEYS, x),
        max_leaves=12,
    )
)
@settings(max_examples=80, deadline=None)
def test_any_mapping_comes_back_from_yaml_as_it_was(value: Any) -> None:
    assert engine.read_yaml(engine.write_yaml({"a": value})) == {"a": value}


@pytest.mark.database
@pytest.mark.parametrize("text", [SPRING, *map(engine.blueprint_text, BLUEPRINTS)])
def test_file_comes_back_from_the_database_equal_as_data(db: SQLAlchemy, text: str) -> None:
    call = services.import_call(engine.read_yaml(text), make.user(Role.STAFF))
    db.session.expire_all()
    exported = engine.call_text(call)
    assert engine.read_call(exported) == engine.read_call(text)
    assert "based_on" not in exported
    if text != SPRING:
        assert exported == text
