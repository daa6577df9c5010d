"""Lists: search, filters, sorting and paging read from the address, done in SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select

from portal import parse
from portal.db import db

T = TypeVar("T")
LONGEST_SEARCH = 100
HIGHEST_PAGE = 100_000


@dataclass(frozen=True)
class Table:
    """What a list offers: sort keys with their SQL columns, filters, columns, the page size.

    The last column of `tie` keeps the order the same from page to page.
    """

    sorts: Mapping[str, Any]
    default_sort: str
    tie: Any
    filters: Sequence[str] = ()
    descending: bool = False
    page_size: int = 25
    columns: Sequence[str] = ()  # those a reader may choose from; without any there is no choice


@dataclass(frozen=True)
class Listing:
    """What the reader asked of a list; everything unknown has been dropped."""

    search: str
    filters: Mapping[str, str]
    sort: str
    descending: bool
    page: int
    page_size: int = 0  # 0 leaves it to the table
    columns: tuple[str, ...] = ()  # those chosen; none leaves it to the list

    def values(self, **changes: Any) -> dict[str, Any]:
        """Return the address's values with changes, for links of heads and pages."""
        now = {
            "q": self.search,
            "sort": self.sort,
            "dir": "desc" if self.descending else "asc",
            "page": self.page,
            "columns": list(self.columns),
            **self.filters,
        }
        return {
            name: value for name, value in {**now, **changes}.items() if value not in ("", None, [])
        }

    def sorting(self, key: str, address_of: Callable[..., str]) -> dict[str, str]:
        """Return where a click on a head leads and how the list is sorted by it; {} without key."""
        if not key:
            return {}
        is_sorted = self.sort == key
        wanted = "asc" if self.descending or not is_sorted else "desc"
        now = "desc" if self.descending else "asc"
        address = address_of(**self.values(sort=key, dir=wanted, page=1))
        return {"sort_url": address, "direction": now if is_sorted else ""}


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list, with the totals its head shows."""

    items: list[T] = field(default_factory=list)
    total: int = 0
    number: int = 1
    pages: int = 1


def read_listing(table: Table, args: Mapping[str, Any]) -> Listing:
    """Read search, filters, sorting and page from the address; wrong ones fall back."""
    sort = args.get("sort", "")
    known = sort in table.sorts
    direction = args.get("dir", "")
    return Listing(
        search=" ".join(args.get("q", "").replace("\x00", " ").split())[:LONGEST_SEARCH],
        filters={name: args[name][:LONGEST_SEARCH] for name in table.filters if args.get(name)},
        sort=sort if known else table.default_sort,
        descending=direction == "desc" if known and direction else table.descending,
        page=read_page(str(args.get("page", "1"))),
        columns=read_columns(table, args),
    )


def read_columns(table: Table, args: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns chosen, each once and in the table's order."""
    many = getattr(args, "getlist", None)
    chosen = many("columns") if many else args.get("columns", ())
    return tuple(key for key in table.columns if key in chosen)


def read_page(text: str) -> int:
    """Return the page number, 1 for what is none."""
    return min(max(parse.carried(text) or 1, 1), HIGHEST_PAGE)


def paginate(
    statement: Select[Any], table: Table, listing: Listing, counted: Select[Any] | None = None
) -> Page[Any]:
    """Run the statement for one page: two queries, whatever the table holds.

    `counted` selects as many rows at less cost, where joins only add columns.
    """
    every = (statement if counted is None else counted).order_by(None).subquery()
    total = db.session.scalar(select(func.count()).select_from(every))
    size = listing.page_size or table.page_size
    pages = max(1, -(-(total or 0) // size))
    number = min(listing.page, pages)
    ordered = in_order_of(statement, table, listing)
    rows = db.session.execute(ordered.limit(size).offset((number - 1) * size))
    items = list(rows.scalars() if len(statement.column_descriptions) == 1 else rows)
    return Page(items, total or 0, number, pages)


def in_order_of(statement: Select[Any], table: Table, listing: Listing) -> Select[Any]:
    """Return the statement for the whole list, in the order asked for."""
    column = table.sorts[listing.sort]
    return statement.order_by(in_order(column, listing.descending), table.tie)


def in_order(column: Any, descending: bool) -> Any:
    """Return the order of a column, what is missing last.

    Where nothing can be missing it isn't said: PostgreSQL would leave the column's index aside.
    """
    order = column.desc() if descending else column.asc()
    is_whole = getattr(getattr(column, "expression", column), "nullable", True) is False
    return order if is_whole else order.nulls_last()


def like(search: str) -> str:
    """Return the LIKE pattern that finds `search` anywhere, its own wildcards taken literally."""
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
