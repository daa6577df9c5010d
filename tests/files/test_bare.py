"""Copies that don't say who made a file."""

from __future__ import annotations

import io
import zipfile
import zlib

import pikepdf
import pytest
from flask_sqlalchemy import SQLAlchemy
from PIL import Image, PngImagePlugin

from portal import files
from portal.errors import NotFound
from portal.files import Limits
from tests.files import makers
from tests.files.conftest import Store

WHO = "Zaira Misteriosa"
RED = b"1 0 0 rg 10 10 50 50 re f"
NOTE = "Vedi il bilancio."
ARTIST = 0x013B


def bare(made: makers.Made) -> bytes:
    """The copy of a file as it is handed out."""
    name, content = made
    limits = Limits(extensions=frozenset({"pdf", "png", "docx", "xlsx", "zip"}))
    return files.bare_copy(files.store_upload(io.BytesIO(content), name, None, limits))


def telling_pdf() -> makers.Made:
    """A PDF with a name in its properties, its history, a page and a note on it."""
    document = makers.one_page()
    document.docinfo["/Author"] = WHO
    document.docinfo["/Title"] = f"Bilancio di {WHO}"
    with document.open_metadata() as history:
        history["dc:creator"] = [WHO]
    page = document.pages[0]
    page.obj.Metadata = pikepdf.Stream(document, WHO.encode())
    page.obj.PieceInfo = pikepdf.Dictionary(Word=pikepdf.Dictionary(LastModified=WHO))
    page.obj.Contents = pikepdf.Stream(document, RED)
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], T=WHO, Contents=NOTE
    )
    page.obj.Annots = pikepdf.Array([document.make_indirect(note)])
    return "bilancio.pdf", makers.saved(document)


