"""Texts people type: names, single lines, long texts, names of files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from itertools import groupby

from portal.errors import Invalid

LONGEST_LINE = 200
LONGEST_TEXT = 10_000
LONGEST_PATH = 1_000
MOST_MARKS = 30
UPLOAD_EXTENSIONS = frozenset({"pdf", "p7m", "png", "jpg", "jpeg", "docx", "xlsx"})

# The blanks a keyboard, a word processor or a web page can leave in a single line.
BLANKS = (
    " \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000"
)
_INNER_BLANKS = re.compile(rf"[{BLANKS}]+")

# Controls, halves of surrogate pairs, and code points that Unicode gives to no character ever.
_CONTROL = "\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_LINE_CONTROL = re.compile(f"[{_CONTROL}]")
_TEXT_CONTROL = re.compile(f"(?![\n\t])[{_CONTROL}]")

# Beside the format characters (category Cf), all that Unicode lets a font draw as nothing.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2028\u2029\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0000-\U000e0fff]"
)


def trim(text: str) -> str:
    """Drop the blanks, TABs and line ends around a single line."""
    return text.strip(BLANKS + "\t\r\n")


def given(text: str) -> str:
    """The trimmed short answer, neither empty nor longer than a line."""
    return _require_length(_require_some(trim(text)), LONGEST_LINE)


def squeeze(text: str) -> str:
    """Drop the outer blanks, and the blanks and hyphens people group a code's characters with."""
    return _INNER_BLANKS.sub("", trim(text)).replace("-", "")


def line(text: str, maximum: int = LONGEST_LINE) -> str:
    """One line of visible text: trimmed, inner blanks made single spaces, in NFC."""
    text = _compose(_INNER_BLANKS.sub(" ", _require_some(trim(text))), maximum)
    if _LINE_CONTROL.search(text):
        raise Invalid("text_control")
    if has_invisible(text):
        raise Invalid("text_invisible")
    return _require_length(text, maximum)


def name(text: str, maximum: int = LONGEST_LINE) -> str:
    """The name of a person, a body or a thing: a line with at least one letter or digit."""
    text = line(text, maximum)
    if not any(unicodedata.category(character)[0] in "LN" for character in text):
        raise Invalid("text_no_letters")
    return text


def free_text(text: str, maximum: int = LONGEST_TEXT) -> str:
    """A text of several lines, kept as typed but for line ends (LF) and composition (NFC).

    The length is counted after both, as the page's counter does. Markup is stored as it is: what
    shows it escapes it.
    """
    text = _compose(text.replace("\r\n", "\n").replace("\r", "\n"), maximum)
    _require_some(trim(text))
    if _TEXT_CONTROL.search(text):
        raise Invalid("text_control")
    return _require_length(text, maximum)


def upload_name(text: str, extensions: Collection[str] = UPLOAD_EXTENSIONS) -> str:
    """The name of an uploaded file without its folders; its extension must be among those given."""
    text = _compose(trim(text), LONGEST_PATH)
    if _LINE_CONTROL.search(text):
        raise Invalid("file_name")
    text = trim(re.split(r"[/\\]", text)[-1])
    stem, dot, extension = text.rpartition(".")
    if not trim(stem if dot else text).strip("."):
        raise Invalid("file_name")
    if not dot or extension.casefold() not in extensions:
        raise Invalid("file_type_not_allowed")
    if has_invisible(text) or len(text) > LONGEST_LINE:
        raise Invalid("file_name")
    return text


def has_invisible(text: str) -> bool:
    """Whether characters in the text show nothing, join others or turn the direction of reading."""
    if text.isascii():
        return False
    return bool(_INVISIBLE.search(text)) or any(
        unicodedata.category(character) == "Cf" for character in text
    )


def _compose(text: str, maximum: int) -> str:
    """The text in NFC; texts that would take long to compose are refused before.

    Composing shortens a text to a quarter at most. Its cost grows with the square of the accents
    and marks piled on one letter, of which no script needs more than a few.
    """
    _require_length(text, 4 * maximum)
    if text.isascii():
        return text
    for are_marks, run in groupby(text, lambda character: unicodedata.combining(character) > 0):
        if are_marks and len(list(run)) > MOST_MARKS:
            raise Invalid("text_control")
    return unicodedata.normalize("NFC", text)


def _require_some(text: str) -> str:
    if not text:
        raise Invalid("required")
    return text


def _require_length(text: str, maximum: int) -> str:
    if len(text) > maximum:
        raise Invalid("too_long", length=len(text), maximum=maximum)
    return text
