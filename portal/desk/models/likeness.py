"""What makes two applications alike: marks that are compared, and tell nothing by themselves."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class LikenessKind(StrEnum):
    """In what two applications are alike."""

    TAX_CODE = "tax_code"
    TITLE = "title"
    TEXT = "text"
    FILE = "file"


class Likeness(Base):
    """One mark of an application that was sent: a hash of the tax code, the title, a text, a file.

    Two applications with the same value are alike. What it is compared within (the call, the year)
    is part of the hash.
    """

    __tablename__ = "likeness"
    __table_args__ = (
        UniqueConstraint("application_id", "value"),
        Index("ix_likeness_value", "value", "application_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    kind: Mapped[LikenessKind]
    value: Mapped[str]
