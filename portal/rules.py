"""What rules of permission are made of: roles, rights, and predicates over user and record.

A rule looks at the user's roles and at the record: its `scope` (strand and call, for roles that
are limited to them), its `owner_ids` (the people who act for the applicant) and its
`access_rows` (grants and bars written by upper floors).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Role(StrEnum):
    """What a person may be besides an applicant, which anyone may be."""

    ADMIN = "admin"
    STAFF = "staff"
    EVALUATOR = "evaluator"
    TUTOR = "tutor"
    BANK = "bank"
    AUDITOR = "auditor"


class Effect(StrEnum):
    """What an access row does to one person's sight of one record."""

    GRANT = "grant"
    BAR = "bar"
    BLIND = "blind"  # the score sheet alone opens, which hides who applies


class Right(StrEnum):
    """What somebody invited to a record may do with it besides reading it."""

    READ = "read"
    EDIT = "edit"
    SIGN = "sign"


class RoleHeld(Protocol):
    """A role as a person holds it: everywhere, or limited to a strand or to a call."""

    role: Role
    strand: str | None
    call_code: str | None


Test = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Rule:
    """A predicate over (user, record) that combines with `|` and `&`."""

    name: str
    test: Test

    def __call__(self, user: Any, record: Any = None) -> bool:
        return self.test(user, record)

    def __or__(self, other: Rule) -> Rule:
        return Rule(f"({self.name} | {other.name})", lambda u, r: self(u, r) or other(u, r))

    def __and__(self, other: Rule) -> Rule:
        return Rule(f"({self.name} & {other.name})", lambda u, r: self(u, r) and other(u, r))


def holds(role: Role) -> Rule:
    """Rule: the user holds `role`, everywhere or within the record's strand or call."""

    def test(user: Any, record: Any) -> bool:
        scope = getattr(record, "scope", None)
        return any(covers(held, scope) for held in user.roles if held.role == role)

    return Rule(role.value, test)


def covers(held: RoleHeld, scope: tuple[str, str] | None) -> bool:
    """Tell whether a role held reaches `scope` (strand, call code); None is no record at all."""
    if scope is None:
        return True
    strand, call_code = scope
    return held.strand in (None, strand) and held.call_code in (None, call_code)


def has_row(record: Any, user: Any, effect: Effect) -> bool:
    """Tell whether an access row in force has this effect on the user."""
    rows: Iterable[Any] = getattr(record, "access_rows", ())
    return any(x.user_id == user.id and x.effect == effect and x.is_in_force for x in rows)


def everywhere(role: Role) -> Rule:
    """Rule: the user holds `role` without limits; what it is about belongs to no call."""

    def test(user: Any, record: Any) -> bool:
        held = [each for each in user.roles if each.role == role]
        return any(each.strand is None and each.call_code is None for each in held)

    return Rule(f"{role.value} everywhere", test)


def shares(*rights: Right) -> Rule:
    """Rule: the user was invited to the record with one of these rights, and still is."""

    def test(user: Any, record: Any) -> bool:
        people: Iterable[Any] = getattr(record, "collaborators", ())
        return user.id is not None and any(
            x.user_id == user.id and x.right in rights and x.is_in_force for x in people
        )

    return Rule(f"shares({', '.join(rights)})", test)


def has_taken_part(user: Any, record: Any) -> bool:
    """Tell whether the user filled in the record for somebody, or was ever invited to it."""
    people: Iterable[Any] = getattr(record, "collaborators", ())
    return user.id is not None and (
        any(x.user_id == user.id for x in people)
        or getattr(record, "on_behalf_by_id", None) == user.id
    )


def does_represent(user: Any, record: Any) -> bool:
    """Tell whether the user represents the applicant, with all powers."""
    of_record = getattr(record, "representative_ids", None)
    return user.id in (getattr(record, "owner_ids", ()) if of_record is None else of_record)


def does_help(user: Any, record: Any) -> bool:
    """Tell whether the user fills in the record for somebody."""
    return user.id is not None and getattr(record, "on_behalf_by_id", None) == user.id


class _Portal:
    """Who acts when nobody does: jobs that carry out what a rule says."""

    id: int | None = None
    roles: tuple[RoleHeld, ...] = ()


PORTAL = _Portal()
