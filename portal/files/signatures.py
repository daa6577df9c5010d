"""Signed envelopes (`.p7m`): CMS signed data that carries what was signed, in DER, BER or PEM.

The shape is read, not the signature: who signed and whether the certificate holds is verified by
the office's own tool.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from pathlib import Path

from portal.errors import Invalid
from portal.files.limits import Limits

SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
SEQUENCE, SET, OID, INTEGER, OCTETS, OCTETS_PARTS, CONTENT = 0x30, 0x31, 6, 2, 4, 0x24, 0xA0
LONG_FORM, INDEFINITE, END = 0x80, 0x80, b"\0\0"
ARMOUR = re.compile(rb"^-----(BEGIN|END) [A-Z0-9 ]+-----\s*$", re.M)
DEEPEST = 8


def check_signed(path: Path, limits: Limits) -> None:
    """Raise Invalid unless the file is a whole envelope with its content inside."""
    content_of(path)


def content_of(path: Path) -> bytes:
    """Return what was signed; Invalid where the envelope is something else, cut, or empty."""
    return envelope_content(path.read_bytes())


def envelope_content(envelope: bytes) -> bytes:
    """Return the same of an envelope in memory."""
    octets = decoded(envelope)
    try:
        content = _read_envelope(octets)
    except (IndexError, ValueError) as error:
        raise Invalid("file_damaged") from error
    if not content:
        raise Invalid("file_damaged")  # a signature apart from its document
    return content


def decoded(octets: bytes) -> bytes:
    """Return an envelope as octets, however it was written; Invalid where it is no envelope."""
    if octets[:1] == bytes([SEQUENCE]):
        return octets
    try:
        return base64.b64decode(b"".join(ARMOUR.sub(b"", octets).split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid("file_type_mismatch") from error


@dataclass
class Element:
    """One element: its tag, where its value starts and ends; no end means until two zeros."""

    tag: int
    start: int
    end: int | None


class Reader:
    """Reads elements one after the other, refusing what runs past the end."""

    def __init__(self, octets: bytes) -> None:
        self.octets = octets
        self.at = 0

    def open(self, *tags: int) -> Element:
        """Step into the next element, which must have one of `tags`."""
        tag, first = self.octets[self.at], self.octets[self.at + 1]
        if tag not in tags:
            raise ValueError(f"unexpected element {tag:#x}")
        self.at += 2
        if first == INDEFINITE:
            return Element(tag, self.at, None)
        length = first
        if first & LONG_FORM:
            count = first & ~LONG_FORM
            length = int.from_bytes(self.octets[self.at : self.at + count], "big")
            self.at += count
        if self.at + length > len(self.octets):
            raise ValueError("the file is cut")
        return Element(tag, self.at, self.at + length)

    def value(self, *tags: int) -> bytes:
        """Read the next element whole; it must have one of `tags` and a length."""
        element = self.open(*tags)
        if element.end is None:
            raise ValueError("an element without a length")
        self.at = element.end
        return self.octets[element.start : element.end]

    def ended(self, element: Element) -> bool:
        """Tell whether the element ends here, stepping over its end mark."""
        if element.end is not None:
            return self.at >= element.end
        if self.octets[self.at : self.at + 2] != END:
            return False
        self.at += 2
        return True

    def octet_string(self, depth: int = 0) -> bytes:
        """Read a string of octets, in one piece or in parts."""
        if self.octets[self.at] == OCTETS:
            return self.value(OCTETS)
        if depth > DEEPEST:
            raise ValueError("parts within parts")
        element, parts = self.open(OCTETS_PARTS), []
        while not self.ended(element):
            parts.append(self.octet_string(depth + 1))
        return b"".join(parts)


def _read_envelope(octets: bytes) -> bytes:
    reader = Reader(octets)
    reader.open(SEQUENCE)
    if reader.value(OID) != SIGNED_DATA:
        raise ValueError("not signed data")
    reader.open(CONTENT)
    reader.open(SEQUENCE)
    reader.value(INTEGER)
    algorithms = reader.open(SET)
    while not reader.ended(algorithms):
        reader.value(SEQUENCE)
    reader.open(SEQUENCE)
    reader.value(OID)
    reader.open(CONTENT)
    return reader.octet_string()
