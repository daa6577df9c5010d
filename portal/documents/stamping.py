"""What wkhtmltopdf leaves out: page numbers, title and language."""

from __future__ import annotations

import io

import pikepdf

from portal import i18n
from portal.documents.drawing import DrawingFailed
from portal.i18n import _

MOST_PAGES = 300
FONT_SIZE = 8
MEAN_WIDTH = 0.5  # of a letter of Helvetica, in units of the font's size
BASELINE = 28  # points above the edge of the sheet
FONT = "/PageNumber"


def stamp(content: bytes, title: str, language: str) -> tuple[bytes, int]:
    """Return the PDF with "page n of m" on every sheet, and how many there are.

    The numbers are set in Helvetica, which every reader has and which is not embedded. Raises
    DrawingFailed for a PDF that is not whole, or has more than `MOST_PAGES`.
    """
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as pdf:
            pages = len(pdf.pages)
            if pages == 0 or pdf.get_warnings():
                raise DrawingFailed("the PDF is not whole")
            if pages > MOST_PAGES:
                raise DrawingFailed(f"the PDF has {pages} pages")
            _number_pages(pdf, language)
            _describe(pdf, title, language)
            target = io.BytesIO()
            pdf.save(target)
    except pikepdf.PdfError as error:
        raise DrawingFailed("the PDF is not whole") from error
    return target.getvalue(), pages


def _number_pages(pdf: pikepdf.Pdf, language: str) -> None:
    font = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
    )
    with i18n.in_language(language):
        for number, page in enumerate(pdf.pages, start=1):
            text = _("Page %(page)s of %(pages)s", page=number, pages=len(pdf.pages))
            page.add_resource(font, pikepdf.Name.Font, pikepdf.Name(FONT))
            left = float(page.mediabox[2]) / 2 - len(text) * FONT_SIZE * MEAN_WIDTH / 2
            line = (
                f"Q BT {FONT} {FONT_SIZE} Tf 0.3 g {left:.1f} {BASELINE} Td "
                f"<{text.encode('cp1252', 'replace').hex()}> Tj ET"
            )
            page.contents_add(b"q ", prepend=True)
            page.contents_add(line.encode())


def _describe(pdf: pikepdf.Pdf, title: str, language: str) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = title
        metadata["dc:language"] = [language]
    pdf.Root.Lang = pikepdf.String(language)
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
