"""What a call's file may say, and what its texts say to a reader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.calls import engine
from portal.calls.models import Call, Strand
from portal.calls.schemas.definitions import STRANDS
from portal.definitions import DefinitionError
from portal.demo.engine import spring_call
from portal.grids.engine import Area
from portal.grids.models import GridDefinition
from portal.i18n import LANGUAGES, in_language
from portal.questionnaires.engine import Copy
from portal.questionnaires.models import FormDefinition

BLUEPRINTS = ["labour-intermediaries", "over-55-hiring", "self-employment", "social-innovation"]


# Nine lists, each of ten times the one before: written out it would fill the memory.
BOMB = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)
# Each condition stands in fourteen groups around the one before: reading it would fill the stack.
DEEP = "zz:\n- &a0 {profile: kind, is: body}\n" + "".join(
    f"- &a{n} {'{all: [' * 14}*a{n - 1}{']}' * 14}\n" for n in range(1, 40)
)
# What a tag calls something that it is not.
NO_VALUES = (
    "9" * 5_000,
    "!!timestamp 2001-99-99",
    "!!timestamp never",
    "!!int abc",
    "!!int ''",
    "!!bool maybe",
    "!!map [x]",
    "!!set {a, [b]}",
    "\ud800",
)


def change(definition: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The definition with another value at a path of names; None takes the name out."""
    name, _, rest = path.partition(".")
    new = dict(definition)
    if rest:
        new[name] = change(new[name], rest, value)
    elif value is None:
        del new[name]
    else:
        new[name] = value
    return new


def call_of(definition: Mapping[str, Any]) -> Call:
    """A call as its definition describes it, without database."""
    found = engine.read_call(definition)
    call = Call(code=found.code, opens_at=found.opens_at, closes_at=found.closes_at)
    call.kind = engine.CallKind(found.kind)
    call.rules = dict(found.rules)
    return call


def texts_in(part: Any) -> list[Mapping[str, str]]:
    """Every text by language in a definition."""
    if isinstance(part, Mapping) and "it" in part:
        return [part]
    below = part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ()
    return [text for each in below for text in texts_in(each)]


def test_blueprints_come_with_the_portal() -> None:
    assert engine.blueprint_names() == BLUEPRINTS


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_blueprint_speaks_every_language(name: str) -> None:
    texts = texts_in(engine.load_blueprint(name))
    assert [text for text in texts if set(text) != set(LANGUAGES)] == []


def test_spring_call_has_its_published_dates_and_ceiling() -> None:
    found = engine.read_call(spring_call())
    assert clock.rome_date(found.opens_at) == date(2023, 4, 3)
    assert found.closes_at == datetime(2023, 5, 6, 10, 0, tzinfo=UTC)  # noon in Rome
    assert found.columns["highest_amount"] == Decimal("8000.00")
    assert found.threshold_hundredths == 6000


def test_call_based_on_a_blueprint_shares_its_form_and_grid() -> None:
    spring = engine.read_call(spring_call())
    social = engine.read_call(engine.load_blueprint("social-innovation"))
    assert spring.form_definition == social.form_definition
    assert spring.grid_definition == social.grid_definition
    assert spring.blueprint == social.blueprint
    assert spring.rules["privacy"]["version"] == "2023-1"
    assert spring.rules["privacy"]["sections"] == social.rules["privacy"]["sections"]


def test_workshop_grid_has_three_automatic_and_five_judged_criteria() -> None:
    grid = engine.read_call(engine.load_blueprint("social-innovation")).grid
    assert [each.key for each in grid.automatic] == [
        "organisation_type",
        "territory",
        "strategic_sector",
    ]
    assert [each.key for each in grid.judged] == [
        "employment",
        "entrepreneurial_skill",
        "vision",
        "sustainability",
        "partnerships",
    ]
    assert sum(each.weight for each in grid.criteria) == 100


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_blueprint_asks_for_title_amount_and_strategic_sector(name: str) -> None:
    form = engine.read_call(engine.load_blueprint(name)).form
    sector = form.copied(Copy.SECTOR)
    assert sector is not None
    assert {option.key for option in sector.options} >= {
        "community_welfare",
        "services_to_citizens",
        "social_agriculture",
        "tourism",
        "parenthood_support",
    }
    assert form.copied(Copy.TITLE) is not None
    assert form.copied(Copy.REQUESTED_AMOUNT) is not None


