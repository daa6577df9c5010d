"""Lists of the evaluation as spreadsheets to save."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import Response

from portal import spreadsheets
from portal.web import download


def points(hundredths: int | None) -> spreadsheets.Plain | None:
    """Return points as a cell holds them."""
    return None if hundredths is None else spreadsheets.Plain(Decimal(hundredths) / 100)


def handed_out(
    kind: str, name: str, title: str, heads: Sequence[str], rows: Sequence[Any]
) -> Response:
    """Return a list as a file to save."""
    if kind == "xlsx":
        content = spreadsheets.write_xlsx([spreadsheets.Sheet(title, heads, rows)])
    else:
        content = spreadsheets.write_csv([heads, *rows])
    return download(content, f"{name}.{kind}", spreadsheets.MIME[kind])
