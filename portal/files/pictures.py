"""Pictures: bounded, and written anew without place, device, comments and thumbnails."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageOps

from portal.errors import Invalid
from portal.files.limits import Limits

FORMATS = ("PNG", "JPEG")


def check_picture(path: Path, limits: Limits) -> None:
    """Raise Invalid for a picture that has too many pixels, or that cannot be decoded whole."""
    with _opened(path) as picture:
        if picture.width * picture.height > limits.pixels:
            raise Invalid("file_too_complex")
        picture.load()


def rewrite_jpeg(source: Path, target: Path) -> None:
    """Write the picture alone, upright."""
    with _opened(source) as picture:
        upright = _clean(picture).convert("L" if picture.mode == "L" else "RGB")
        upright.save(target, "JPEG", quality=90, icc_profile=picture.info.get("icc_profile"))


def rewrite_png(source: Path, target: Path) -> None:
    """Write the picture alone, upright; of an animation its first frame."""
    with _opened(source) as picture:
        upright = _clean(picture)
        kept = {
            name: picture.info[name]
            for name in ("transparency", "icc_profile")
            if name in picture.info
        }
        upright.save(target, "PNG", **kept)


def _clean(picture: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(picture)
    upright.info = {}
    return upright


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    try:
        with Image.open(path, formats=FORMATS) as picture:
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid("file_too_complex") from error
    except (OSError, ValueError, SyntaxError, EOFError, struct.error) as error:
        raise Invalid("file_damaged") from error
