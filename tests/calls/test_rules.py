"""What holds of a call, said by its file or not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.calls import engine
from portal.calls.engine import CallKind, SignatureMode, Silence, Territory
from portal.calls.models import Call
from portal.calls.states import CallState, Phase
from portal.definitions import DefinitionError

NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def call(**rules: Any) -> Call:
    """A call in a window around noon with these rules alone."""
    window = {"opens_at": NOON - DAY, "closes_at": NOON + 30 * DAY}
    return Call(code="prova", kind=CallKind.WINDOW, rules=rules, **window)


def rolling(*ends: str, **rules: Any) -> Call:
    """A rolling call without a closing, its windows of assessment ending so."""
    windows = [{"until": end} for end in ends]
    own = {**rules, **({"assessment_windows": windows} if windows else {})}
    return Call(code="prova", kind=CallKind.ROLLING, rules=own, opens_at=NOON - DAY, closes_at=None)


def test_what_a_call_does_not_say_is_as_usual() -> None:
    of = call()
    integration = engine.integration_of(of)
    assert (integration.days, integration.silence) == (10, Silence.INADMISSIBLE)
    assert engine.territory_of(of) is Territory.METROPOLITAN
    assert (engine.money_of(of), engine.stamp_duty_of(of)) == (None, None)
    assert (engine.signature_modes_of(of), engine.representative_confirms(of)) == ((), False)
    assert (engine.is_ranked(of), engine.reminder_days_of(of)) == (True, 2)
    assert engine.questions_close_at(of) == NOON + 25 * DAY
    assert (engine.eligibility_of(of), engine.acts_of(of), engine.attachments_of(of)) == (
        [],
        [],
        [],
    )


def test_what_a_call_says_is_read(app: Flask) -> None:
    found = engine.read_call(engine.load_blueprint("labour-intermediaries"))
    of = call(**found.rules)
    with app.app_context():
        assert engine.acts_of(of)[0].date == date(2020, 11, 20)
        asked = engine.eligibility_of(of)
    assert [(each.key, each.wanted) for each in asked] == [
        ("licensed", "yes"),
        ("enrolled_people", "yes"),
        ("fees", "no"),
    ]
    assert engine.signature_modes_of(of) == (
        SignatureMode.DIGITAL_SIGNATURE,
        SignatureMode.HANDWRITTEN_SCAN,
    )
    assert (engine.stamp_duty_of(of), engine.representative_confirms(of)) == (Decimal(16), True)
    assert engine.questions_close_at(of) == of.closes_at - 7 * DAY


@pytest.mark.parametrize(
    ("at", "number"),
    [
        (datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC), 1),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), 2),
        (datetime(2027, 1, 1, tzinfo=UTC), 3),
    ],
)
def test_application_falls_in_the_first_window_that_ends_after_it(
    at: datetime, number: int
) -> None:
    of = rolling("2026-07-01T00:00", "2026-12-31T12:00")
    assert engine.window_at(of, at) == engine.windows_of(of)[number - 1]


def test_decision_in_a_rolling_call_is_counted_from_window_or_receipt() -> None:
    windowed = rolling("2026-07-01T12:00", procedure_term_days=30)
    assert engine.decision_due_on(windowed, NOON) == date(2026, 7, 31)
    assert engine.decision_due_on(windowed, datetime(2026, 8, 1, 12, tzinfo=UTC)) == date(
        2026, 8, 31
    )
    assert engine.decision_due_on(rolling(procedure_term_days=30), NOON) == date(2026, 6, 3)
    assert engine.decision_due_on(rolling()) is None
    assert engine.decision_due_on(call(procedure_term_days=30), NOON) == date(2026, 7, 3)


def test_rolling_call_is_open_until_its_state_says_otherwise() -> None:
    of = rolling()
    of.state = CallState.PUBLISHED
    assert of.phase(NOON - 2 * DAY) is Phase.COMING
    assert of.phase(NOON + 5_000 * DAY) is Phase.OPEN
    assert engine.questions_close_at(of) is None


def test_moments_of_a_rolling_call_are_counted_from_the_sending(app: Flask) -> None:
    found = engine.read_call(engine.load_blueprint("over-55-hiring"))
    of = rolling(**found.rules)
    with app.app_context(), clock.at(NOON):
        events = [(event.when, event.state) for event in engine.timeline_of(of)]
    assert events == [
        ("03/05/2026, ore 12:00", "current"),
        ("10 giorni dopo l'invio", "future"),
        ("30 giorni dopo l'invio", "future"),
    ]


def over_55(**changes: Any) -> dict[str, Any]:
    """The definition of the rolling call, changed."""
    return {**engine.load_blueprint("over-55-hiring"), **changes}


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"kind": "window"}, "call.closes", "definition_missing"),
        ({"kind": "sometimes"}, "call.kind", "definition_choice"),
        ({"assessment_windows": []}, "call.assessment_windows", "definition_few"),
        (
            {"assessment_windows": [{"until": "2027-02-01T12:00"}, {"until": "2027-01-01T12:00"}]},
            "call.assessment_windows",
            "definition_windows",
        ),
        (
            {"kind": "window", "closes": "2099-01-01T12:00"}
            | {"assessment_windows": [{"until": "2027-02-01T12:00"}]},
            "call.assessment_windows",
            "definition_only_rolling",
        ),
        ({"territory": "italy"}, "call.territory", "definition_choice"),
        ({"money": {"budget_line": "x"}}, "call.money.reserve", "definition_missing"),
        ({"lowest_amount": "5.00"}, "call.lowest_amount", "definition_amounts"),
        ({"signature_modes": ["none"]}, "call.signature_modes[0]", "definition_choice"),
        ({"stamp_duty": "16.005"}, "call.stamp_duty", "definition_number"),
        ({"cup": "F1"}, "call.cup", "cup_format"),
        (
            {"integration": {"days": 0, "silence": "continue"}},
            "call.integration.days",
            "definition_range",
        ),
        (
            {"attachments": [{"key": "a", "kind": "notice", "title": {"it": "A"}}] * 2},
            "call.attachments",
            "definition_repeated",
        ),
    ],
)
def test_wrong_rule_is_named_by_its_path(changes: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(DefinitionError) as refusal:
        engine.read_call(over_55(**changes))
    assert (refusal.value.field, refusal.value.code) == (field, code)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://esempio.org", "//esempio.org", "https://", "/a b"]
)
def test_address_that_leads_astray_is_refused(url: str) -> None:
    asked = {**over_55()["eligibility"][0], "alternative_url": url}
    with pytest.raises(DefinitionError) as refusal:
        engine.read_call(over_55(eligibility=[asked]))
    assert refusal.value.field == "call.eligibility[0].alternative_url"


def test_rolling_call_has_no_moment_of_closing() -> None:
    sheet = over_55()["sheet"]
    moments = [{"when": "closes", "title": {"it": "Chiusura"}}]
    with pytest.raises(DefinitionError) as refusal:
        engine.read_call(over_55(sheet={**sheet, "timeline": moments}))
    assert refusal.value.field == "call.sheet.timeline[0].when"


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    wrong = over_55(threshold="x", territory="y")
    wrong["form"]["sections"][0]["key"] = "Z"
    wrong["grid"]["tie_breakers"] = ["nothing"]
    with pytest.raises(DefinitionError) as refusal:
        engine.read_call(wrong)
    assert [mistake.field for mistake in refusal.value.mistakes] == [
        "call.threshold",
        "call.territory",
        "form.sections[0].key",
        "grid.tie_breakers",
    ]
