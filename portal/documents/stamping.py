"""What a drawing lacks: page numbers, title, language, and nothing that says when it was drawn."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name

from portal import i18n
from portal.documents.boxing import DrawingFailed
from portal.documents.heads import whole
from portal.i18n import _

MOST_PAGES = 300
FONT_SIZE = 8
BASELINE = 28  # points above the edge of the sheet
FONT = "/PageNumber"
FONT_FILE = "LiberationSans-Regular.ttf"
FONT_FOLDER = Path("/usr/share/fonts/truetype")
FIRST, LAST = 32, 255  # the letters of the numbers' font, as Windows-1252 counts them
ARTIFACT = b"/Artifact <</Type /Pagination /Subtype /Footer>> BDC"


def stamp(content: bytes, title: str, language: str, issued_at: datetime) -> tuple[bytes, int]:
    """Return the PDF with "page n of m" on every sheet, and how many there are.

    The same drawing gives the same octets whenever it is stamped. Raises DrawingFailed for a PDF
    that is not whole, or has more than `MOST_PAGES`.
    """
    with whole(content) as pdf:
        pages = len(pdf.pages)
        if pages > MOST_PAGES:
            raise DrawingFailed(f"the PDF has {pages} pages")
        if pages == 0 or pdf.check_pdf_syntax() or pdf.get_warnings():
            raise DrawingFailed("the PDF is not whole")
        _number_pages(pdf, language)
        _describe(pdf, title, language, issued_at)
        target = io.BytesIO()
        pdf.save(target, deterministic_id=True)
    return target.getvalue(), pages


def join(drawings: Iterable[bytes], title: str, language: str, issued_at: datetime) -> bytes:
    """Return several drawings as one PDF, each with the page numbers it has."""
    with pikepdf.new() as pdf:
        for content in drawings:
            with whole(content) as part:
                pdf.pages.extend(part.pages)
        _describe(pdf, title, language, issued_at)
        target = io.BytesIO()
        pdf.save(target, deterministic_id=True)
    return target.getvalue()


def _number_pages(pdf: pikepdf.Pdf, language: str) -> None:
    widths, program = _font()
    font = _embed(pdf, widths, program)
    with i18n.in_language(language):
        for number, page in enumerate(pdf.pages, start=1):
            text = _("Page %(page)s of %(pages)s", page=number, pages=len(pdf.pages))
            letters = text.encode("cp1252", "replace")
            width = sum(widths[letter - FIRST] for letter in letters) * FONT_SIZE / 1000
            left = (float(page.mediabox[2]) - width) / 2
            line = (
                b"Q %s q BT %s %d Tf 0.3 g %.1f %d Td <%s> Tj ET Q EMC"
                % (ARTIFACT, FONT.encode(), FONT_SIZE, left, BASELINE, letters.hex().encode())
            )  # fmt: skip
            page.add_resource(font, Name.Font, Name(FONT))
            page.contents_add(b"q ", prepend=True)
            page.contents_add(line)


@functools.cache
def _font() -> tuple[list[int], bytes]:
    """The widths of the letters in thousandths, and the font with these letters alone."""
    from fontTools import subset  # slow to load, and needed by the worker alone
    from fontTools.ttLib import TTFont

    found = next(iter(sorted(FONT_FOLDER.rglob(FONT_FILE))), None)
    if found is None:
        raise DrawingFailed(f"the font {FONT_FILE} is not installed")
    font = TTFont(found)
    names, metrics, units = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    letters = bytes(range(FIRST, LAST + 1)).decode("cp1252", "replace")
    widths = [
        round(metrics[names[ord(letter)]][0] * 1000 / units) if ord(letter) in names else 0
        for letter in letters
    ]
    options = subset.Options(hinting=False, notdef_outline=True, glyph_names=False)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "name", "FFTM"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=letters)
    cutter.subset(font)
    target = io.BytesIO()
    font.save(target)
    return widths, target.getvalue()


def _embed(pdf: pikepdf.Pdf, widths: list[int], program: bytes) -> pikepdf.Object:
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/PAGENR+LiberationSans"),
        Flags=32,
        FontBBox=[-544, -303, 1302, 980],
        ItalicAngle=0,
        Ascent=905,
        Descent=-212,
        CapHeight=729,
        StemV=80,
        FontFile2=pdf.make_stream(program, Length1=len(program)),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.TrueType,
            BaseFont=descriptor.FontName,
            FirstChar=FIRST,
            LastChar=LAST,
            Widths=widths,
            Encoding=Name.WinAnsiEncoding,
            FontDescriptor=pdf.make_indirect(descriptor),
        )
    )


def _describe(pdf: pikepdf.Pdf, title: str, language: str, issued_at: datetime) -> None:
    """Title and language; the makers are named without versions, the date is that of issue."""
    moment = issued_at.astimezone(UTC)
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = title
        metadata["dc:language"] = [language]
        metadata["xmp:CreatorTool"] = "Insieme per il lavoro"
        metadata["xmp:CreateDate"] = metadata["xmp:ModifyDate"] = moment.isoformat()
        metadata["pdf:Producer"] = "portal"
    date = f"D:{moment:%Y%m%d%H%M%S}Z"
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(
            Title=title,
            Creator="Insieme per il lavoro",
            Producer="portal",
            CreationDate=date,
            ModDate=date,
        )
    )
    pdf.Root.Lang = pikepdf.String(language)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
