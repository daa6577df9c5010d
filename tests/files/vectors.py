"""What makes each upload of tests/golden/uploads.json, by its id."""

from __future__ import annotations

from collections.abc import Callable

from tests.files import makers

# In two pieces, so that a scanner of this machine leaves the test alone.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SCRIPT = b"<script>alert(1)</script>"

UPLOADS: dict[str, Callable[[], makers.Made]] = {
    "upload-01": makers.pdf,
    "upload-02": lambda: makers.pdf("DOCUMENTO.PDF"),
    "upload-04": lambda: ("carta_identita.png", makers.picture(size=(800, 500))[1]),
    "upload-05": makers.photo_with_place,
    "upload-07": lambda: makers.locked_pdf(user=""),
    "upload-08": lambda: makers.locked_pdf(user="x"),
    "upload-10": lambda: makers.pdf_that_opens("/Launch", F="calc.exe"),
    "upload-11": makers.pdf_with_attachment,
    "upload-13": lambda: ("finto.pdf", b"%PDF-1.7\n"),
    "upload-14": lambda: ("pagina.pdf", b"<html>" + SCRIPT + b"</html>"),
    "upload-16": makers.pdf_bomb,
    "upload-17": lambda: makers.pdf("pagine.pdf", pages=5000),
    "upload-19": lambda: ("vuoto.pdf", b""),
    "upload-20": lambda: ("enorme.pdf", b"%PDF-1.4\n" + bytes(21 * 1024 * 1024)),
    "upload-22": lambda: makers.many_entries(20_000),
    "upload-23": lambda: makers.packed("slip.zip", {"../../../../tmp/pwned.txt": b"x"}),
    "upload-25": lambda: makers.docx({"word/document.xml": b"<a>" + b" " * 300_000_000 + b"</a>"}),
    "upload-26": lambda: makers.packed(
        "macro.docx", {makers.TYPES: b"<Types/>", "word/vbaProject.bin": b"x"}
    ),
    "upload-28": lambda: makers.enormous_png(60_000),
    "upload-29": lambda: ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT),
    "upload-31": lambda: ("x.gif", b"GIF89a=1;alert(1)//"),
    "upload-32": lambda: ("setup.exe", b"MZ" + bytes(100)),
    "upload-34": lambda: ("eicar.pdf", EICAR),
}
