"""Files signed as people's own tools sign them."""

from __future__ import annotations

import io
from datetime import timedelta
from functools import cache
from typing import Any

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from portal import clock
from portal.applications import services
from portal.applications.models import Application
from portal.documents.issuing import keep_drawing
from portal.files import receive_made
from tests.files import makers

SIGNER = "BIANCHI ANNA"


@cache
def certificate() -> tuple[Any, Any]:
    """A key, and a certificate that says whose it is."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SIGNER)])
    now = clock.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return key, made


def p7m(content: bytes, detached: bool = False) -> bytes:
    """What a tool writes around a file it signs."""
    key, made = certificate()
    options = [pkcs7.PKCS7Options.Binary]
    if detached:
        options.append(pkcs7.PKCS7Options.DetachedSignature)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    return builder.add_signer(made, key, hashes.SHA256()).sign(Encoding.DER, options)


def signed_anew(content: bytes) -> bytes:
    """A PDF into which a tool has put a signature, writing all of it anew."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        value = pikepdf.Dictionary(
            Type=pikepdf.Name.Sig,
            Filter=pikepdf.Name("/Adobe.PPKLite"),
            SubFilter=pikepdf.Name("/ETSI.CAdES.detached"),
            ByteRange=pikepdf.Array([0, 10, 20, 10]),
            Contents=pikepdf.String(p7m(content, detached=True)),
        )
        field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, V=pdf.make_indirect(value), T="Firma")
        fields = pikepdf.Array([pdf.make_indirect(field)])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=fields, SigFlags=3)
        target = io.BytesIO()
        pdf.save(target)
        return target.getvalue()


def signed_at_the_end(content: bytes) -> bytes:
    """The same PDF, octet by octet, with the signature in what comes after it."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        size, root = int(pdf.trailer.Size), pdf.Root.objgen[0]
        pages = pdf.Root.Pages.objgen[0]
    signature = p7m(content, detached=True).hex()
    start = len(content)
    body = (
        f"\n{size} 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached"
        f"/ByteRange[0 10 20 10]/Contents<{signature}>>>\nendobj\n"
    )
    field = f"{size + 1} 0 obj\n<</FT/Sig/T(Firma)/V {size} 0 R>>\nendobj\n"
    catalog = (
        f"{root} 0 obj\n<</Type/Catalog/Pages {pages} 0 R"
        f"/AcroForm<</SigFlags 3/Fields[{size + 1} 0 R]>>>>\nendobj\n"
    )
    places = [start + 1, start + len(body), start + len(body) + len(field)]
    table = start + len(body) + len(field) + len(catalog)
    previous = content.rpartition(b"startxref")[2].split()[0].decode()
    entries = f"xref\n{root} 1\n{places[2]:010d} 00000 n \n{size} 2\n"
    entries += f"{places[0]:010d} 00000 n \n{places[1]:010d} 00000 n \n"
    trailer = f"trailer\n<</Size {size + 2}/Root {root} 0 R/Prev {previous}>>\n"
    end = f"startxref\n{table}\n%%EOF\n"
    return content + (body + field + catalog + entries + trailer + end).encode()


def drawn_paper(application: Application, who: Any) -> bytes:
    """The paper to sign, as if it had been drawn; another version has another length."""
    paper = services.draw_paper(application, who)
    pages = paper.answers_version % 9 + 1
    name, content = makers.pdf("domanda.pdf", pages)
    received = receive_made(content, name, "application/pdf")
    keep_drawing(paper.document, received, pages)
    return content
