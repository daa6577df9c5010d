"""Square codes (QR) on documents: a picture that stands in the page itself."""

from __future__ import annotations

import segno


def square_code(text: str) -> str:
    """Return the picture of a text as an address of its own data, which every engine draws."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=4, border=2))
