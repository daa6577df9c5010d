"""Two at one answer, without a database: whose text stands, and when they are asked."""

from __future__ import annotations

import pytest

from portal.applications.engine import merge, read_marks, read_seen, same, seen_of, write_marks

OLD = seen_of(2, ["vecchio"])


@pytest.mark.parametrize(
    ("mine", "saved", "standing"),
    [
        (["nuovo"], ["vecchio"], ["nuovo"]),
        (["vecchio"], ["loro"], ["loro"]),
        (["nuovo"], ["nuovo"], ["nuovo"]),
        (["nuovo"], ["loro"], None),
        ([], ["vecchio"], []),
        ([], ["loro"], None),
        (["nuovo"], [], None),
        (["vecchio"], [], []),
    ],
)
def test_text_stands_that_one_of_the_two_changed(
    mine: list[str], saved: list[str], standing: list[str] | None
) -> None:
    assert merge(mine, saved, OLD) == standing


def test_page_that_knows_nothing_may_only_fill_a_blank() -> None:
    assert merge(["nuovo"], [], None) == ["nuovo"]
    assert merge(["nuovo"], ["loro"], None) is None
    assert merge([""], ["loro"], None) == ["loro"]


def test_line_ends_and_blanks_are_no_change() -> None:
    assert same(["a\r\nb"], ["a\nb"])
    assert same([""], [])
    assert not same(["a"], ["a", "b"])


def test_marks_are_read_as_they_were_written() -> None:
    seen = {"title": seen_of(3, ["Orto"]), "amount": seen_of(0, [])}
    assert read_marks(write_marks(seen)) == seen


@pytest.mark.parametrize("text", ["", "3", "x.ab", "-1.ab", "3.", "9999999999.ab", "³.ab"])
def test_mark_that_no_page_wrote_is_left_out(text: str) -> None:
    assert read_seen(text) is None
    assert read_marks(f"title:{text}") == {}
