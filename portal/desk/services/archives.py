"""Dossiers as files: one PDF, one archive, or all those of a call in one archive.

An archive holds what was sent, word for word, the receipt, a copy of the dossier, every file, and
an index with the hashes. Special data and what its reader may not see are not in it.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from portal import clock, documents, files
from portal.applications.engine import canonical
from portal.applications.models import Application, Submission
from portal.applications.queries import get_submission, snapshot_of
from portal.desk.engine import safe_name
from portal.desk.queries.dossier import copy_of, papers_of, public_files, special_keys
from portal.errors import NotFound
from portal.files import StoredFile
from portal.i18n import _, format_size, in_language
from portal.spreadsheets import write_csv

CHUNK = 256 * 1024


@dataclass(frozen=True)
class Entry:
    """A file of an archive: either its content, or a stored file it is copied from."""

    name: str
    what: str
    content: bytes = b""
    stored: StoredFile | None = None

    @property
    def sha256(self) -> str:
        """Return the hash of the content."""
        return self.stored.sha256 if self.stored else hashlib.sha256(self.content).hexdigest()

    @property
    def size(self) -> int:
        """Return the number of octets."""
        return self.stored.size if self.stored else len(self.content)


def draw_dossier(application: Application, language: str) -> bytes:
    """Return a copy of the dossier as PDF; only jobs do it."""
    with in_language(language):
        title = _("Dossier %(code)s", code=application.practice_code)
        facts = {
            "application": application,
            "dossier": copy_of(application),
            "made_at": clock.now(),
            "snapshot_sha256": get_submission(application).sha256,
        }
    return documents.draw_page("dossier", title=title, language=language, **facts)


def entries_of(application: Application, pdf: bytes | StoredFile) -> Iterator[Entry]:
    """Yield the files of one dossier's archive, all but the index."""
    code = application.practice_code
    stored, content = (pdf, b"") if isinstance(pdf, StoredFile) else (None, pdf)
    yield Entry(f"{code}.pdf", _("Copy of the dossier"), content, stored)
    for submission in application.submissions:
        yield _snapshot(application, submission)
        receipt = submission.receipt.file if submission.receipt else None
        if receipt is not None:
            name = _("receipt-%(number)s.pdf", number=submission.number)
            yield Entry(name, _("Receipt"), stored=receipt)
    for what, file in papers_of(application):
        yield Entry(file.name, what, stored=file)
    for attachment in public_files(application):
        yield Entry(attachment.file.name, _("File sent"), stored=attachment.file)


def _snapshot(application: Application, submission: Submission) -> Entry:
    """Return what was sent as it was frozen; without special answers, where there are any."""
    name = _("sent-%(number)s.json", number=submission.number)
    special, frozen = special_keys(application), snapshot_of(submission)
    if not special & set(frozen["answers"]):
        return Entry(name, _("What was sent"), submission.snapshot.encode())
    kept = {key: value for key, value in frozen["answers"].items() if key not in special}
    text = canonical({**frozen, "answers": kept})
    return Entry(name, _("What was sent, without special data"), text.encode())


def write_dossier(
    archive: zipfile.ZipFile, application: Application, pdf: bytes | StoredFile, folder: str = ""
) -> None:
    """Write one dossier into an archive, its index last."""
    taken: set[str] = set()
    index = _("index.csv")
    rows: list[list[str]] = [[_("File"), _("What it is"), _("Size"), "SHA-256"]]
    taken.add(index.casefold())
    for entry in entries_of(application, pdf):
        name = safe_name(entry.name, taken)
        is_there = _write(archive, f"{folder}{name}", entry, application)
        size = format_size(entry.size) if is_there else _("missing from the store")
        rows.append([name, entry.what, size, entry.sha256])
    _put(archive, f"{folder}{index}", write_csv(rows), application)


def _write(archive: zipfile.ZipFile, name: str, entry: Entry, application: Application) -> bool:
    if entry.stored is None:
        _put(archive, name, entry.content, application)
        return True
    try:
        source = files.open_file(entry.stored)
    except NotFound:
        return False
    with source, archive.open(_info(name, application), "w") as target:
        _copy(source, target)
    return True


def _copy(source: BinaryIO, target: Any) -> None:
    while piece := source.read(CHUNK):
        target.write(piece)


def _put(archive: zipfile.ZipFile, name: str, content: bytes, application: Application) -> None:
    info = _info(name, application)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def _info(name: str, application: Application) -> zipfile.ZipInfo:
    """Return the head of an entry: dated when the application was received, for its owner alone."""
    received = clock.to_rome(get_submission(application).received_at)
    info = zipfile.ZipInfo(name, received.timetuple()[:6])
    info.external_attr = 0o600 << 16
    return info


def write_archive(target: BinaryIO, dossiers: Iterator[tuple[Application, Any]]) -> None:
    """Write an archive of one dossier, or of several, each in a folder named after its code."""
    pairs = list(dossiers)
    with zipfile.ZipFile(target, "w") as archive:
        for application, pdf in pairs:
            folder = f"{application.practice_code}/" if len(pairs) > 1 else ""
            write_dossier(archive, application, pdf, folder)
