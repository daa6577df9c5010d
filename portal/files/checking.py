"""The check of the store: every row has its file as it was, and every file has its row.

It goes area by area, so that a store of any size is looked at in short pieces of work; no
transaction is open while files are read. Files that no row knows are removed when they have lain
there for two days: an upload whose transaction failed, never anything else. What is missing or
has changed is named and left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import func, select

from portal import clock
from portal.db import db, lock, transaction
from portal.files.models import FileCheck, StoredFile
from portal.files.storage import current
from portal.files.stores import TOP, place_of

ORPHAN_AGE = timedelta(hours=48)
MOST_NAMED = 50
KINDS = ("missing", "changed", "orphans")


@dataclass
class Findings:
    """What was found in some areas: places or keys by kind, and how many were looked at."""

    seen: int = 0
    removed: int = 0
    named: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in KINDS})


@transaction()
def begin_check(*, removes: bool) -> FileCheck:
    """Begin a check; with `removes` old orphans go, unless the database knows no file at all.

    A database without a row is more likely the wrong one than right about every file.
    """
    known = db.session.scalar(select(StoredFile.id).where(StoredFile.erased_at.is_(None)).limit(1))
    check = FileCheck(
        started_at=clock.now(),
        removes=removes and known is not None,
        named={kind: [] for kind in KINDS},
    )
    db.session.add(check)
    db.session.flush()
    return check


def get_check(check_id: int) -> FileCheck:
    """Return a check by its number."""
    return db.session.get_one(FileCheck, check_id)


def go_on_checking(check_id: int, seconds: float) -> bool:
    """Look at the next areas, one at least, for about so long; True when the check is over.

    Two at once, or one twice, do no harm: only who goes on from where it stands is noted.
    """
    check = get_check(check_id)
    start, removes = check.cursor, check.removes
    if check.ended_at is not None:
        return True
    left = [area for area in all_areas() if start is None or area > start]
    found, limit, done = Findings(), monotonic() + seconds, start
    while left:
        done = left.pop(0)
        look_at(done, removes, found)
        if monotonic() >= limit:
            break
    if not left and removes:
        swept = current().sweep_incoming(current().now() - ORPHAN_AGE)
        found.removed += swept
    note(check_id, (start, done), found, is_over=not left)
    return not left


def all_areas() -> list[str]:
    """Return the areas of the store and of the rows, in order."""
    start = func.substr(StoredFile.storage_key, 1, 2)
    rows = db.session.scalars(select(start).where(StoredFile.erased_at.is_(None)).distinct())
    areas = {TOP, *rows}
    db.session.commit()
    return sorted(areas | set(current().areas()))


def look_at(area: str, removes: bool, found: Findings) -> None:
    """Compare rows and files of one area: first the files, so that none is younger than its row."""
    places = current().places(area)
    rows = rows_of(area)
    for key, sha256, size in rows:
        found.seen += 1
        kind = flaw_of(key, sha256, size)
        if kind is not None and is_wanted(key):
            found.named[kind].append(key)
    known = {place_of(key) for key, _, _ in rows}
    before = current().now() - ORPHAN_AGE
    for place in sorted(set(places) - known):
        if not is_wanted(place.rpartition("/")[2]):
            found.named["orphans"].append(place)
            if removes and is_older(place, before):
                current().remove(place)
                found.removed += 1


def rows_of(area: str) -> list[tuple[str, str, int]]:
    """Return key, hash and size of every file that must lie in an area."""
    if area == TOP:
        return []
    statement = (
        select(StoredFile.storage_key, StoredFile.sha256, StoredFile.size)
        .where(StoredFile.storage_key.startswith(area, autoescape=True))
        .where(StoredFile.erased_at.is_(None))
        .order_by(StoredFile.storage_key)
    )
    rows = [(key, sha256, size) for key, sha256, size in db.session.execute(statement)]
    db.session.commit()  # files are read for minutes: the reading of rows ends here
    return [row for row in rows if row[0][:2] == area]


def flaw_of(key: str, sha256: str, size: int) -> str | None:
    """Return what is wrong with a file, or None."""
    try:
        return None if current().digest(key) == (sha256, size) else "changed"
    except FileNotFoundError:
        return "missing"


def is_wanted(key: str) -> bool:
    """Tell whether a row wants this file now, whatever was read before."""
    statement = select(StoredFile.id).where(
        StoredFile.storage_key == key, StoredFile.erased_at.is_(None)
    )
    wanted = db.session.scalar(statement) is not None
    db.session.commit()
    return wanted


def is_older(place: str, before: datetime) -> bool:
    """Tell whether a file was written before; one that is gone meanwhile was not."""
    try:
        return current().written_at(place) < before
    except FileNotFoundError:
        return False


@transaction()
def note(
    check_id: int, step: tuple[str | None, str | None], found: Findings, *, is_over: bool
) -> None:
    """Add what was found from one area to another, if nobody has done so already."""
    check = get_check(check_id)
    lock(check)
    if check.ended_at is not None or check.cursor != step[0]:
        return
    check.cursor = step[1]
    check.seen += found.seen
    check.removed += found.removed
    for kind in KINDS:
        setattr(check, kind, getattr(check, kind) + len(found.named[kind]))
    check.named = {kind: [*check.named[kind], *found.named[kind]][:MOST_NAMED] for kind in KINDS}
    if is_over:
        check.ended_at = clock.now()


def last_check() -> FileCheck | None:
    """Return the last check that came to its end."""
    statement = select(FileCheck).where(FileCheck.ended_at.is_not(None))
    return db.session.scalars(statement.order_by(FileCheck.id.desc()).limit(1)).first()
