"""Pictures are written anew: what is seen stays, what is hidden goes."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from portal.errors import Invalid
from tests.files import makers
from tests.files.conftest import Store


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_photo_loses_place_notes_and_comment_and_stands_upright(store: Store) -> None:
    content = store.content(store.receive(*makers.photo_with_place()))

    picture = opened(content)
    assert (picture.format, picture.size) == ("JPEG", (40, 60))
    assert dict(picture.getexif()) == {}
    assert b"segreto" not in content
    assert b"segreta" not in content


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
