"""Passwords, tokens and terms, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

import pytest

from portal.accounts import engine
from portal.accounts.engine import ROLE_LABELS, is_live, require_good_password, verify_password
from portal.errors import Invalid
from portal.permissions import Role

GOOD = "cavallo pila graffetta corretta"
START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def refusal_of(password: str, *own: str) -> str | None:
    """Return the code a password is refused with, None when it is taken."""
    try:
        require_good_password(password, *own)
    except Invalid as refusal:
        assert refusal.field == "password"
        return refusal.code
    return None


@pytest.mark.check(11)
@pytest.mark.parametrize(
    "password",
    [
        "k7#fw9!q",
        GOOD,
        "  blanks around  ",
        "пароль из четырёх слов",
        "🦉🦉 gufi sul tetto 🌧️",
        "x1y2z3 uhf trk",
        "la bologna che amavo a vent'anni",
        "7f3k" * 3 + "w" * 116,
        "0416829537",
    ],
)
def test_password_of_any_characters_is_taken(password: str) -> None:
    assert refusal_of(password, "Anna Bianchi", "anna.bianchi@esempio.example.org") is None


@pytest.mark.check(11)
@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_short"),
        ("k7#fw9!", "password_short"),
        ("kf7" * 43, "too_long"),
        ("password", "password_common"),
        ("Password1!", "password_common"),
        ("p4ssw0rd", "password_common"),
        ("Pàssword 2026", "password_common"),
        ("12345678", "password_common"),
        ("87654321", "password_common"),
        ("qwertyuiop", "password_common"),
        ("QWERTY123456", "password_common"),
        ("1qaz2wsx", "password_common"),
        ("aaaaaaaaaaaa", "password_common"),
        ("abcabcabcabc", "password_common"),
        ("11112222", "password_common"),
        ("abcdefgh", "password_common"),
        ("juventus1897", "password_common"),
        ("Bologna2026!", "password_common"),
        ("insieme per il lavoro", "password_common"),
        ("lavoro-bologna-portale", "password_common"),
        ("giulia.settembre", "password_common"),
    ],
)
def test_password_that_is_easily_guessed_is_refused(password: str, code: str) -> None:
    assert refusal_of(password) == code


@pytest.mark.check(11)
@pytest.mark.parametrize(
    "password", ["Bertolini88", "nives.bertolini", "pasticceria1!", "BERTOLINI nives"]
)
def test_password_made_of_own_name_or_address_is_refused(password: str) -> None:
    own = ("Nives Bertolini", "nives@pasticceria.example.org")
    assert refusal_of(password, *own) == "password_common"
    assert refusal_of(f"{password} {GOOD}", *own) is None


@pytest.mark.check(11)
def test_password_of_128_characters_is_the_longest() -> None:
    longest = (GOOD * 5)[:128]
    assert refusal_of(longest) is None
    assert refusal_of(f"{longest}x") == "too_long"


@pytest.mark.check(11)
def test_password_is_hashed_with_argon2id_as_measured() -> None:
    assert engine.hash_password(GOOD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.check(11)
def test_password_counts_to_the_last_blank() -> None:
    password = (GOOD * 3)[:63] + " "
    password_hash = engine.hash_password(password)
    assert verify_password(password_hash, password)
    assert not verify_password(password_hash, password.rstrip())
    assert not verify_password(password_hash, password.upper())


def test_password_is_the_same_however_accents_are_composed() -> None:
    assert verify_password(
        engine.hash_password("perch\u00e9 no pap\u00e0"), "perche\u0301 no papa\u0300"
    )


def test_no_password_fits_an_account_without_one_or_with_a_broken_hash() -> None:
    assert not verify_password(None, GOOD)
    assert not verify_password("broken", GOOD)


@pytest.mark.check(1)
def test_refusal_takes_as_long_without_an_account() -> None:
    password_hash = engine.hash_password(GOOD)
    times: dict[str | None, list[float]] = {password_hash: [], None: []}
    for _ in range(15):
        for known, taken in times.items():
            start = perf_counter()
            verify_password(known, "another one")
            taken.append(perf_counter() - start)
    assert 0.5 < median(times[None]) / median(times[password_hash]) < 2


def test_tokens_are_long_and_never_the_same() -> None:
    tokens = {engine.new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}


@pytest.mark.parametrize(
    ("age", "idle", "has_roles", "holds"),
    [
        (timedelta(hours=2), timedelta(minutes=29, seconds=59), True, True),
        (timedelta(hours=2), timedelta(minutes=30), True, False),
        (timedelta(hours=2), timedelta(hours=2), False, True),
        (timedelta(hours=11, minutes=59), timedelta(0), True, True),
        (timedelta(hours=12), timedelta(0), True, False),
        (timedelta(hours=11, minutes=59), timedelta(hours=11), False, True),
        (timedelta(hours=12), timedelta(0), False, False),
    ],
)
def test_session_holds_30_idle_minutes_with_roles_and_12_hours(
    age: timedelta, idle: timedelta, has_roles: bool, holds: bool
) -> None:
    now = START + age
    assert is_live(START, now - idle, now, has_roles) is holds


def test_every_role_has_a_name_for_its_mails() -> None:
    assert set(ROLE_LABELS) == {role.value for role in Role}


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/131.0 Safari/537.36",
         "Chrome/Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/131.0 Edg/131.0",
         "Edge/Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1",
         "Safari/iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
         "Firefox/Linux"),
        ("curl/8.5.0", "/"),
    ],
)  # fmt: skip
def test_browser_is_kept_in_two_coarse_words(user_agent: str, device: str) -> None:
    assert engine.device_of(user_agent) == device
