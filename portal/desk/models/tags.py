"""Tags: words the office puts on applications, for itself alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Tag(Base):
    """A word of the office; `name_key` is the same however it is written."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class ApplicationTag(Base):
    """A tag on an application."""

    __tablename__ = "application_tag"
    __table_args__ = (UniqueConstraint("application_id", "tag_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), index=True)
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
