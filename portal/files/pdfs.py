"""PDF files: whole, readable without a password, bounded, without anything that acts."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf

from portal.errors import Invalid
from portal.files.limits import DEFAULT, Limits

# qpdf unpacks the tables of a file while it opens it: beyond these octets it gives up.
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=DEFAULT.unpacked,
    run_length_max_memory=DEFAULT.unpacked,
    png_max_memory=DEFAULT.unpacked,
    tiff_max_memory=DEFAULT.unpacked,
    dct_max_memory=DEFAULT.unpacked,
)

ACTIONS = {"/Launch", "/JavaScript", "/ImportData", "/GoToE", "/Rendition", "/Movie", "/Sound"}
ANNOTATIONS = {"/FileAttachment", "/RichMedia", "/Movie", "/3D"}
FLATE = {"/FlateDecode", "/Fl"}
CHEAP = {"/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx", "/RunLengthDecode", "/RL", *FLATE}
SLICE = 64 * 1024
STEP = 1024 * 1024


def check_pdf(path: Path, limits: Limits) -> None:
    """Raise Invalid for a PDF that is damaged, locked, too complex, or does something.

    A file that pikepdf opens with a warning is damaged: one cut in half opens without an error.
    """
    try:
        with pikepdf.open(path, attempt_recovery=False) as pdf:
            if len(pdf.pages) > limits.pages:
                raise Invalid("file_too_complex")
            _check_objects(pdf, limits)
            if not len(pdf.pages) or pdf.get_warnings():
                raise Invalid("file_damaged")
    except pikepdf.PasswordError as error:
        raise Invalid("file_password") from error
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError) as error:
        exceeded = any(word in str(error) for word in ("limit exceeded", "unfilterable"))
        raise Invalid("file_too_complex" if exceeded else "file_damaged") from error


def _check_objects(pdf: pikepdf.Pdf, limits: Limits) -> None:
    names: Any = pdf.Root.get("/Names", {})
    if "/EmbeddedFiles" in names or "/JavaScript" in names:
        raise Invalid("file_active_content")
    if "/XFA" in pdf.Root.get("/AcroForm", {}):
        raise Invalid("file_active_content")
    left = limits.unpacked_pdf
    for count, dictionary in enumerate(dictionaries(pdf)):
        if count > limits.objects:
            raise Invalid("file_too_complex")
        if _acts(dictionary):
            raise Invalid("file_active_content")
        if isinstance(dictionary, pikepdf.Stream):
            left -= unpacked_size(dictionary, limits.unpacked)
            if left < 0:
                raise Invalid("file_too_complex")


def dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Yield every dictionary and stream once, those inside others too."""
    for item in pdf.objects:
        waiting: list[Any] = [item]
        while waiting:
            value = waiting.pop()
            if isinstance(value, pikepdf.Array):
                children = list(value)
            elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
                yield value
                children = [child for _, child in value.items()]
            else:
                continue
            waiting += [
                child
                for child in children
                if isinstance(child, pikepdf.Object) and not child.is_indirect
            ]


def _acts(dictionary: Any) -> bool:
    if dictionary.get("/S") in ACTIONS or dictionary.get("/Subtype") in ANNOTATIONS:
        return True
    if dictionary.get("/Type") == "/EmbeddedFile":
        return True
    return "/EF" in dictionary and ("/F" in dictionary or "/UF" in dictionary)


def unpacked_size(stream: Any, limit: int) -> int:
    """Return how many octets the stream unpacks to; Invalid beyond `limit`, never decoding more.

    Pictures and what only viewers unpack count as they are.
    """
    filters = filters_of(stream)
    raw = stream.read_raw_bytes()
    if not FLATE.intersection(filters) or not CHEAP.issuperset(filters):
        return len(raw)
    if len(filters) > 1:
        return len(stream.read_bytes(decode_level=pikepdf.StreamDecodeLevel.generalized))
    return inflated_size(raw, limit)


def filters_of(stream: Any) -> list[str]:
    """Return how a stream is packed, from the outside in."""
    given = stream.get("/Filter")
    if given is None:
        return []
    return [str(each) for each in given] if isinstance(given, pikepdf.Array) else [str(given)]


def inflated_size(raw: bytes, limit: int) -> int:
    """Return the inflated size, holding one step of it at a time; Invalid beyond `limit`."""
    inflater, size = zlib.decompressobj(), 0
    try:
        for start in range(0, len(raw), SLICE):
            waiting = raw[start : start + SLICE]
            while waiting:
                size += len(inflater.decompress(waiting, STEP))
                waiting = inflater.unconsumed_tail
                if size > limit:
                    raise Invalid("file_too_complex")
    except zlib.error:
        return size  # viewers show what comes before the flaw
    return size
