"""The permission page: roles, scopes, ownership, grants and bars."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from portal import permissions
from portal.errors import Forbidden, NotFound
from portal.permissions import ACTIONS, Effect, Role, can, could, require

SCOPE = ("social", "innovazione-2026")


def held(role: Role, strand: str | None = None, call_code: str | None = None) -> Any:
    return SimpleNamespace(role=role, strand=strand, call_code=call_code)


def person(*roles: Any, number: int | None = 1) -> Any:
    return SimpleNamespace(id=number, roles=list(roles))


def dossier(owner: int = 9, rows: tuple[Any, ...] = ()) -> Any:
    return SimpleNamespace(scope=SCOPE, owner_ids={owner}, access_rows=rows)


def row(effect: Effect, user_id: int = 1, in_force: bool = True) -> Any:
    return SimpleNamespace(user_id=user_id, effect=effect, is_in_force=in_force)


NOBODY = person(number=None)


@pytest.mark.parametrize(
    ("grant", "expected"),
    [
        (held(Role.STAFF), True),
        (held(Role.STAFF, strand="social"), True),
        (held(Role.STAFF, strand="self_employment"), False),
        (held(Role.STAFF, call_code="innovazione-2026"), True),
        (held(Role.STAFF, call_code="altro"), False),
        (held(Role.STAFF, strand="social", call_code="altro"), False),
        (held(Role.EVALUATOR), False),
        (held(Role.BANK), False),
    ],
)
def test_role_reaches_as_far_as_its_limits(grant: Any, expected: bool) -> None:
    assert can(person(grant), "application.admit", dossier()) is expected


def test_staff_never_works_on_its_own_application() -> None:
    assert not can(person(held(Role.STAFF)), "application.admit", dossier(owner=1))
    assert can(person(held(Role.STAFF)), "application.read", dossier(owner=1))


def test_bar_takes_the_dossier_away_from_staff_and_evaluator() -> None:
    barred = dossier(rows=(row(Effect.GRANT), row(Effect.BAR)))
    for role in (Role.STAFF, Role.EVALUATOR, Role.AUDITOR):
        assert not can(person(held(role)), "application.read", barred)


def test_ended_row_counts_no_more() -> None:
    ended = dossier(rows=(row(Effect.GRANT, in_force=False),))
    assert not can(person(held(Role.EVALUATOR)), "sheet.edit", ended)


def test_evaluator_needs_both_the_role_and_the_grant() -> None:
    assigned = dossier(rows=(row(Effect.GRANT),))
    assert can(person(held(Role.EVALUATOR)), "sheet.edit", assigned)
    assert not can(person(), "sheet.edit", assigned)
    assert not can(person(held(Role.EVALUATOR)), "sheet.edit", dossier())


def test_grant_of_another_person_is_no_grant() -> None:
    other = dossier(rows=(row(Effect.GRANT, user_id=2),))
    assert not can(person(held(Role.EVALUATOR)), "sheet.read", other)


def test_what_one_may_not_see_is_not_found() -> None:
    with pytest.raises(NotFound):
        require(person(), "application.submit", dossier())


def test_what_one_sees_but_may_not_do_is_forbidden() -> None:
    with pytest.raises(Forbidden):
        require(person(held(Role.AUDITOR)), "application.admit", dossier())


def test_nobody_could_do_only_what_anyone_may() -> None:
    assert {action for action in ACTIONS if could(NOBODY, action)} == {
        action for action, rule in ACTIONS.items() if rule is permissions.anyone
    }


def test_applicant_could_own_a_record_but_never_hold_an_office() -> None:
    assert could(person(), "application.submit")
    assert not could(person(), "application.list")
    assert not could(person(), "user.invite")


def test_unknown_action_is_an_error_and_no_refusal() -> None:
    with pytest.raises(KeyError):
        can(person(), "application.fly")
