"""The form of a call as it stands on the builder's pages: a draft's, or that of a working copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.calls.engine import definition_of, dump_call, grid_of, write_yaml
from portal.calls.models import Call
from portal.calls.queries.amendments import amendment_definition, amendment_of
from portal.calls.states import CallState
from portal.db import db
from portal.errors import WrongState, declare, mark
from portal.grids.engine import Area, Grid, cached_grid
from portal.grids.queries import areas_in_force, versions_of
from portal.questionnaires.engine import (
    Form,
    Place,
    cached_form,
    part_of,
    place_at,
    users_of,
)

declare(
    {
        "form_published": mark(
            "The call is published: its form changes only on a working copy. Make one on the page "
            "“Amend the call”."
        )
    }
)


@dataclass(frozen=True)
class Bench:
    """A form on the bench: the definition it is part of, and the version to send back."""

    call: Call
    definition: Mapping[str, Any]
    version: int
    is_amendment: bool

    @property
    def form(self) -> Mapping[str, Any]:
        """Return the definition of the form alone."""
        found: Mapping[str, Any] = self.definition["form"]
        return found

    @property
    def read(self) -> Form:
        """Return the form itself."""
        return cached_form(self.form)

    @property
    def text(self) -> str:
        """Return the form as a file."""
        return write_yaml({"form": self.form})


def bench_of(call: Call) -> Bench:
    """Return the form of a draft, or of the working copy of a published call, to be changed."""
    if call.state is CallState.DRAFT:
        return Bench(call, dump_call(definition_of(call)), call.version, False)
    amendment = amendment_of(call)
    if amendment is None:
        raise WrongState("form_published")
    return Bench(call, amendment_definition(call, amendment), amendment.version, True)


def areas_of(call: Call) -> list[Area]:
    """Return the priority areas of a call: those its grid froze, those of the table for a draft."""
    if call.state is CallState.DRAFT:
        return areas_in_force() if grid_of(call).area_keys else []
    return list(grid_of(call).areas)


def areas_on_offer() -> list[Area]:
    """Return the priority areas that a draft may give points for."""
    return areas_in_force()


@dataclass(frozen=True)
class GridVersion:
    """A version of a grid: its number, when it was saved, what it says, which calls use it."""

    number: int
    saved_at: datetime
    grid: Grid
    calls: Sequence[str]


def grid_versions(call: Call) -> list[GridVersion]:
    """Return the versions of the call's grid, the newest first: two queries.

    Each saving of a draft is one. Drafts of the same blueprint have them in common.
    """
    found = versions_of(call.grid_definition.key)
    rows = db.session.execute(
        select(Call.grid_definition_id, Call.code)
        .where(Call.grid_definition_id.in_([each.id for each in found]))
        .order_by(Call.code)
    )
    codes: dict[int, list[str]] = {}
    for definition_id, code in rows:
        codes.setdefault(definition_id, []).append(code)
    return [
        GridVersion(x.version, x.created_at, cached_grid(x.definition), codes.get(x.id, ()))
        for x in found
    ]


def users_in(bench: Bench, kind: str, key: str) -> list[Place]:
    """Return what would break if a section, a question or a column went, each once."""
    form = bench.form
    name, _dot, column = key.partition(".")
    inside = [name]
    if kind == "section":
        inside = [each["key"] for each in part_of(form, kind, key)["questions"]]
    if kind == "check":
        return []
    found: dict[tuple[str, str], Place] = {}
    for each in inside:
        for path in users_of(form, each, column):
            place = place_at(form, path)
            if place is not None and (column or place.key not in inside):
                found.setdefault((place.kind, place.key), place)
        for criterion in () if column else _criteria_on(bench, each):
            place = Place("criterion", criterion["key"], criterion["label"])
            found.setdefault((place.kind, place.key), place)
    return list(found.values())


def _criteria_on(bench: Bench, question: str) -> list[Mapping[str, Any]]:
    criteria = bench.definition.get("grid", {}).get("criteria", ())
    return [each for each in criteria if each.get("source", "").endswith(f":{question}")]
