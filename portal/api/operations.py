"""An operation: one route of the programming interface, what it is asked and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from flask import Response, jsonify, request, url_for
from marshmallow import Schema, ValidationError

from portal import tables
from portal.api.schemas import Args, page_of
from portal.definitions import Problem
from portal.errors import Invalid, InvalidMany


@dataclass(frozen=True)
class Operation:
    """What the document says of a route; without `answer` it hands out a file."""

    summary: Any
    answer: type[Schema] | None
    args: type[Args]
    is_list: bool


@dataclass(frozen=True)
class Listed:
    """One page of a list; empty beyond the last one."""

    items: Sequence[Any]
    total: int
    page: int
    per_page: int

    @property
    def pages(self) -> int:
        """Return how many pages there are: one at least."""
        return max(1, -(-self.total // self.per_page))

    def of(self, items: Sequence[Any]) -> Listed:
        """Return the same page with its items as they are written."""
        return replace(self, items=items)


def operation(
    summary: Any,
    answer: type[Schema] | None,
    args: type[Args] = Args,
    is_list: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Read the parameters by `args`, call the view with them, write its answer by `answer`.

    The view of a list takes the parameters and returns what `cut` or `listed` make.
    """
    written = page_of(answer) if is_list and answer is not None else answer

    def declare(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def answered(**path: Any) -> Response:
            given = read_args(args)
            found = view(given, **path) if is_list else view(**path)
            if written is None:
                return found
            response = jsonify(written().dump(found))
            response.headers["Cache-Control"] = "no-store"
            if is_list:
                response.headers["Link"] = links_of(found)
            return response

        answered.operation = Operation(summary, written, args, is_list)  # type: ignore[attr-defined]
        return answered

    return declare


def read_args(args: type[Args]) -> dict[str, Any]:
    """Return the parameters as their schema reads them; Invalid names each that is wrong."""
    given = request.args.to_dict(flat=False)
    refused = {name: Invalid("parameter_repeated") for name, all_ in given.items() if len(all_) > 1}
    found: dict[str, Any] = {}
    try:
        found = args().load({name: all_[0] for name, all_ in given.items()})
    except ValidationError as error:
        refused |= {name: refusal(said[0]) for name, said in error.messages_dict.items()}
    if refused:
        raise InvalidMany(refused)
    return found


def refusal(problem: Any) -> Invalid:
    """Return what a schema refused, in the portal's codes."""
    if isinstance(problem, Problem):
        return Invalid(problem.code, None, **problem.facts)
    return Invalid(str(problem))


def asked(listing: tables.Listing, args: Mapping[str, Any]) -> tables.Listing:
    """Return what was asked of a list with the page's size."""
    return replace(listing, page=args["page"], page_size=args["per_page"])


def listed(page: tables.Page[Any], args: Mapping[str, Any]) -> Listed:
    """Return one page of a list that the database cut."""
    items = page.items if page.number == args["page"] else ()
    return Listed(items, page.total, args["page"], args["per_page"])


def cut(items: Sequence[Any], args: Mapping[str, Any]) -> Listed:
    """Return one page of a short list."""
    start = (args["page"] - 1) * args["per_page"]
    return Listed(
        items[start : start + args["per_page"]], len(items), args["page"], args["per_page"]
    )


def links_of(found: Listed) -> str:
    """Return the Link header: the first, last and neighbouring pages."""
    numbers = {"first": 1, "prev": found.page - 1, "next": found.page + 1, "last": found.pages}
    asked_for = {**request.args.to_dict(), **(request.view_args or {})}
    return ", ".join(
        f'<{url_for(str(request.endpoint), **{**asked_for, "page": number})}>; rel="{name}"'
        for name, number in numbers.items()
        if 1 <= number <= found.pages
    )
