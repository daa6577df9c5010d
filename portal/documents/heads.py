"""The head of a long table on every sheet: wkhtmltopdf draws it on the first alone.

Long tables are those of the macro `long_table`. A document of several sheets is drawn once more
with marks at the ends of each cell: dots in a colour that is each row's own, found again among the
drawing commands. They say where each row stands; the table is then cut where a sheet ends, and
every part gets the head. One table is cut at a time, since what follows it moves.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from portal.documents.boxing import DrawingFailed

Draw = Callable[[str], bytes]

OPENING, CLOSING = '<table class="long">', "</table>"
PART_OPENING = '<table class="part">'
UNSPLIT = '<div class="sheet"><div class="unsplit">%s</div></div>'
NEXT_SHEET = '<div class="next">%s</div>'
CELL = re.compile(r"<t[hd](?: [^>]*)?>|</t[hd]>")
RED = 254
MARK = (
    f'<div style="width: 1px; height: 1px; margin-bottom: -1px; background: rgb({RED}, %d, %d)">'
    "</div>"
)
MOST_MARKS = 65_000
MOST_TABLES = 10  # that are cut; the heads of further ones stand on their first sheet only
POINT = 72 / 25.4  # points in a millimetre
FIRST_POINT, LAST_POINT = 16 * POINT, (297 - 20) * POINT  # what the margins leave of a sheet
EDGES = 2.6 * POINT  # marks stand inside their cells: what the edges of a row add at most
HEADING = 14 * POINT  # what a heading takes that goes with its table
HEIGHT = LAST_POINT - FIRST_POINT

Place = tuple[int, float]  # a sheet, and how many points below its upper edge


@dataclass(frozen=True)
class Spot:
    """Where a row begins and ends."""

    start: Place
    end: Place

    @property
    def height(self) -> float:
        """How high the row is, edges and all; one that passes to another sheet counts both."""
        sheets = self.end[0] - self.start[0]
        return self.end[1] - self.start[1] + sheets * HEIGHT + EDGES

    def is_on(self, sheet: int) -> bool:
        """Tell whether the row stands whole on the sheet."""
        return self.start[0] == sheet and self.end[0] == sheet


@dataclass(frozen=True)
class Table:
    """A long table: its head with the columns, its rows, and what follows it."""

    head: str
    rows: Sequence[str]
    after: str

    @classmethod
    def read(cls, text: str) -> Table:
        """Read what follows an opening tag."""
        inside, _, after = text.partition(CLOSING)
        head, _, body = inside.partition("<tbody>")
        return cls(head, [f"{row}</tr>" for row in body.split("</tr>")[:-1]], after)

    def write(self, rows: Sequence[str], opening: str = OPENING) -> str:
        """Return a table of these rows, with the head."""
        return f"{opening}{self.head}<tbody>{''.join(rows)}</tbody>{CLOSING}"

    def write_part(self, part: Part) -> str:
        """Return a part as a table that can't be split, unless it must be."""
        text = self.write(part.rows, PART_OPENING)
        return UNSPLIT % text if part.fits else text


@dataclass
class Part:
    """Rows for one sheet; a single row may not fit on any."""

    rows: list[str] = field(default_factory=list)
    fits: bool = True


def repeat(html: str, draw: Draw) -> bytes:
    """Return the PDF of the page, with the heads of its long tables on every sheet."""
    content = draw(html)
    if OPENING not in html or count_sheets(content) == 1:
        return content
    cut = html
    for _ in range(MOST_TABLES):
        again = cut_first(cut, draw)
        if again == cut:
            break
        cut = again
        if OPENING not in cut:
            break
    return content if cut == html else draw(cut)


def cut_first(html: str, draw: Draw) -> str:
    """Return the page with the first table that passes from sheet to sheet cut into parts."""
    before, *texts = html.split(OPENING)
    tables = [Table.read(text) for text in texts]
    if sum(len(table.rows) + 1 for table in tables) > MOST_MARKS:
        return html
    spots = find_marks(draw(before + "".join(_marked(tables))))
    first = 0
    for number, table in enumerate(tables):
        found = [spots.get(mark) for mark in range(first, first + len(table.rows) + 1)]
        first += len(found)
        rows = [spot for spot in found if spot is not None]
        if len(rows) == len(found) and not rows[-1].is_on(rows[0].start[0]):
            done = OPENING.join([before, *texts[:number]])
            rest = "".join(OPENING + text for text in texts[number + 1 :])
            return write_parts(done, table, split_rows(table, rows)) + table.after + rest
    return html