def octets_of(content: bytes) -> bytes:
    """All that a PDF holds, unpacked."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return makers.saved(
            pdf,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of an office file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_pdf_leaves_without_names_and_with_what_its_pages_say(db: SQLAlchemy, store: Store) -> None:
    made = telling_pdf()
    copy = bare(made)
    assert WHO.encode() in octets_of(made[1])
    assert WHO.encode() not in octets_of(copy)
    with pikepdf.open(io.BytesIO(copy)) as pdf:
        (page,) = pdf.pages
        assert page.Contents.read_bytes() == RED
        assert str(page.Annots[0].Contents) == NOTE
        assert ("/Info" in pdf.trailer, "/Metadata" in pdf.Root) == (False, False)


@pytest.mark.parametrize("packing", [[], ["DCTDecode"], ["FlateDecode", "DCTDecode"]])
def test_photograph_in_a_pdf_keeps_its_picture_alone(
    db: SQLAlchemy, store: Store, packing: list[str]
) -> None:
    exif = Image.Exif()
    exif[ARTIST] = WHO
    taken = makers.picture("JPEG", exif=exif, comment=WHO)[1]
    document = makers.one_page()
    packed = zlib.compress(taken) if "FlateDecode" in packing else taken
    photo = pikepdf.Stream(document, packed)
    photo.Type, photo.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    photo.Width, photo.Height, photo.BitsPerComponent = 60, 40, 8
    photo.ColorSpace = pikepdf.Name.DeviceRGB
    names = pikepdf.Array([pikepdf.Name(f"/{each}") for each in packing])
    photo.Filter = names if packing else pikepdf.Name.DCTDecode
    document.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Foto=photo))
    copy = bare(("foto.pdf", makers.saved(document)))
    with pikepdf.open(io.BytesIO(copy)) as pdf:
        left = pdf.pages[0].obj.Resources.XObject.Foto.read_raw_bytes()
    assert (WHO.encode() in taken, WHO.encode() in left) == (True, False)
    pictures = [Image.open(io.BytesIO(each)).tobytes() for each in (taken, left)]
    assert pictures[0] == pictures[1]


def test_same_file_gives_the_same_copy(db: SQLAlchemy, store: Store) -> None:
    given = telling_pdf()
    assert bare(given) == bare(given)


def test_signature_of_a_pdf_is_taken_off(db: SQLAlchemy, store: Store) -> None:
    document = makers.one_page()
    signature = pikepdf.Dictionary(
        Type=pikepdf.Name.Sig, ByteRange=[0, 1, 2, 3], Contents=b"30", Name=WHO
    )
    seal = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T="Firma", V=signature)
    document.Root.AcroForm = pikepdf.Dictionary(
        Fields=pikepdf.Array([document.make_indirect(seal)])
    )
    made = "firmato.pdf", makers.saved(document)
    copy = bare(made)
    assert (files.is_signed_pdf(made[1]), files.is_signed_pdf(copy)) == (True, False)
    assert WHO.encode() not in octets_of(copy)


def test_office_files_leave_without_names(db: SQLAlchemy, store: Store) -> None:
    text = f'<w:document><w:ins w:author="{WHO}" w:id="1"><w:t>Ciao</w:t></w:ins></w:document>'
    person = f'<personList><person displayName="{WHO}" userId="{WHO}" id="1"/></personList>'
    parts = {
        "docProps/core.xml": f"<dc:creator>{WHO}</dc:creator>".encode(),
        "word/document.xml": text.encode(),
        "word/media/foto.bin": b"\x00\x01",
    }
    found = parts_of(bare(makers.docx(parts)))
    assert [name for name, part in found.items() if WHO.encode() in part] == []
    assert found["word/document.xml"] == text.replace(WHO, "").encode()
    assert found["word/media/foto.bin"] == b"\x00\x01"
    book = makers.xlsx(
        {
            "xl/comments1.xml": f"<authors><author>{WHO}</author></authors>".encode(),
            "xl/persons/person.xml": person.encode(),
            "xl/tables/table1.xml": b'<table displayName="Spese"/>',
        }
    )
    found = parts_of(bare(book))
    assert [name for name, part in found.items() if WHO.encode() in part] == []
    assert found["xl/tables/table1.xml"] == b'<table displayName="Spese"/>'


def test_office_files_leave_without_where_they_lay_and_who_took_their_pictures(
    db: SQLAlchemy, store: Store
) -> None:
    exif = Image.Exif()
    exif[ARTIST] = WHO
    photo = makers.picture("JPEG", exif=exif, comment=WHO)[1]
    drawing = PngImagePlugin.PngInfo()
    drawing.add_text("Author", WHO)
    picture = makers.picture("PNG", pnginfo=drawing)[1]
    _name, template = makers.docx_with_template(f"file:///C:/Users/{WHO}/Normal.dotm")
    inner = makers.xlsx({"docProps/core.xml": f"<dc:creator>{WHO}</dc:creator>".encode()})[1]
    parts = {
        **parts_of(template),
        "word/document.xml": f"<w:document><w:ins w:author='{WHO}'/></w:document>".encode(),
        "word/media/image1.jpeg": photo,
        "word/media/image2.png": picture,
        "word/embeddings/conti.xlsx": inner,
    }
    found = parts_of(bare(makers.packed("bp.docx", parts)))
    inside = found.pop("word/embeddings/conti.xlsx")
    told = {**found, **{f"inner/{name}": part for name, part in parts_of(inside).items()}}
    assert [name for name, part in told.items() if WHO.encode() in part] == []
    for name, taken in (("image1.jpeg", photo), ("image2.png", picture)):
        left = found[f"word/media/{name}"]
        assert Image.open(io.BytesIO(left)).tobytes() == Image.open(io.BytesIO(taken)).tobytes()


def test_office_file_with_others_inside_others_has_no_bare_copy(
    db: SQLAlchemy, store: Store
) -> None:
    made = makers.xlsx()
    for number in range(3):
        made = makers.xlsx({f"xl/embeddings/{number}.xlsx": made[1]})
    with pytest.raises(NotFound):
        bare(made)


def test_picture_leaves_as_it_was_written_anew(db: SQLAlchemy, store: Store) -> None:
    name, content = makers.picture()
    file = files.store_upload(io.BytesIO(content), name, None)
    with files.open_file(file) as stream:
        assert files.bare_copy(file) == stream.read()


def test_archive_has_no_bare_copy(db: SQLAlchemy, store: Store) -> None:
    made = makers.packed("carte.zip", {"bilancio-di-zaira.pdf": makers.pdf()[1]})
    assert not files.has_bare_copy("application/zip")
    with pytest.raises(NotFound):
        bare(made)
