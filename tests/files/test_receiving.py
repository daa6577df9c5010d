"""What may be uploaded, and the reason given for everything else."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest

from portal import files
from portal.errors import Invalid
from tests.files import makers
from tests.files.conftest import Store
from tests.files.vectors import EICAR

WITH_ZIP = replace(files.DEFAULT, extensions=files.DEFAULT.extensions | {"zip"})
PDF = makers.pdf()[1]
Make = Callable[[], makers.Made]

SOUND: dict[str, Make] = {
    "a plain PDF": makers.pdf,
    "an extension in capitals": lambda: makers.pdf("DOCUMENTO.PDF"),
    "a PDF of 300 pages": lambda: makers.pdf(pages=300),
    "a PDF anybody may open": lambda: makers.locked_pdf(user=""),
    "a PDF with a signature added": makers.signed_pdf,
    "a PDF for the web": lambda: makers.pdf_for_the_web(pages=40),
    "a PDF of 90 MB unpacked": lambda: makers.pdf_bomb(90_000_000),
    "a text document": makers.docx,
    "a text with a chart": lambda: makers.docx({"word/embeddings/tabella.xlsx": b"PK"}),
    "a text with its own template": lambda: makers.docx_with_template("file:///C:/carta.dotx"),
    "a workbook": makers.xlsx,
    "a signed PDF": lambda: ("domanda.pdf.p7m", makers.envelope(PDF)),
    "a signed PDF, streamed": lambda: ("domanda.pdf.p7m", makers.streamed_envelope(PDF)),
    "a signed PDF by another name": lambda: ("domanda v1.2.p7m", makers.envelope(PDF)),
    "a signed PDF in base64": lambda: ("d.pdf.p7m", base64.encodebytes(makers.envelope(PDF))),
    "a signed PDF in PEM": lambda: ("d.pdf.p7m", makers.armoured(makers.envelope(PDF))),
    "a PDF signed twice": lambda: ("d.pdf.p7m.p7m", makers.envelope(makers.envelope(PDF))),
    "a signed text": lambda: ("bp.docx.p7m", makers.envelope(makers.docx()[1])),
}


@pytest.mark.check(31, 38)
@pytest.mark.parametrize("make", SOUND.values(), ids=SOUND.keys())
def test_sound_file_is_kept_byte_for_byte(store: Store, make: Make) -> None:
    name, content = make()

    received = store.receive(name, content)

    assert (received.name, received.size) == (name, len(content))
    assert store.content(received) == content


REFUSED: dict[str, tuple[str, Make]] = {
    "cut in half": ("file_damaged", makers.cut_pdf),
    "cut near its end": ("file_damaged", lambda: makers.cut_pdf(0.99)),
    "for the web, cut": (
        "file_damaged",
        lambda: ("w.pdf", makers.pdf_for_the_web(pages=40)[1][:-400]),
    ),
    "no pages": ("file_damaged", lambda: makers.pdf(pages=0)),
    "script": ("file_active_content", lambda: makers.pdf_that_opens("/JavaScript", JS="1")),
    "script in a link": ("file_active_content", makers.pdf_with_nested_script),
    "plays": ("file_active_content", lambda: makers.pdf_that_opens("/Rendition", JS="1")),
    "hidden by an escape": ("file_active_content", makers.pdf_with_escaped_name),
    "web page before it": ("file_type_mismatch", lambda: ("p.pdf", b"<html></html>\n" + PDF)),
    "octets before it": ("file_damaged", lambda: ("p.pdf", b"junk\n" + PDF)),
    "form that computes": ("file_active_content", makers.pdf_with_form_script),
    "packed twice": ("file_too_complex", lambda: makers.pdf_bomb(twice=True)),
    "bomb in its tables": ("file_too_complex", lambda: makers.pdf_table_bomb(200_000_000)),
    "301 pages": ("file_too_complex", lambda: makers.pdf(pages=301)),
    "program as PDF": ("file_type_mismatch", lambda: ("p.pdf", b"MZ\x90\0" + bytes(500))),
    "picture as PDF": ("file_type_mismatch", lambda: ("p.pdf", makers.picture()[1])),
    "PDF as picture": ("file_type_mismatch", lambda: ("p.png", PDF)),
    "archive unasked": ("file_type_not_allowed", lambda: makers.packed("a.zip", {"a.pdf": PDF})),
    "EICAR in an envelope": ("file_damaged", lambda: ("e.pdf.p7m", makers.envelope(EICAR))),
    "program in an envelope": (
        "file_type_mismatch",
        lambda: ("setup.exe.p7m", makers.envelope(b"MZ\x90\0" + bytes(500))),
    ),
    "PDF called signed": ("file_type_mismatch", lambda: ("d.pdf.p7m", PDF)),
    "envelope cut": ("file_damaged", lambda: ("d.pdf.p7m", makers.envelope(PDF)[:-9])),
    "streamed envelope cut": (
        "file_damaged",
        lambda: ("d.p7m", makers.streamed_envelope(PDF)[:90]),
    ),
    "signature alone": ("file_damaged", lambda: ("d.pdf.p7m", makers.bare_signature())),
    "parts within parts": ("file_damaged", lambda: ("d.pdf.p7m", makers.deep_envelope(500))),
}


@pytest.mark.parametrize(("code", "make"), REFUSED.values(), ids=REFUSED.keys())
def test_upload_is_refused_with_its_reason_and_leaves_nothing(
    store: Store, code: str, make: Make
) -> None:
    name, content = make()

    with pytest.raises(Invalid) as refused:
        store.receive(name, content)

    assert refused.value.code == code
    assert store.all_files() == []


def test_pdf_of_too_many_parts_is_refused(store: Store) -> None:
    limits = replace(files.DEFAULT, objects=1_000)

    with pytest.raises(Invalid, match="file_too_complex"):
        store.receive(*makers.pdf_of_many_objects(1_001), limits)
    store.receive(*makers.pdf_of_many_objects(900), limits)


PACKED: dict[str, tuple[str, Make]] = {
    "docx with macros": ("file_active_content", lambda: makers.docx({"word/vbaProject.bin": b"x"})),
    "docx with an object": (
        "file_active_content",
        lambda: makers.docx({"word/embeddings/oleObject1.bin": b"x"}),
    ),
    "docx by its types": (
        "file_active_content",
        lambda: makers.docx({makers.TYPES: b"<Types>macroEnabled.main+xml</Types>"}),
    ),
    "docx with a template of the net": (
        "file_active_content",
        lambda: makers.docx_with_template("https://esempio.example.org/macro.dotm"),
    ),
    "docx that fetches an object": (
        "file_active_content",
        lambda: makers.docx_with_link("oleObject", "https://esempio.example.org/x"),
    ),
    "docx that declares entities": (
        "file_active_content",
        lambda: makers.docx({"word/document.xml": b"<?xml version='1.0'?><!DOCTYPE a []><a/>"}),
    ),
    "workbook that calls a program": (
        "file_active_content",
        lambda: makers.xlsx({"xl/externalLinks/externalLink1.xml": b"<ddeLink ddeService='cmd'/>"}),
    ),
    "docx with two texts": ("file_damaged", makers.docx_with_two_texts),
    "archive of nothing": ("file_empty", lambda: makers.packed("vuoto.zip", {"a/": b""})),
    "link inside": ("file_type_not_allowed", makers.zip_with_link),
    "docx without a text": ("file_type_mismatch", lambda: makers.packed("x.docx", {"a.txt": b""})),
    "workbook as docx": ("file_type_mismatch", lambda: ("x.docx", makers.xlsx()[1])),
    "locked docx": ("file_password", lambda: ("x.docx", makers.old_office("EncryptedPackage"))),
    "old office as docx": ("file_type_mismatch", lambda: ("x.docx", makers.old_office("Word"))),
    "docx cut in half": ("file_damaged", lambda: ("x.docx", makers.docx()[1][:60])),
    "docx with a wrong checksum": ("file_damaged", makers.flipped_docx),
    "path with ..": (
        "file_type_not_allowed",
        lambda: makers.packed("slip.zip", {"../../tmp/pwned.txt": b"x"}),
    ),
    "whole path": ("file_type_not_allowed", lambda: makers.packed("s.zip", {"/etc/a.txt": b"x"})),
    "program inside": ("file_type_not_allowed", lambda: makers.packed("p.zip", {"a.exe": b"MZ"})),
    "archive inside": ("file_type_not_allowed", lambda: makers.packed("z.zip", {"a.zip": b"PK"})),
    "locked entry": ("file_password", makers.locked_zip),
}


@pytest.mark.parametrize(("code", "make"), PACKED.values(), ids=PACKED.keys())
def test_archive_is_refused_with_its_reason_and_leaves_nothing(
    store: Store, code: str, make: Make
) -> None:
    name, content = make()

    with pytest.raises(Invalid) as refused:
        store.receive(name, content, WITH_ZIP)

    assert refused.value.code == code
    assert store.all_files() == []


def test_archive_of_documents_is_kept_where_the_call_asks_for_one(store: Store) -> None:
    name, content = makers.packed(
        "tavole.zip", {"disegni/": b"", "disegni/pianta.pdf": PDF, "__MACOSX/._pianta.pdf": b"x"}
    )

    received = store.receive(name, content, WITH_ZIP)

    assert (received.media_type, store.content(received)) == ("application/zip", content)


def test_too_large_a_file_is_told_how_large_it_may_be(store: Store) -> None:
    with pytest.raises(Invalid) as refused:
        store.receive("a.pdf", bytes(20 * 1024 * 1024 + 1))

    assert refused.value.facts == {"maximum": "20 MB"}


BAD_NAMES = {
    "doc\u202egnp.pdf": "file_name",
    "visura\r\nX-Evil: 1.pdf": "file_name",
    "visura\u2028.pdf": "file_name",
    "visura\u200b.pdf": "file_name",
    "a" * 300 + ".pdf": "file_name",
    "..": "file_name",
    "/": "file_name",
    "visura.pdf.exe": "file_type_not_allowed",
    "visura.pdf ": None,
    "macro.docm": "file_type_not_allowed",
    "perché €.pdf": None,
    ".htaccess": "file_name",
}


@pytest.mark.check(29, 32)
@pytest.mark.parametrize(("name", "code"), BAD_NAMES.items())
def test_bad_name_is_refused_before_anything_is_written(
    store: Store, name: str, code: str | None
) -> None:
    if code is None:
        assert store.receive(name, PDF).name == name.strip()
        return
    with pytest.raises(Invalid) as refused:
        store.receive(name, PDF)

    assert refused.value.code == code
    assert store.all_files() == []