def write_parts(before: str, table: Table, parts: Sequence[Part]) -> str:
    """Return the table cut into parts, after what stands before it.

    A heading goes with its table where not even the first row has room below it.
    """
    first, *others = [table.write_part(part) for part in parts]
    moved = len(before)
    if not parts[0].rows:
        moved, first = _heading_before(before), ""
        others[0] = before[moved:] + others[0]
    return before[:moved] + first + "".join(NEXT_SHEET % sheet for sheet in others)


def _heading_before(text: str) -> int:
    """Return where the heading begins with which the text ends, or else the text's end."""
    start = text.rfind("<h2")
    is_last = start >= 0 and text[start:].rstrip().endswith("</h2>")
    return start if is_last and text.count("</h2>", start) == 1 else len(text)


def _marked(tables: Sequence[Table]) -> Iterator[str]:
    """The tables with marks in their heads and rows, numbered through."""
    number = itertools.count()
    for table in tables:
        head = _mark(table.head, next(number))
        rows = [_mark(row, next(number)) for row in table.rows]
        yield Table(head, rows, "").write(rows) + table.after


def _mark(row: str, number: int) -> str:
    mark = MARK % divmod(number, 256)
    return CELL.sub(lambda tag: mark + tag[0] if tag[0][1] == "/" else tag[0] + mark, row)


def split_rows(table: Table, spots: Sequence[Spot]) -> list[Part]:
    """Return the rows sheet by sheet: those that fit below the first head, maybe none, go first."""
    head, *places = spots
    sheet, room = head.start[0], HEIGHT - head.height
    parts = [Part()]
    left = 0.0
    for row, spot in zip(table.rows, places, strict=True):
        if len(parts) > 1 or not spot.is_on(sheet):
            if left < spot.height:
                left = room if len(parts) > 1 or parts[0].rows else room - HEADING
                parts.append(Part(fits=left >= spot.height))
            left -= spot.height
        parts[-1].rows.append(row)
    return parts


def find_marks(content: bytes) -> Mapping[int, Spot]:
    """Return where each marked row of a drawing stands, by its number."""
    spots: dict[int, Spot] = {}
    with whole(content) as pdf:
        for number, page in enumerate(pdf.pages):
            height = float(page.mediabox[3])
            for mark, y in _marks_of(page):
                place = (number, height - y)
                known = spots.get(mark, Spot(place, place))
                spots[mark] = Spot(min(known.start, place), max(known.end, place))
    return spots


def _marks_of(page: pikepdf.Page) -> Iterator[tuple[int, float]]:
    """The marks of a sheet, and how high above its lower edge: y is scaled, then moved."""
    scale, move, mark = 1.0, 0.0, None
    kept = []
    for found in pikepdf.parse_content_stream(page, "q Q cm scn re"):
        operands, operator = found.operands, found.operator
        match str(operator):
            case "q":
                kept.append((scale, move))
            case "Q":
                scale, move = kept.pop() if kept else (1.0, 0.0)
            case "cm":
                scale, move = scale * float(operands[3]), scale * float(operands[5]) + move
            case "scn":
                mark = _number_of(list(operands))
            case "re" if mark is not None:
                yield mark, scale * float(operands[1]) + move


def _number_of(colour: Sequence[Any]) -> int | None:
    if len(colour) != 3:
        return None
    red, green, blue = (round(float(part) * 255) for part in colour)
    return green * 256 + blue if red == RED else None


def count_sheets(content: bytes) -> int:
    """Return how many sheets a drawing has."""
    with whole(content) as pdf:
        return len(pdf.pages)


@contextmanager
def whole(content: bytes) -> Iterator[pikepdf.Pdf]:
    """Open a drawing for reading; raise DrawingFailed where it isn't whole."""
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as pdf:
            yield pdf
    except pikepdf.PdfError as error:
        raise DrawingFailed("the PDF is not whole") from error