def test_strands_of_files_are_those_of_calls() -> None:
    assert {strand.value for strand in Strand} == set(STRANDS) == set(engine.STRAND_LABELS)


@pytest.mark.parametrize(
    ("path", "value", "field", "code"),
    [
        ("title", None, "call.title", "definition_missing"),
        ("title", {"en": "Call"}, "call.title", "definition_text"),
        ("title", {"it": "Avv\0iso"}, "call.title", "definition_control"),
        ("title", {"it": "Avviso\ud800"}, "call.title", "definition_control"),
        ("colour", "blue", "call.colour", "definition_unknown"),
        ("code", "Call 1", "call.code", "definition_slug"),
        ("code", 2023, "call.code", "definition_slug"),
        ("strand", "sport", "call.strand", "definition_choice"),
        ("opens", "2026-02-30T09:00", "call.opens", "date_not_real"),
        ("opens", "30/11/2026", "call.opens", "datetime_format"),
        ("opens", datetime(2026, 11, 9), "call.opens", "datetime_format"),  # noqa: DTZ001  naive on purpose
        ("closes", "2023-04-03T09:00", "call.closes", "close_before_open"),
        ("closes", None, "call.closes", "definition_missing"),
        ("threshold", 101, "call.threshold", "definition_range"),
        ("threshold", 60.5, "call.threshold", "definition_number"),
        ("highest_amount", "9000.00", "call.highest_amount", "definition_amounts"),
        ("applicants", ["spa"], "call.applicants[0]", "definition_choice"),
        ("office", None, "call.office", "definition_missing"),
        ("office.email", "ufficio", "call.office.email", "email_format"),
        ("office.phone", 51, "call.office.phone", "definition_line"),
        ("sheet.needed", [], "call.sheet.needed", "definition_few"),
        ("sheet.timeline", [{"when": "later"}], "call.sheet.timeline[0].when", "definition_moment"),
        ("sheet.timeline", [{"when": -1}], "call.sheet.timeline[0].when", "definition_moment"),
        ("form", [], "call.form", "definition_mapping"),
        ("form.sections", [], "form.sections", "definition_few"),
        ("grid.criteria", [], "grid.criteria", "definition_few"),
        ("based_on", "nothing", "call.based_on", "definition_choice"),
    ],
)
def test_wrong_part_is_named_by_its_path(path: str, value: Any, field: str, code: str) -> None:
    definition = change(engine.load_blueprint("social-innovation"), path, value)
    with pytest.raises(DefinitionError) as refusal:
        engine.read_call(definition)
    assert (refusal.value.field, refusal.value.code) == (field, code)


def test_form_without_a_title_is_refused() -> None:
    definition = engine.load_blueprint("social-innovation")
    del definition["form"]["sections"][0]["questions"][0]["copies"]
    with pytest.raises(DefinitionError) as refusal:
        engine.read_call(definition)
    assert (refusal.value.field, refusal.value.code) == ("form", "definition_no_title")


def test_grid_that_looks_at_no_question_is_refused() -> None:
    definition = engine.load_blueprint("social-innovation")
    definition["grid"]["criteria"][2]["source"] = "answer:colour"
    with pytest.raises(DefinitionError) as refusal:
        engine.read_call(definition)
    assert refusal.value.field == "grid.criteria[2].source"


def test_instants_may_be_given_as_such() -> None:
    opens = datetime(2023, 4, 1, 8, 30, tzinfo=UTC)
    definition = change(engine.load_blueprint("social-innovation"), "opens", opens)
    assert engine.read_call(definition).opens_at == opens


