"""Lists: what the address may ask, and pages that never lose or repeat a row."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from portal.accounts.models import User
from portal.tables import Table, like, paginate, read_listing
from tests import make

TABLE = Table(
    sorts={"name": User.name, "email": User.email},
    default_sort="name",
    tie=User.id,
    filters=("role",),
    page_size=3,
)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({}, ("", "name", False, 1)),
        ({"q": "  due   parole ", "page": "2"}, ("due parole", "name", False, 2)),
        ({"q": "a\x00b"}, ("a b", "name", False, 1)),
        ({"sort": "password_hash", "dir": "desc"}, ("", "name", False, 1)),
        ({"sort": "email", "dir": "desc"}, ("", "email", True, 1)),
        ({"page": "0"}, ("", "name", False, 1)),
        ({"page": "-3"}, ("", "name", False, 1)),
        ({"page": "\u0663"}, ("", "name", False, 1)),
        ({"page": "99999999999999999999"}, ("", "name", False, 1)),
    ],
)
def test_address_is_read_and_nonsense_dropped(args: dict[str, str], expected: object) -> None:
    listing = read_listing(TABLE, args)
    assert (listing.search, listing.sort, listing.descending, listing.page) == expected


def test_unknown_filter_is_dropped() -> None:
    assert read_listing(TABLE, {"role": "staff", "evil": "1"}).filters == {"role": "staff"}


def test_links_keep_what_was_asked_and_leave_blanks_out() -> None:
    listing = read_listing(TABLE, {"q": "anna", "sort": "email", "dir": "desc"})
    assert listing.values(page=2) == {"q": "anna", "sort": "email", "dir": "desc", "page": 2}


@pytest.mark.database
def test_pages_hold_every_row_once_whatever_the_ties(db: SQLAlchemy) -> None:
    ids = [make.user(name="Uguale").id for _ in range(8)]
    seen, sizes = [], []
    for number in (1, 2, 3):
        page = paginate(sa.select(User), TABLE, read_listing(TABLE, {"page": str(number)}))
        seen += [user.id for user in page.items]
        sizes.append(len(page.items))
    assert (sorted(seen), sizes, page.total, page.pages) == (sorted(ids), [3, 3, 2], 8, 3)


@pytest.mark.database
def test_page_after_the_last_shows_the_last(db: SQLAlchemy) -> None:
    make.user()
    page = paginate(sa.select(User), TABLE, read_listing(TABLE, {"page": "7"}))
    assert (page.number, len(page.items)) == (1, 1)


@pytest.mark.database
def test_empty_list_is_one_empty_page(db: SQLAlchemy) -> None:
    page = paginate(sa.select(User), TABLE, read_listing(TABLE, {}))
    assert (page.items, page.total, page.number, page.pages) == ([], 0, 1, 1)


@pytest.mark.database
def test_wildcards_in_a_search_are_plain_characters(db: SQLAlchemy) -> None:
    make.user(name="cento% sicuro")
    make.user(name="cento volte")
    found = db.session.scalars(
        sa.select(User.name).where(User.name.ilike(like("cento%"), escape="\\"))
    )
    assert list(found) == ["cento% sicuro"]


def test_head_leads_to_the_other_direction_and_to_the_first_page() -> None:
    listing = read_listing(TABLE, {"q": "anna", "sort": "email", "dir": "asc", "page": "4"})
    sorted_now = listing.sorting("email", lambda **values: str(sorted(values.items())))
    assert sorted_now == {
        "sort_url": "[('dir', 'desc'), ('page', 1), ('q', 'anna'), ('sort', 'email')]",
        "direction": "asc",
    }
    assert listing.sorting("name", lambda **values: values["dir"])["direction"] == ""
    assert listing.sorting("name", lambda **values: values["dir"])["sort_url"] == "asc"
    assert listing.sorting("", str) == {}
