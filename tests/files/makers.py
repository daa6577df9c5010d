"""Files that people and attackers send, each made by a function that returns name and content."""

from __future__ import annotations

import base64
import io
import re
import struct
import zipfile
import zlib
from typing import Any

import pikepdf
from PIL import Image

Made = tuple[str, bytes]
TYPES = "[Content_Types].xml"


def pdf(name: str = "relazione.pdf", pages: int = 1) -> Made:
    """A sound PDF of blank pages."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    return name, saved(document)


def saved(document: pikepdf.Pdf, **options: Any) -> bytes:
    target = io.BytesIO()
    document.save(target, **options)
    return target.getvalue()


def one_page() -> pikepdf.Pdf:
    document = pikepdf.new()
    document.add_blank_page()
    return document


def locked_pdf(user: str) -> Made:
    lock = pikepdf.Encryption(user=user, owner="owner")
    return "protetto.pdf", saved(one_page(), encryption=lock)


def pdf_that_opens(action: str, **facts: Any) -> Made:
    document = one_page()
    act = pikepdf.Dictionary(S=pikepdf.Name(action), **facts)
    document.Root.OpenAction = document.make_indirect(act)
    return "azione.pdf", saved(document)


def pdf_with_nested_script() -> Made:
    """The action stands inside an annotation that stands inside the page."""
    document = one_page()
    act = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    note = pikepdf.Dictionary(Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=act)
    document.pages[0].Annots = pikepdf.Array([note])
    return "nascosto.pdf", saved(document)


def pdf_with_attachment() -> Made:
    document = one_page()
    document.attachments["setup.exe"] = b"MZ" + bytes(100)
    return "allegato.pdf", saved(document)


def pdf_with_form_script() -> Made:
    document = one_page()
    document.Root.AcroForm = pikepdf.Dictionary(
        Fields=pikepdf.Array(), XFA=pikepdf.Stream(document, b"<xdp/>")
    )
    return "modulo.pdf", saved(document)


def pdf_bomb(octets: int = 200_000_000, twice: bool = False) -> Made:
    """A page whose content is small, packed once or twice, and enormous unpacked."""
    document = one_page()
    packed = zlib.compress(b" " * octets, 9)
    stream = pikepdf.Stream(document, zlib.compress(packed) if twice else packed)
    flate = pikepdf.Name.FlateDecode
    stream.Filter = pikepdf.Array([flate, flate]) if twice else flate
    document.pages[0].Contents = document.make_indirect(stream)
    options = {
        "stream_decode_level": pikepdf.StreamDecodeLevel.none,
        "compress_streams": False,
    }
    return "bomba.pdf", saved(document, **options)


def pdf_of_many_objects(count: int) -> Made:
    document = one_page()
    document.Root.Many = pikepdf.Array([pikepdf.Dictionary() for _ in range(count)])
    return "oggetti.pdf", saved(document)


def cut_pdf(part: float = 0.5) -> Made:
    name, content = pdf(pages=20)
    return name, content[: int(len(content) * part)]


def pdf_for_the_web(pages: int) -> Made:
    """A PDF whose first page comes first: its table of objects stands at the beginning."""
    document = pikepdf.open(io.BytesIO(pdf(pages=pages)[1]))
    return "web.pdf", saved(document, linearize=True)


def pdf_with_escaped_name() -> Made:
    """A script whose name is written another way, as readers allow."""
    name, content = pdf_that_opens("/JavaScriptXX", JS="1")
    return name, content.replace(b"/JavaScriptXX", b"/J#61vaScript")


def signed_pdf() -> Made:
    """A PDF to which a signature was added behind its end, as signing tools do."""
    content = pdf()[1]
    before = content.rindex(b"startxref")
    start = content[before:].split()[1]
    size = int(re.findall(rb"/Size (\d+)", content)[0])
    place = len(content)
    signature = b"%d 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /Contents <%s> >>\nendobj\n" % (
        size,
        b"30" * 64,
    )
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root 1 0 R /Prev %s >>\n" % (
        size,
        place,
        size + 1,
        start,
    )
    end = b"startxref\n%d\n%%%%EOF\n" % (place + len(signature))
    return "firmato.pdf", content + signature + table + end


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), **options: Any) -> Made:
    target = io.BytesIO()
    Image.new("RGB", size, "white").save(target, kind, **options)
    return ("foto.jpg" if kind == "JPEG" else "carta.png"), target.getvalue()


def photo_with_place() -> Made:
    """A photograph lying on its side, with place, a note and a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x9286] = "nota segreta"
    exif[0x8825] = {1: "N", 2: (37.0, 4.0, 0.0)}
    return picture("JPEG", exif=exif, comment=b"commento segreto")


def chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


