"""Forms kept over an interruption: what somebody typed while his session ran out.

A page that asks to sign in again must not cost what was typed before it. It is sealed, belongs to
the person whose session it was, and waits a day for him under a token of which only the hash is
stored. Passwords and codes never come here, files neither: their names say what to choose again.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock, jobs, vault
from portal.db import Base, db, transaction

TERM = timedelta(hours=24)
MOST_KEPT = 5
MOST_OCTETS = 500_000


class KeptForm(Base):
    """A form that waits for who typed it; `sealed` holds what was typed and the files' names."""

    __tablename__ = "kept_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    path: Mapped[str]
    sealed: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class Typed:
    """What a form held: fields as (name, text) in their order, names of files by field."""

    fields: Sequence[tuple[str, str]]
    files: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Found:
    """A kept form as it is given back to who typed it."""

    path: str
    typed: Typed
    kept_at: datetime


def keep_form(user_id: int, path: str, typed: Typed) -> str | None:
    """Keep what was typed on the page at `path`; return the token that gives it back.

    None when it is too large to be kept. Of one person the latest few are kept.
    """
    token, now = secrets.token_urlsafe(32), clock.now()
    content = {
        "token": token,  # so that its person, and nobody else, can be led back to it
        "fields": [list(field) for field in typed.fields],
        "files": dict(typed.files),
    }
    if len(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")) > MOST_OCTETS:
        return None
    with transaction():
        older = select(KeptForm.id).where(KeptForm.user_id == user_id)
        latest = db.session.scalars(older.order_by(KeptForm.id.desc()).limit(MOST_KEPT - 1)).all()
        db.session.execute(
            delete(KeptForm).where(KeptForm.user_id == user_id, KeptForm.id.not_in(latest))
        )
        db.session.add(
            KeptForm(
                token_hash=digest(token),
                user_id=user_id,
                path=path,
                sealed=vault.seal(content),
                created_at=now,
                expires_at=now + TERM,
            )
        )
    return token


def find_form(token: str, user_id: int) -> Found | None:
    """Return what the person typed; None for anybody else, after its term, or once it was used."""
    row = db.session.scalar(
        select(KeptForm).where(
            KeptForm.token_hash == digest(token),
            KeptForm.user_id == user_id,
            KeptForm.expires_at > clock.now(),
        )
    )
    if row is None:
        return None
    content = opened(row)
    if content is None:
        return None
    fields = [(name, text) for name, text in content["fields"]]
    return Found(row.path, Typed(fields, content["files"]), row.created_at)


def opened(row: KeptForm) -> dict[str, Any] | None:
    """Return what a row holds; None when its key was taken away within the day."""
    try:
        content: dict[str, Any] = vault.unseal(row.sealed)
    except vault.Unsealable:
        return None
    return content


@dataclass(frozen=True)
class Waiting:
    """A form that waits for its person: where it was typed, when, and what brings it back."""

    path: str
    kept_at: datetime
    token: str


def waiting_forms(user_id: int) -> list[Waiting]:
    """Return the forms of a person that wait to be sent, the latest first."""
    rows = db.session.scalars(
        select(KeptForm)
        .where(KeptForm.user_id == user_id, KeptForm.expires_at > clock.now())
        .order_by(KeptForm.id.desc())
    )
    found = [(row, opened(row)) for row in rows]
    return [
        Waiting(row.path, row.created_at, content["token"]) for row, content in found if content
    ]


def discard_form(token: str, user_id: int) -> None:
    """Delete a form that has been used; one that isn't there, or isn't his, stays as it is."""
    with transaction():
        db.session.execute(
            delete(KeptForm).where(
                KeptForm.token_hash == digest(token), KeptForm.user_id == user_id
            )
        )


def digest(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@jobs.handles("kept.sweep", daily=True)
def sweep() -> None:
    """Delete what nobody came back for."""
    with transaction():
        db.session.execute(delete(KeptForm).where(KeptForm.expires_at <= clock.now()))
