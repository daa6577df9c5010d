"""Sources and lines: money comes by an act, is promised once, and never more than there is."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask_sqlalchemy import SQLAlchemy

from portal import audit, clock, ledger
from portal.db import transaction
from portal.errors import Forbidden, Invalid, NotFound, PortalError, Stale, WrongState
from portal.permissions import Role
from portal.sources import services
from portal.sources.engine import Regime, Room, read_code
from portal.sources.queries import open_reservations, room_of, rooms_of
from tests import make
from tests.sources import stories
from tests.sources.stories import euros

pytestmark = pytest.mark.database


def room(funded: str | int, reserved: str | int) -> Room:
    """How a line stands."""
    return Room(euros(funded), euros(reserved), euros(funded) - euros(reserved))


def test_source_says_who_pays_and_by_which_law(db: SQLAlchemy) -> None:
    with clock.at(make.NOON):
        found = stories.source(code="hera", cup="F31B20000010001", ends_on=date(2027, 1, 1))
    assert (found.name, found.payer, found.regime, found.cup) == (
        {"it": "Indumenti usati", "en": "Used clothes"},
        "Comune di Bologna",
        Regime.PUBLIC,
        "F31B20000010001",
    )
    assert (found.starts_on, found.ends_on) == (stories.DAY, date(2027, 1, 1))
    assert (found.created_at, found.note) == (make.NOON, "")


def test_source_without_an_english_name_has_the_italian_one(db: SQLAlchemy) -> None:
    assert stories.source(name_en=None).name["en"] == "Indumenti usati"


def test_source_is_refused_where_it_makes_no_sense(db: SQLAlchemy) -> None:
    stories.source(code="once")
    with pytest.raises(Invalid) as refusal:
        stories.source(code="once")
    assert (refusal.value.code, refusal.value.field) == ("source_code_taken", "code")
    with pytest.raises(Invalid) as refusal:
        stories.source(ends_on=stories.DAY - timedelta(days=1))
    assert (refusal.value.code, refusal.value.field) == ("source_dates", "ends_on")


def test_edit_changes_what_is_written_and_notes_the_fields(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    found = stories.source(staff)
    typed = {"name_it": "Vestiti", "payer": "Hera", "regime": "private", "starts_on": stories.DAY}
    services.edit_source(found, staff, found.version, **typed)
    assert (found.name["it"], found.payer, found.regime) == ("Vestiti", "Hera", Regime.PRIVATE)
    *_, last = audit.read_chain()
    assert (last["action"], last["facts"]) == (
        "source.edit",
        {"fields": ["name", "payer", "regime"]},
    )
    with pytest.raises(Stale):
        services.edit_source(found, staff, 1, **typed)


@pytest.mark.parametrize("code", ["Over-55", "over 55", "-over", "over--55", "è", "x" * 41])
def test_code_is_plain(code: str) -> None:
    with pytest.raises(Invalid, match="source_code_format"):
        read_code(code)
    assert read_code(" over-55 ") == "over-55"


def test_new_line_is_empty_and_its_code_is_its_own(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    line = stories.empty_line(staff, "over-55")
    assert room_of(line) == room(0, 0)
    with pytest.raises(Invalid) as refusal:
        stories.empty_line(staff, "over-55")
    assert (refusal.value.code, refusal.value.field) == ("line_code_taken", "code")


def test_money_comes_with_reason_and_act_and_is_noted(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    line = stories.empty_line(staff)
    stories.fund(line, staff, "1234.56", key="first")
    posted = ledger.find_transaction(f"fund:{line.code}:first")
    assert posted is not None
    assert (posted.note, posted.act, posted.effective_on, posted.actor_id) == (
        "Quota 2026",
        "PG 397711/2020",
        stories.DAY,
        staff.id,
    )
    assert room_of(line) == room("1234.56", 0)
    *_, last = audit.read_chain()
    assert (last["action"], last["record_id"], last["facts"]) == (
        "line.fund",
        line.id,
        {"amount": "1234.56", "effective_on": "2026-01-15"},
    )


def test_same_request_again_adds_nothing(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    line = stories.empty_line(staff)
    stories.fund(line, staff, 100, key="first")
    entries = audit.verify().entries
    stories.fund(line, staff, 100, key="first")
    assert (room_of(line), audit.verify().entries) == (room(100, 0), entries)
    with pytest.raises(Invalid, match="ledger_key_taken"):
        stories.fund(line, staff, 200, key="first")


@pytest.mark.parametrize("key", ["", "a b", "x" * 65])
def test_request_needs_a_key_of_its_own(db: SQLAlchemy, key: str) -> None:
    staff = make.user(Role.STAFF)
    line = stories.empty_line(staff)
    with pytest.raises(Invalid, match="movement_key"):
        services.fund_line(line, staff, stories.change(100), key)


def test_act_is_not_of_a_day_to_come(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    line = stories.empty_line(staff)
    tomorrow = stories.change(100, effective_on=clock.today() + timedelta(days=1))
    with pytest.raises(Invalid) as refusal:
        services.fund_line(line, staff, tomorrow, "first")
    assert (refusal.value.code, refusal.value.field) == ("line_day_to_come", "effective_on")


@pytest.mark.check(56)
def test_what_is_promised_is_never_taken_away(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    line = stories.line(1_000, staff)
    services.reserve(line, euros(600), stories.holder(), staff)
    with pytest.raises(Invalid) as refusal:
        stories.reduce(line, staff, "400.01")
    assert (refusal.value.code, refusal.value.field, refusal.value.facts) == (
        "line_below_reserved",
        "amount",
        {"left": euros(400)},
    )
    stories.reduce(line, staff, 400, key="once")
    stories.reduce(line, staff, 400, key="once")
    assert room_of(line) == room(600, 600)


@pytest.mark.check(56)
def test_reserving_stops_at_what_is_left(db: SQLAlchemy) -> None:
    line = stories.line(1_000)
    services.reserve(line, euros(600), stories.holder(), None)
    with pytest.raises(Invalid) as refusal:
        services.reserve(line, euros("400.01"), stories.holder(), None)
    assert (refusal.value.code, refusal.value.facts) == ("limit_reached", {"left": euros(400)})
    services.reserve(line, euros(400), stories.holder(), None)
    assert (room_of(line), room_of(line).left) == (room(1_000, 1_000), 0)


def test_record_holds_one_reservation(db: SQLAlchemy) -> None:
    line, holder = stories.line(1_000), stories.holder()
    first = services.reserve(line, euros(600), holder, None)
    assert services.reserve(line, euros(600), holder, None).id == first.id
    with pytest.raises(WrongState, match="reservation_stands"):
        services.reserve(line, euros(300), holder, None)
    with pytest.raises(WrongState, match="reservation_stands"):
        services.reserve(stories.line(1_000), euros(600), holder, None)
    assert room_of(line) == room(1_000, 600)


def test_release_gives_all_back_once_and_it_can_be_reserved_again(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    line, holder = stories.line(1_000, staff), stories.holder()
    services.reserve(line, euros(600), holder, staff)
    assert services.release(holder, staff) == euros(600)
    assert services.release(holder, staff) == 0
    assert (room_of(line), open_reservations(holder)) == (room(1_000, 0), [])
    services.reserve(line, euros(700), holder, staff)
    assert room_of(line) == room(1_000, 700)
    assert [entry["action"] for entry in audit.read_chain()][-3:] == [
        "line.reserve",
        "line.release",
        "line.reserve",
    ]


def test_each_line_has_money_of_its_own(db: SQLAlchemy) -> None:
    first, second = stories.line(1_000), stories.line(2_000)
    services.reserve(first, euros(1_000), stories.holder(), None)
    assert rooms_of([first.code, second.code, "nobody-opened-this"]) == {
        first.code: room(1_000, 1_000),
        second.code: room(2_000, 0),
    }
    assert rooms_of([]) == {}


@pytest.mark.parametrize(
    ("funded", "reserved", "share"), [(0, 0, 0), (3, 1, 33), ("99.99", "99.98", 99), (5, 5, 100)]
)
def test_share_is_whole_only_of_all(funded: str | int, reserved: str | int, share: int) -> None:
    assert room(funded, reserved).share == share


def test_line_that_nobody_opened_cannot_be_held(db: SQLAlchemy) -> None:
    with pytest.raises(NotFound), transaction():
        services.hold_line("nobody-opened-this")


@pytest.mark.parametrize(
    "who",
    [
        make.held(Role.STAFF, strand="social"),
        make.held(Role.STAFF, call_code="prova"),
        make.held(Role.AUDITOR),
        make.held(Role.ADMIN),
    ],
    ids=["staff of a strand", "staff of a call", "auditor", "admin"],
)
def test_only_staff_of_everything_moves_money(db: SQLAlchemy, who: make.RoleGrant) -> None:
    line, other = stories.line(100), make.user(make.held(who.role, who.strand, who.call_code))
    for deed in (
        lambda: stories.source(other),
        lambda: services.open_line(line.source, other, "altra", title_it="Altra"),
        lambda: stories.fund(line, other, 1),
        lambda: stories.reduce(line, other, 1),
        lambda: services.edit_source(line.source, other, 1),
    ):
        with pytest.raises(PortalError) as refusal:
            deed()
        assert isinstance(refusal.value, Forbidden | NotFound)
    assert room_of(line) == room(100, 0)


def test_amounts_are_exact_to_the_cent(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    line = stories.empty_line(staff)
    for _ in range(10):
        stories.fund(line, staff, "0.10")
    services.reserve(line, Decimal("0.99"), stories.holder(), staff)
    assert room_of(line) == room("1.00", "0.99")