def enormous_png(side: int) -> Made:
    """A few hundred octets that claim to be `side` pixels wide and high."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return "grande.png", b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


def packed(name: str, entries: dict[str, bytes]) -> Made:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for entry, content in entries.items():
            file.writestr(entry, content)
    return name, target.getvalue()


def docx(more: dict[str, bytes] | None = None) -> Made:
    parts = {TYPES: b"<Types/>", "word/document.xml": b"<w:document/>"}
    return packed("bp.docx", parts | (more or {}))


def docx_with_template(address: str) -> Made:
    """A text that takes its template, and the macros of it, from elsewhere."""
    return docx_with_link("attachedTemplate", address)


def docx_with_link(kind: str, address: str) -> Made:
    """A text one of whose parts is elsewhere."""
    link = (
        '<Relationship Id="1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/{kind}" Target="{address}" TargetMode="External"/>'
    )
    return docx({"word/_rels/settings.xml.rels": link.encode()})


def docx_with_two_texts() -> Made:
    """An archive with two entries of one name: each reader shows another."""
    name, content = docx({"word/documenu.xml": b"<w:other/>"})
    return name, content.replace(b"word/documenu.xml", b"word/document.xml")


def zip_with_link() -> Made:
    """An archive whose entry is a symbolic link."""
    target, entry = io.BytesIO(), zipfile.ZipInfo("visura.pdf")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(target, "w") as file:
        file.writestr(entry, "/etc/passwd")
    return "link.zip", target.getvalue()


def xlsx(more: dict[str, bytes] | None = None) -> Made:
    parts = {TYPES: b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
    return packed("conti.xlsx", parts | (more or {}))


def element(tag: int, *parts: bytes) -> bytes:
    """An element in DER."""
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def endless(tag: int, *parts: bytes) -> bytes:
    """The same without a length, as BER allows and signing tools write."""
    return bytes([tag, 0x80]) + b"".join(parts) + b"\0\0"


SIGNED_DATA = element(6, bytes.fromhex("2a864886f70d010702"))
PLAIN_DATA = element(6, bytes.fromhex("2a864886f70d010701"))
VERSION_1 = element(2, b"\x01")
SHA256 = element(0x30, element(6, bytes.fromhex("608648016503040201")))


def envelope(content: bytes) -> bytes:
    """A signed envelope in DER, as far as its shape goes."""
    carried = element(0x30, PLAIN_DATA, element(0xA0, element(4, content)))
    signed = element(0x30, VERSION_1, element(0x31, SHA256), carried, element(0x31))
    return element(0x30, SIGNED_DATA, element(0xA0, signed))


def streamed_envelope(content: bytes) -> bytes:
    """The same in BER, the content in parts."""
    half = len(content) // 2
    parts = endless(0x24, element(4, content[:half]), element(4, content[half:]))
    carried = endless(0x30, PLAIN_DATA, endless(0xA0, parts))
    signed = endless(0x30, VERSION_1, element(0x31, SHA256), carried, element(0x31))
    return endless(0x30, SIGNED_DATA, endless(0xA0, signed))


def bare_signature() -> bytes:
    """A signature that stands apart from its document."""
    signed = element(
        0x30, VERSION_1, element(0x31, SHA256), element(0x30, PLAIN_DATA), element(0x31)
    )
    return element(0x30, SIGNED_DATA, element(0xA0, signed))


def deep_envelope(depth: int) -> bytes:
    """Content in parts of parts of parts."""
    content = element(4, b"x")
    for _ in range(depth):
        content = endless(0x24, content)
    carried = endless(0x30, PLAIN_DATA, endless(0xA0, content))
    signed = endless(0x30, VERSION_1, element(0x31, SHA256), carried, element(0x31))
    return endless(0x30, SIGNED_DATA, endless(0xA0, signed))


def armoured(envelope: bytes) -> bytes:
    """The envelope as text, between the lines that PEM writes."""
    text = base64.encodebytes(envelope)
    return b"-----BEGIN PKCS7-----\n" + text + b"-----END PKCS7-----\n"


def pdf_table_bomb(octets: int) -> Made:
    """A PDF whose table of objects is enormous unpacked: it is read to open the file."""
    table = zlib.compress(bytes(octets), 9)
    head = b"%PDF-1.5\n"
    entry = b"<</Type/XRef/Size 9/W[1 4 2]/Root 1 0 R/Filter/FlateDecode/Length %d>>" % len(table)
    body = b"5 0 obj\n" + entry + b"\nstream\n" + table + b"\nendstream\nendobj\n"
    return "tabella.pdf", head + body + b"startxref\n%d\n%%%%EOF\n" % len(head)


def old_office(stream: str) -> bytes:
    """The beginning of an office file of before 2007, which is also how a locked new one looks."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + stream.encode("utf-16-le")


def flipped_docx() -> Made:
    """A text document one of whose octets has changed on the way."""
    text = b"".join(struct.pack(">I", number * 2654435761 % 2**32) for number in range(500))
    name, content = docx({"word/document.xml": text})
    middle = len(content) // 2
    return name, content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]


def many_entries(count: int) -> Made:
    return packed("tanti.zip", {f"{number}.txt": b"" for number in range(count)})


def locked_zip() -> Made:
    """An archive whose entry says that it is encrypted."""
    name, content = packed("chiuso.zip", {"a.pdf": b"%PDF"})
    start = content.index(b"PK\x01\x02") + 8
    return name, content[:start] + b"\x01" + content[start + 1 :]
