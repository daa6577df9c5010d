"""WeasyPrint as a program: HTML on standard input, a tagged PDF (PDF/UA-1) on standard output.

It runs in the box of `boxing.py`, by its path and apart from the portal, and opens nothing that
the page names: what is not in the page itself (`data:`) is not drawn. Sockets and other programs
are refused to the whole process, for machines that have no network namespace to give.
"""

from __future__ import annotations

import sys

from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher

SHEET = "@page { size: A4; margin: 16mm 18mm 20mm }"
REFUSED = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system", "os.fork")


def refuse(event: str, _arguments: object) -> None:
    """End whatever would leave this process."""
    if event.startswith(REFUSED):
        raise PermissionError(event)


def main() -> None:
    """Draw the one page given."""
    sys.addaudithook(refuse)
    fetcher = URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    page = HTML(string=sys.stdin.buffer.read().decode(), url_fetcher=fetcher)
    sheet = CSS(string=SHEET, url_fetcher=fetcher)
    pdf = page.write_pdf(stylesheets=[sheet], pdf_variant="pdf/ua-1")
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
