"""What a signed file holds: its content, that it carries a signature, whose certificates.

Signatures are read and not verified: whether one holds is for the office's own tool to say.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from portal.errors import Invalid
from portal.files.receiving import Received
from portal.files.signatures import decoded, envelope_content
from portal.files.storage import current

DEEPEST = 4  # envelopes within envelopes: as many people have signed one after the other
MOST_NAMES = 10


def read_received(received: Received) -> bytes:
    """Return the content of a file that has just been received."""
    with current().open(received.storage_key) as stream:
        return stream.read()


def contents_of(envelope: bytes) -> list[bytes]:
    """Return what a signed envelope holds, and what that holds where it is an envelope too."""
    found: list[bytes] = []
    while len(found) < DEEPEST:
        try:
            envelope = envelope_content(envelope)
        except Invalid:
            break
        found.append(envelope)
    return found


def signers_of(envelope: bytes) -> list[str]:
    """Return the names in the certificates of an envelope; nothing where they can't be read."""
    names: list[str] = []
    for layer in [envelope, *contents_of(envelope)]:
        try:
            certificates = pkcs7.load_der_pkcs7_certificates(decoded(layer))
        except (Invalid, ValueError, TypeError):
            continue
        names += [name for name in map(_name_of, certificates) if name]
    return list(dict.fromkeys(names))[:MOST_NAMES]


def _name_of(certificate: x509.Certificate) -> str:
    """Return the person a certificate is about; blank for that of an authority."""
    try:
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        if basic.value.ca:
            return ""
    except (x509.ExtensionNotFound, ValueError):
        pass
    found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""


def is_signed_pdf(content: bytes) -> bool:
    """Tell whether a PDF carries a signature that somebody has put in."""
    return any(True for _ in _signatures(content))


def pdf_signers(content: bytes) -> list[str]:
    """Return the names in the certificates of a signed PDF; nothing where they can't be read."""
    names = [name for envelope in _signatures(content) for name in signers_of(envelope)]
    return list(dict.fromkeys(names))[:MOST_NAMES]


def _signatures(content: bytes) -> Iterator[bytes]:
    """Yield the envelopes of the signature fields that are filled."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            form: Any = pdf.Root.get("/AcroForm", {})
            for field in form.get("/Fields", []):
                value = field.get("/V", {})
                if field.get("/FT") == "/Sig" and "/ByteRange" in value and "/Contents" in value:
                    yield bytes(value["/Contents"]).rstrip(b"\0")
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError):
        return
