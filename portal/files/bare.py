"""Copies of stored files that don't say who made them, for who may not know it.

Programs write names where no page shows them: properties, history, authors of notes, signatures,
the folder a file lay in. What the pages themselves say stays as it is.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pikepdf

from portal.errors import NotFound
from portal.files.models import StoredFile
from portal.files.pdfs import dictionaries
from portal.files.serving import open_file

OFFICE = "application/vnd.openxmlformats-officedocument"
SPOKEN_OF = ("/Metadata", "/PieceInfo")
IN_ROOT = ("/AF", "/Collection", "/DSS", "/Perms")
# Segments of a JPEG: Exif and XMP, what Photoshop notes, comments; then what begins the picture.
MARKER, SCAN, TELLING = b"\xff", b"\xda", (b"\xe1", b"\xed", b"\xfe")
LONG_AGO = (1980, 1, 1, 0, 0, 0)
# What an office file must have, with nothing in it.
PROPERTIES = "http://schemas.openxmlformats.org"
BLANK = {
    "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{PROPERTIES}/package/2006/metadata/'
    'core-properties"/>',
    "docProps/app.xml": f'<Properties xmlns="{PROPERTIES}/officeDocument/2006/'
    'extended-properties"/>',
    "docProps/custom.xml": f'<Properties xmlns="{PROPERTIES}/officeDocument/2006/'
    'custom-properties"/>',
}
NAMING = re.compile(
    rb"(\b(?:w:author|w:initials|w15:author|w15:userId|userName)="
    rb'|<x15ac:absPath\b[^>]*\burl=)"[^"]*"'
)
AUTHOR = re.compile(rb"<author>[^<]*</author>")
PERSON = re.compile(rb'\b(displayName|userId)="[^"]*"')


def bare_copy(file: StoredFile) -> bytes:
    """Return a copy without what says who made it; NotFound where none can be made."""
    make = _MAKERS.get(file.media_type)
    if make is None:
        raise NotFound
    with open_file(file) as stream:
        content = stream.read()
    try:
        return make(content)
    except (pikepdf.PdfError, zipfile.BadZipFile, ValueError, TypeError) as error:
        raise NotFound from error


def has_bare_copy(media_type: str) -> bool:
    """Tell whether a copy of such a file can be made: not of a signed one, nor of an archive."""
    return media_type in _MAKERS


def _bare_pdf(content: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        _drop(pdf.Root, *IN_ROOT)
        if "/Names" in pdf.Root:
            _drop(pdf.Root["/Names"], "/EmbeddedFiles")
        for each in dictionaries(pdf):
            _strip(each)
        target = io.BytesIO()
        pdf.save(target, deterministic_id=True)
        return target.getvalue()


def _strip(dictionary: Any) -> None:
    """Take out what a part of a PDF says of its author: a note's, a signature's, a picture's."""
    _drop(dictionary, *SPOKEN_OF)
    if "/Rect" in dictionary and dictionary.get("/Subtype") != "/Widget":
        _drop(dictionary, "/T")
    if dictionary.get("/FT") == "/Sig":
        for part in (dictionary, *dictionary.get("/Kids", ())):
            _drop(part, "/V", "/AP")
    if isinstance(dictionary, pikepdf.Stream) and dictionary.get("/Filter") == "/DCTDecode":
        _bare_picture(dictionary)


def _bare_picture(stream: Any) -> None:
    """Take out of a photograph in a PDF what cameras and programs write beside it."""
    raw = stream.read_raw_bytes()
    bare = _bare_jpeg(raw)
    if bare != raw:
        stream.write(bare, filter=pikepdf.Name.DCTDecode, decode_parms=stream.get("/DecodeParms"))


def _bare_jpeg(content: bytes) -> bytes:
    """Return a JPEG without the segments that only tell; one that isn't as it should be stays."""
    kept, at = [content[:2]], 2
    while content[at : at + 1] == MARKER and content[at + 1 : at + 2] not in (b"", SCAN, MARKER):
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at + 1 : at + 2] not in TELLING:
            kept.append(content[at:end])
        at = end
    return b"".join([*kept, content[at:]])


def _drop(dictionary: Any, *names: str) -> None:
    for name in names:
        if name in dictionary:
            del dictionary[name]


def _bare_office(content: bytes) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bare,
    ):
        for name in source.namelist():
            part = _bare_part(name, source.read(name))
            bare.writestr(zipfile.ZipInfo(name, LONG_AGO), part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _bare_part(name: str, part: bytes) -> bytes:
    """Return a part of an office file without names; what says how it is built stays."""
    if name in BLANK:
        return BLANK[name].encode()
    if not name.endswith(".xml"):
        return part
    part = NAMING.sub(rb'\1""', part)
    if name.startswith("xl/persons/"):
        part = PERSON.sub(rb'\1=""', part)
    return AUTHOR.sub(b"<author></author>", part)


def _as_it_is(content: bytes) -> bytes:
    """Return a picture: it was written anew as it came, without anything beside it."""
    return content


_MAKERS: dict[str, Callable[[bytes], bytes]] = {
    "application/pdf": _bare_pdf,
    "image/jpeg": _as_it_is,
    "image/png": _as_it_is,
    f"{OFFICE}.wordprocessingml.document": _bare_office,
    f"{OFFICE}.spreadsheetml.sheet": _bare_office,
}
