"""Pictures are written anew: what is seen stays, what is hidden goes."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from portal.errors import Invalid
from tests.files import makers
from tests.files.conftest import Store


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.check(38)
def test_photo_loses_place_notes_and_comment_and_stands_upright(store: Store) -> None:
    content = store.content(store.receive(*makers.photo_with_place()))

    picture = opened(content)
    assert (picture.format, picture.size) == ("JPEG", (40, 60))
    assert dict(picture.getexif()) == {}
    assert b"segreto" not in content
    assert b"segreta" not in content


SECRET = b"via segreta 7"
XMP = b"<x:xmpmeta><rdf:li>" + SECRET + b"</rdf:li></x:xmpmeta>"


@pytest.mark.check(38)
def test_hidden_parts_of_a_png_go(store: Store) -> None:
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    exif[0x9286] = SECRET.decode()
    notes = PngInfo()
    notes.add_text("Comment", SECRET.decode())
    notes.add_text("Author", SECRET.decode(), zip=True)
    notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
    target, sent = io.BytesIO(), Image.new("RGB", (2, 1), "white")
    sent.putpixel((0, 0), (200, 0, 0))
    sent.save(target, "PNG", exif=exif, pnginfo=notes)
    head, rest = target.getvalue()[:33], target.getvalue()[33:]
    content = head + makers.chunk(b"prVt", SECRET) + rest + SECRET

    kept = store.content(store.receive("carta.png", content))

    assert chunks_of(kept) == {b"IHDR", b"IDAT", b"IEND"}
    assert SECRET not in kept
    assert opened(kept).convert("RGB").getpixel((1, 0)) == (200, 0, 0)  # turned the right way up


def chunks_of(png: bytes) -> set[bytes]:
    """The kinds of part a PNG consists of."""
    kinds, at = set(), 8
    while at < len(png):
        kinds.add(png[at + 4 : at + 8])
        at += 12 + int.from_bytes(png[at : at + 4], "big")
    return kinds


@pytest.mark.check(38)
def test_hidden_parts_of_a_jpeg_go(store: Store) -> None:
    """XMP, captions of the press, a comment, a thumbnail, and what comes behind the picture."""
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()  # who made the camera
    photo = makers.picture("JPEG", exif=exif, comment=SECRET)[1]
    thumbnail = makers.picture("JPEG", size=(8, 8), comment=SECRET)[1]
    parts = [
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
        (0xED, b"Photoshop 3.0\x008BIM" + SECRET),
        (0xE0, b"JFXX\0\x10" + thumbnail),
    ]
    segments = b"".join(
        b"\xff%c%b%b" % (mark, (len(content) + 2).to_bytes(2, "big"), content)
        for mark, content in parts
    )
    sent = photo[:2] + segments + photo[2:] + thumbnail + SECRET
    assert sent.count(SECRET) >= 6

    kept = store.content(store.receive("foto.jpg", sent))

    assert SECRET not in kept
    assert kept.count(b"\xff\xd8\xff") == 1  # one picture, no thumbnail
    assert dict(opened(kept).getexif()) == {}


@pytest.mark.check(38)
@pytest.mark.parametrize("turn", range(1, 9))
def test_photo_stands_upright_however_the_camera_was_held(store: Store, turn: int) -> None:
    upright = Image.new("RGB", (48, 32), "white")
    upright.paste((200, 0, 0), (0, 0, 16, 16))  # a mark at the top, on the left
    exif, target = Image.Exif(), io.BytesIO()
    exif[0x0112] = turn
    as_held = upright if turn == 1 else upright.transpose(UNDONE[turn])
    as_held.save(target, "JPEG", exif=exif, quality=95)

    kept = opened(store.content(store.receive("foto.jpg", target.getvalue())))

    assert kept.size == (48, 32)
    red, _, blue = kept.getpixel((6, 6))  # type: ignore[misc]
    assert (red > 150, blue < 80) == (True, True)


# How a picture lies in the file when the mark says how to turn it back.
UNDONE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.check(38)
def test_photo_of_an_iphone_is_refused_whatever_it_is_called(store: Store) -> None:
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(300)

    with pytest.raises(Invalid) as refused:
        store.receive("IMG_0001.HEIC", heic)

    assert refused.value.code == "file_type_not_allowed"
    with pytest.raises(Invalid, match="file_type_mismatch"):
        store.receive("IMG_0001.jpg", heic)


def test_identity_card_keeps_its_pixels(store: Store) -> None:
    name, sent = makers.picture(size=(800, 500))

    kept = opened(store.content(store.receive(name, sent)))

    assert (kept.format, kept.tobytes()) == ("PNG", opened(sent).tobytes())


def test_drawing_keeps_its_transparency(store: Store) -> None:
    target = io.BytesIO()
    Image.new("RGBA", (4, 4), (10, 20, 30, 0)).save(target, "PNG")

    kept = opened(store.content(store.receive("logo.png", target.getvalue())))

    assert (kept.mode, kept.getpixel((0, 0))) == ("RGBA", (10, 20, 30, 0))


def test_phone_photo_of_two_pictures_becomes_one(store: Store) -> None:
    target = io.BytesIO()
    other = Image.new("RGB", (8, 8))
    Image.new("RGB", (40, 30)).save(target, "MPO", save_all=True, append_images=[other])

    kept = opened(store.content(store.receive("foto.jpeg", target.getvalue())))

    assert (kept.format, kept.size) == ("JPEG", (40, 30))


@pytest.mark.parametrize(
    ("side", "code"),
    [(60_000, "file_too_complex"), (8_000, "file_too_complex"), (4_000, "file_damaged")],
    ids=["a bomb", "over 50 megapixels", "pixels missing"],
)
def test_picture_that_cannot_be_unpacked_is_refused(store: Store, side: int, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        store.receive(*makers.enormous_png(side))

    assert refused.value.code == code
    assert store.all_files() == []


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_photo_of_any_colour_model_is_kept(store: Store, mode: str) -> None:
    target = io.BytesIO()
    Image.new(mode, (10, 10)).save(target, "JPEG")

    kept = opened(store.content(store.receive("scansione.jpg", target.getvalue())))

    assert kept.mode == {"CMYK": "RGB", "L": "L"}[mode]
