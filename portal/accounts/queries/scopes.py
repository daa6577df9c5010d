"""What a role can be limited to: the features above, strands and calls, say what exists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.errors import Invalid
from portal.permissions import Role

Choices = Callable[[], list[tuple[str, Any]]]


@dataclass
class Offered:
    """The features above: (key, label) of every strand, and of every call."""

    strands: Choices = list
    calls: Choices = list


_offered = Offered()


def offer_scopes(strands: Choices, calls: Choices) -> None:
    """Say what roles can be limited to; called once, when the portal is put together."""
    _offered.strands, _offered.calls = strands, calls


def strand_choices() -> list[tuple[str, Any]]:
    """Return the strands that a role can be limited to, as (key, label)."""
    return _offered.strands()


def call_choices() -> list[tuple[str, Any]]:
    """Return the calls that a role can be limited to, as (code, title)."""
    return _offered.calls()


def require_scope(role: Role, strand: str | None, call_code: str | None) -> None:
    """Refuse a strand or a call that doesn't exist, and any limit of an administrator."""
    if role == Role.ADMIN and (strand or call_code):
        raise Invalid("role_unlimited", "role")
    if strand is not None and strand not in dict(strand_choices()):
        raise Invalid("strand_unknown", "strand")
    if call_code is not None and call_code not in dict(call_choices()):
        raise Invalid("call_unknown", "call_code")
