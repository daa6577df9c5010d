"""The 55 municipalities of the metropolitan city."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from portal.errors import NotFound

CITY = "037006"


@dataclass(frozen=True)
class Municipality:
    """One of the 55 of the metropolitan city; `code` is that of ISTAT."""

    code: str
    name: str
    district: str
    district_code: str
    union: str

    @property
    def area(self) -> str:
        """Return `bologna` for the city, `metropolitan` for all the others."""
        return "bologna" if self.code == CITY else "metropolitan"


def _read_municipalities() -> dict[str, Municipality]:
    path = Path(__file__).parents[1] / "municipalities.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            Municipality(
                code=row["istat_code"],
                name=row["name"],
                district=row["distretto"],
                district_code=row["distretto_code"],
                union=row["unione"],
            )
            for row in csv.DictReader(file)
        ]
    return {row.code: row for row in sorted(rows, key=lambda row: row.name)}


MUNICIPALITIES: Mapping[str, Municipality] = _read_municipalities()


def municipality(code: str) -> Municipality:
    """Return the municipality of an ISTAT code; NotFound when it is none of the 55."""
    try:
        return MUNICIPALITIES[code]
    except KeyError:
        raise NotFound from None


def area(code: str) -> str:
    """Return `bologna` or `metropolitan` for an ISTAT code."""
    return municipality(code).area
