"""What people hold in their hands: text, fonts, numbers and heads on every sheet."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import UTC, datetime

import pikepdf
import pytest
from flask_sqlalchemy import SQLAlchemy

from portal.documents.drawing import Engine, draw
from portal.documents.stamping import stamp
from tests.documents.conftest import issue_receipt, text_of

ISSUED = datetime(2026, 11, 22, 9, 15, 32, tzinfo=UTC)
TITLE = "Ricevuta della candidatura SOC-2026-7KQ2M"
FILES = [
    {
        "question": "Bilancio preventivo",
        "name": f"perché no € {number} {'parola ' * (number * 7 % 30)}.pdf",
        "size": "12,3 kB",
        "sha256": f"{number:064x}",
    }
    for number in range(1, 61)
]

pytestmark = pytest.mark.check(43)


def told(program: str, pdf: bytes) -> str:
    """What a program of poppler says about the PDF."""
    return subprocess.run(
        [program, "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


def drawn(**typed: object) -> bytes:
    """The receipt, drawn and stamped."""
    return stamp(draw(issue_receipt(**typed).html), TITLE, "it", ISSUED)[0]


def test_long_receipt_has_all_on_every_sheet(db: SQLAlchemy, engine: Engine) -> None:
    pdf = drawn(files=FILES)
    sheets = text_of(pdf).split("\f")[:-1]

    assert len(sheets) >= 4
    numbers = [re.findall(r"Pagina \d+ di \d+", sheet) for sheet in sheets]
    assert numbers == [[f"Pagina {n} di {len(sheets)}"] for n in range(1, len(sheets) + 1)]
    heads = [len(re.findall(r"File +Dimensione", sheet)) for sheet in sheets]
    rows = [len(re.findall(r"SHA-256 [0-9a-f]{64}", sheet)) for sheet in sheets]
    assert heads == [min(1, count) for count in rows]
    text = "".join(sheets)
    assert re.findall(r"SHA-256 ([0-9a-f]{64})", text) == [file["sha256"] for file in FILES]
    assert re.findall(r"perché no € (\d+)", text) == [str(n) for n in range(1, 61)]
    lines = [sheet.strip().splitlines() for sheet in sheets[1:-1]]
    assert {" ".join(sheet[0].split()) for sheet in lines} <= {"File Dimensione", "File ricevuti"}


def test_receipt_embeds_its_fonts_and_says_what_it_is(db: SQLAlchemy, engine: Engine) -> None:
    pdf = drawn()
    fonts = told("pdffonts", pdf).splitlines()[2:]
    facts = dict(re.findall(r"^([\w ]+): +(.*)$", told("pdfinfo", pdf), re.MULTILINE))

    assert len(fonts) >= 3
    assert {line.split()[-5] for line in fonts} == {"yes"}
    assert (facts["Title"], facts["Pages"]) == (TITLE, "2")
    assert (facts["Creator"], facts["Producer"]) == ("Insieme per il lavoro", "portal")
    with pikepdf.open(io.BytesIO(pdf)) as read:
        assert str(read.docinfo["/CreationDate"]) == "D:20261122091532Z"
        assert str(read.Root.Lang) == "it"
        makers = read.Root.Metadata.read_bytes()
    assert re.search(rb"(?i)(qt|weasyprint|wkhtmltopdf|pikepdf)[ /]*\d", makers) is None
    assert facts["Tagged"] == {"wkhtmltopdf": "no", "weasyprint": "yes"}[engine]


def test_same_receipt_gives_the_same_octets(db: SQLAlchemy, engine: Engine) -> None:
    html = issue_receipt().html
    first, second = (stamp(draw(html), TITLE, "it", ISSUED) for _ in range(2))
    assert first == second


def test_words_without_end_stay_on_the_sheet(db: SQLAlchemy, engine: Engine) -> None:
    long = "Trentatré" * 60
    pdf = drawn(applicant=long, application_title=long, files=[{**FILES[0], "name": long}])
    boxes = re.findall(r'xMin="([\d.]+)".*?xMax="([\d.]+)"', told_boxes(pdf))

    assert max(float(right) for _, right in boxes) < 595 - 45
    assert "".join(text_of(pdf, "-raw").split()).count(long) == 3


def told_boxes(pdf: bytes) -> str:
    """Where each word stands."""
    words = ["pdftotext", "-bbox", "-", "-"]
    return subprocess.run(words, input=pdf, capture_output=True, check=True).stdout.decode()


LONG_TABLE = (
    '<table class="long"><thead><tr><th scope="col">Capo {0}</th></tr></thead><tbody>{1}</tbody>'
    "</table>"
)


@pytest.mark.parametrize("high", [False, True], ids=["low rows", "a row higher than a sheet"])
def test_each_of_several_tables_has_its_head(high: bool) -> None:
    rows = [f"<tr><td>riga {n}</td></tr>" for n in range(90)]
    rows[40] = f"<tr><td>riga 40 {'alta<br>' * 90 * high}</td></tr>"
    tables = "".join(LONG_TABLE.format(name, "".join(rows)) for name in ("A", "B"))
    head = '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>'
    sheets = text_of(draw(f"{head}{tables}<p>fine</p></body></html>")).split("\f")[:-1]

    text = "".join(sheets)
    assert re.findall(r"riga (\d+)", text) == [str(n) for n in range(90)] * 2
    assert (text.count("alta"), text.count("fine")) == (180 * high, 1)
    for name, following in (("A", "B"), ("B", "fine")):
        own = text[
            text.index(f"Capo {name}") : text.index(following, text.index(f"Capo {name}") + 6)
        ]
        assert own.count(f"Capo {name}") >= 3
