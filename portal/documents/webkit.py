"""What is peculiar to wkhtmltopdf: its command line, its scale, its table heads.

pdfkit builds the command line, but not from the page (its `meta` options are switched off), and
does not run it: it has no time limit.
"""

from __future__ import annotations

import pdfkit

from portal.documents.boxing import DrawingFailed

OPTIONS = {
    "page-size": "A4",
    "encoding": "UTF-8",
    "margin-top": "16mm",
    "margin-bottom": "20mm",
    "margin-left": "18mm",
    "margin-right": "18mm",
    "disable-local-file-access": True,
    "disable-javascript": True,
    "disable-plugins": True,
    "proxy": "http://127.0.0.1:1",
    "load-error-handling": "ignore",
    "load-media-error-handling": "ignore",
}
# It draws a page at 0.768 of its size and takes no option against it. It moves lines inside the
# cells of a table as if sheets ended there, unless the table stands in a box that can't be split.
STYLE = """<style>
html { zoom: 1.302 }
.sheet { line-height: 0 }
.next { page-break-before: always }
.unsplit { display: inline-block; width: 100%; line-height: 1.4; vertical-align: top }
</style></head>"""


class Command(pdfkit.PDFKit):  # type: ignore[misc]
    """The command line, without the options that pdfkit would take from the page itself."""

    def _find_options_in_meta(self, content: object) -> dict[str, str]:
        return {}


def command(html: str, program: str) -> list[str]:
    """Return the words that draw `html`, read from standard input, to standard output."""
    configuration = pdfkit.configuration(wkhtmltopdf=program, environ={"LANG": "C"})
    words: list[str] = Command(
        html, "string", options=OPTIONS, configuration=configuration
    ).command()
    return words


def true_to_scale(html: str) -> str:
    """Return the page as it must be told for a millimetre to be one on the sheet."""
    return html.replace("</head>", STYLE, 1)


def judge(code: int, content: bytes) -> bytes:
    """Return the PDF, or raise DrawingFailed where there is none.

    wkhtmltopdf ends with 1 when a picture was refused, although the PDF is whole and nothing was
    fetched. Such a PDF is taken: a reader needs the text, and a refused picture must not cost a
    person their receipt. `stamping` judges whether it is whole.
    """
    if code not in {0, 1}:
        raise DrawingFailed(f"wkhtmltopdf ended with {code}")
    return content