@pytest.mark.parametrize(
    ("text", "line", "code", "facts"),
    [
        ("code: [", 1, "definition_yaml", {}),
        ("code: a\ntitle: {it: b\nstrand: c", 3, "definition_yaml", {}),
        ("- a", 1, "definition_mapping", {}),
        ("", 1, "definition_mapping", {}),
        ("code: a\nstrand: b\ncode: c", 3, "definition_repeated", {"name": "code"}),
        ("code: a\n" * 40_000, 1, "definition_size", {}),
        ("code: !!python/name:os.system", 1, "definition_yaml", {}),
        ("a: " + "[" * 5_000 + "]" * 5_000, 1, "definition_size", {}),
        ("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]", 3, "definition_unknown", {}),
        (BOMB, 1, "definition_size", {}),
        (DEEP, 1, "definition_size", {}),
        *((f"code: {value}", 1, "definition_yaml", {}) for value in NO_VALUES),
        ("a: b\n? [a]\n: c", 2, "definition_yaml", {}),
        ("a: &a [*a]", 1, "definition_size", {}),
    ],
)
def test_file_that_is_no_call_says_where(text: str, line: int, code: str, facts: Any) -> None:
    with pytest.raises(DefinitionError) as refusal:
        engine.read_call(text)
    found = [(each.line, each.code, each.facts) for each in refusal.value.mistakes]
    assert (line, code, facts) in found


def test_yaml_has_no_surprises() -> None:
    text = "a: no\nb: 037006\nc: 2023-05-06\nd: 12\ne: 7.5\nf: true\ng: ~\nh: 1_000\ni:"
    assert engine.read_yaml(text) == {
        "a": "no",
        "b": "037006",
        "c": "2023-05-06",
        "d": 12,
        "e": "7.5",
        "f": True,
        "g": None,
        "h": "1_000",
        "i": None,
    }


def test_timeline_follows_the_window_and_marks_the_present(app: Flask) -> None:
    call = call_of(spring_call())
    with app.app_context(), clock.at(datetime(2023, 5, 22, 10, 0, tzinfo=UTC)):
        events = [(e.when, e.iso, e.state) for e in engine.timeline_of(call)]
    assert events == [
        ("03/04/2023, ore 09:00", "2023-04-03T09:00:00+02:00", "past"),
        ("06/05/2023, ore 12:00", "2023-05-06T12:00:00+02:00", "past"),
        ("21/05/2023", "2023-05-21", "current"),
        ("20/06/2023", "2023-06-20", "future"),
        ("19/08/2023", "2023-08-19", "future"),
    ]


def test_points_are_explained_from_the_highest_down(app: Flask) -> None:
    found = engine.read_call(engine.load_blueprint("social-innovation"))
    call = Call(code=found.code)
    call.form_definition = FormDefinition(definition=found.form_definition)
    call.grid_definition = GridDefinition(definition=found.grid_definition)
    with app.app_context():
        mountain = Area("mountain", {"it": "Comune di montagna"}, ("037062", "037059"))
        territory, sector = engine.criteria_of(call, [mountain])[1:3]
        employment = engine.criteria_of(call)[3]
    assert territory.lines == [
        "Comune di montagna (Alto Reno Terme, Vergato): 10",
        "outskirts: 8",
        "Tutti gli altri: 6",
    ]
    points = [int(line.rpartition(": ")[2]) for line in sector.lines]
    assert points == [10, 10, 10, 6, 6, 2]
    assert sector.lines[-1] == "Tutti gli altri: 2"
    assert (employment.weight, employment.is_judged) == ("20", True)
    assert (employment.lines[0], employment.lines[5]) == ("0: Non trattato", "5: Ottimo")


def test_decision_is_due_within_the_term_of_the_call() -> None:
    call = call_of(spring_call())
    assert engine.term_of(call) == 90
    assert engine.decision_due_on(call) == date(2023, 8, 4)


def test_texts_are_in_the_readers_language(app: Flask) -> None:
    call = call_of(engine.load_blueprint("self-employment"))
    with app.app_context():
        assert engine.office_of(call).owner == "Matteo Serrazanetti (nome di esempio)"
        assert engine.checklist_of(call)[1] == ("adult", "La persona è maggiorenne")
        with in_language("en"):
            assert engine.office_of(call).owner == "Matteo Serrazanetti (example name)"
            assert engine.checklist_of(call)[1] == ("adult", "The person is of age")
            assert engine.privacy_notice_of(call).sections[0][0] == "Who processes your data"
    assert engine.privacy_notice_of(call).version == "2026-1"
    assert engine.eligible_types(call) == {"natural_person"}
