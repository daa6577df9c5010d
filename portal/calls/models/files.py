"""The files that go with a call: its notice, acts, templates to fill."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.files import StoredFile


class CallFile(Base):
    """The file behind one attachment of a call. A newer one takes its place, and it is kept."""

    __tablename__ = "call_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    key: Mapped[str]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True)


Index(
    "uq_call_file_current",
    CallFile.call_id,
    CallFile.key,
    unique=True,
    sqlite_where=CallFile.removed_at.is_(None),
    postgresql_where=CallFile.removed_at.is_(None),
)
