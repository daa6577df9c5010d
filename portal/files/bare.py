"""Copies of stored files that don't say who made them, for who may not know it.

Programs write names where no page shows them: properties, history, authors of notes, signatures,
the folder a file lay in. What the pages themselves say stays as it is.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf

from portal.errors import NotFound
from portal.files.limits import DEFAULT
from portal.files.models import StoredFile
from portal.files.pdfs import dictionaries, filters_of
from portal.files.serving import open_file

OFFICE = "application/vnd.openxmlformats-officedocument"
SPOKEN_OF = ("/Metadata", "/PieceInfo")
IN_ROOT = ("/AF", "/Collection", "/DSS", "/Perms")
MADE_BY = ("/Author", "/Creator")  # of a thread of articles, of a layer
# Segments of a JPEG: Exif and XMP, what Photoshop notes, comments; then what begins the picture.
MARKER, SCAN, TELLING = b"\xff", b"\xda", (b"\xe1", b"\xed", b"\xfe")
# Chunks of a PNG that only tell.
PNG_HEAD, PNG_TELLING = b"\x89PNG\r\n\x1a\n", (b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"tIME")
# What reading a part of a file that somebody packed otherwise may raise.
UNREADABLE = (
    pikepdf.PdfError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    TypeError,
    RuntimeError,
)
DEEPEST = 1  # how many office files may lie one in the other
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
QUOTED = rb"""("[^"]*"|'[^']*')"""
NAMING = re.compile(
    rb"(\b(?:w:author|w:initials|w15:author|w15:userId|userName)\s*=\s*"
    rb"|<x15ac:absPath\b[^>]*\burl\s*=\s*)" + QUOTED
)
AUTHOR = re.compile(rb"<author>[^<]*</author>")
PERSON = re.compile(rb"\b((?:displayName|userId)\s*=\s*)" + QUOTED)
# Where a template or a linked file lies on somebody's machine, and to whom a link writes.
PLACE = re.compile(
    rb"""(\bTarget\s*=\s*)("(?:file|mailto):[^"]*"|'(?:file|mailto):[^']*')""", re.IGNORECASE
)


def bare_copy(file: StoredFile) -> bytes:
    """Return a copy without what says who made it; NotFound where none can be made."""
    make = _MAKERS.get(file.media_type)
    if make is None:
        raise NotFound
    with open_file(file) as stream:
        content = stream.read()
    try:
        return make(content)
    except UNREADABLE as error:
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
    _drop(dictionary, *(x for x in MADE_BY if isinstance(dictionary.get(x), pikepdf.String)))
    if "/Rect" in dictionary and dictionary.get("/Subtype") != "/Widget":
        _drop(dictionary, "/T")
    if dictionary.get("/FT") == "/Sig":
        for part in (dictionary, *dictionary.get("/Kids", ())):
            _drop(part, "/V", "/AP")
    if isinstance(dictionary, pikepdf.Stream) and filters_of(dictionary)[-1:] == ["/DCTDecode"]:
        _bare_picture(dictionary)


def _bare_picture(stream: Any) -> None:
    """Take out of a photograph in a PDF what cameras and programs write beside it."""
    raw = _unpacked(stream)
    bare = _bare_jpeg(raw)
    if bare != raw:
        parms = stream.get("/DecodeParms")
        own = parms[-1] if isinstance(parms, pikepdf.Array) else parms
        stream.write(bare, filter=pikepdf.Name.DCTDecode, decode_parms=own)


def _unpacked(stream: Any) -> bytes:
    """Return the photograph of a stream without what it is packed in besides."""
    raw, around = stream.read_raw_bytes(), filters_of(stream)[:-1]
    if not around:
        return bytes(raw)
    with pikepdf.new() as pdf:
        outer = pikepdf.Stream(pdf, raw)
        outer.Filter = pikepdf.Array([pikepdf.Name(each) for each in around])
        return bytes(outer.read_bytes(decode_level=pikepdf.StreamDecodeLevel.generalized))


def _bare_jpeg(content: bytes) -> bytes:
    """Return a JPEG without the segments that only tell; one that isn't as it should be stays."""
    kept, at = [content[:2]], 2
    while content[at : at + 1] == MARKER and content[at + 1 : at + 2] not in (b"", SCAN, MARKER):
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at + 1 : at + 2] not in TELLING:
            kept.append(content[at:end])
        at = end
    return b"".join([*kept, content[at:]])


def _bare_png(content: bytes) -> bytes:
    """Return a PNG without the chunks that only tell; one that isn't as it should be stays."""
    if not content.startswith(PNG_HEAD):
        return content
    kept, at = [PNG_HEAD], len(PNG_HEAD)
    while at < len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        if content[at + 4 : at + 8] not in PNG_TELLING:
            kept.append(content[at:end])
        at = end
    return b"".join(kept)


def _drop(dictionary: Any, *names: str) -> None:
    for name in names:
        if name in dictionary:
            del dictionary[name]


def _bare_office(content: bytes, depth: int = 0) -> bytes:
    """Return an office file without names; ValueError where those inside it are too deep or big."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bare,
    ):
        if depth > DEEPEST or sum(x.file_size for x in source.infolist()) > DEFAULT.unpacked:
            raise ValueError
        for name in source.namelist():
            part = _bare_part(name, source.read(name), depth)
            bare.writestr(zipfile.ZipInfo(name, LONG_AGO), part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _bare_part(name: str, part: bytes, depth: int) -> bytes:
    """Return a part of an office file without names; what says how it is built stays."""
    if name in BLANK:
        return BLANK[name].encode()
    ending = name.rpartition(".")[2].casefold()
    if ending in PACKED:
        return _bare_office(part, depth + 1)
    if ending in INSIDE:
        return INSIDE[ending](part)
    if not name.endswith(".xml"):
        return part
    part = NAMING.sub(rb'\1""', part)
    if name.startswith("xl/persons/"):
        part = PERSON.sub(rb'\1""', part)
    return AUTHOR.sub(b"<author></author>", part)


def _as_it_is(content: bytes) -> bytes:
    """Return a picture: it was written anew as it came, without anything beside it."""
    return content


# What lies inside an office file, by its ending; other office files lie there too.
PACKED = frozenset({"docx", "xlsx"})
INSIDE: dict[str, Callable[[bytes], bytes]] = {
    "jpg": _bare_jpeg,
    "jpeg": _bare_jpeg,
    "png": _bare_png,
    "rels": lambda part: PLACE.sub(rb'\1"file:///"', part),
}
_MAKERS: dict[str, Callable[[bytes], bytes]] = {
    "application/pdf": _bare_pdf,
    "image/jpeg": _as_it_is,
    "image/png": _as_it_is,
    f"{OFFICE}.wordprocessingml.document": _bare_office,
    f"{OFFICE}.spreadsheetml.sheet": _bare_office,
}
