"""Archives and the office files that are archives: bounded, whole, without programs."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.errors import Invalid
from portal.files.limits import Limits
from portal.parse.texts import UPLOAD_EXTENSIONS

IN_ARCHIVES = UPLOAD_EXTENSIONS | {"txt", "csv"}
LEFT_BY_SYSTEMS = ("__MACOSX/", ".DS_Store", "Thumbs.db")
PROGRAM = re.compile(r"(^|/)(vba(Project|Data)[^/]*|activeX\d*\.\w+|oleObject[^/]*\.bin)$", re.I)
REMOTE_PART = re.compile(
    rb"<Relationship\b(?=[^>]*/(attachedTemplate|oleObject|frame|subDocument)\")"
    rb"(?=[^>]*\bTarget=\"(https?|mhtml|ftp|ms-[a-z]+):)",
    re.I,
)
# What an office file calls a program by when it is opened, and what no office file is written with.
PROGRAM_LINK, DECLARATION = b"<ddeLink", b"<!DOCTYPE"
HEAD = 4096
ENCRYPTED = 0x1
STEP = 1024 * 1024


def check_docx(path: Path, limits: Limits) -> None:
    """Raise Invalid unless the file is a text document without macros."""
    _check_office(path, "word/document.xml", limits)


def check_xlsx(path: Path, limits: Limits) -> None:
    """Raise Invalid unless the file is a workbook without macros."""
    _check_office(path, "xl/workbook.xml", limits)


def check_zip(path: Path, limits: Limits) -> None:
    """Raise Invalid unless every entry is a document of a kind that may be uploaded."""
    with _opened(path, limits) as archive:
        documents = [
            name
            for name in archive.namelist()
            if not name.endswith("/") and not any(part in name for part in LEFT_BY_SYSTEMS)
        ]
        if not documents:
            raise Invalid("file_empty")
        if any(name.rpartition(".")[2].casefold() not in IN_ARCHIVES for name in documents):
            raise Invalid("file_type_not_allowed")


def _check_office(path: Path, main_part: str, limits: Limits) -> None:
    with _opened(path, limits) as archive:
        names = set(archive.namelist())
        if any(PROGRAM.search(name) for name in names):
            raise Invalid("file_active_content")
        if not {"[Content_Types].xml", main_part} <= names:
            raise Invalid("file_type_mismatch")
        if b"macroEnabled" in archive.read("[Content_Types].xml"):
            raise Invalid("file_active_content")
        if any(_acts(archive, name) for name in names):
            raise Invalid("file_active_content")


def _acts(archive: zipfile.ZipFile, name: str) -> bool:
    """Tell whether a part fetches something, calls a program, or declares what to put in it."""
    if name.endswith(".rels"):
        return REMOTE_PART.search(archive.read(name)) is not None
    if "/externalLinks/" in name and PROGRAM_LINK in archive.read(name):
        return True
    with archive.open(name) as part:
        return name.endswith(".xml") and DECLARATION in part.read(HEAD)


@contextmanager
def _opened(path: Path, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose entries are few, small, safely named, not encrypted and whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive.infolist(), limits)
            _read_all(archive)
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise Invalid("file_damaged") from error
    except (NotImplementedError, RuntimeError) as error:
        raise Invalid("file_type_not_allowed") from error  # a way of packing nobody uses here


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.entries or sum(each.file_size for each in entries) > limits.unpacked:
        raise Invalid("file_too_complex")
    if len({each.filename for each in entries}) < len(entries):
        raise Invalid("file_damaged")  # readers differ in which of two they show
    for each in entries:
        if stat.S_ISLNK(each.external_attr >> 16):
            raise Invalid("file_type_not_allowed")
        parts = each.filename.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or ":" in parts[0]:
            raise Invalid("file_type_not_allowed")
        if each.flag_bits & ENCRYPTED:
            raise Invalid("file_password")


def _read_all(archive: zipfile.ZipFile) -> None:
    """Unpack every entry once: the reader stops at the declared size and compares the checksum."""
    for entry in archive.infolist():
        with archive.open(entry) as file:
            while file.read(STEP):
                pass
