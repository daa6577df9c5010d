"""Versions of a published call, and the working copy that the next one is made of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.calls.models.calls import Call
from portal.db import Base, append_only
from portal.questionnaires.models import FormDefinition


@append_only
class CallVersion(Base):
    """A call as it was published: the first time, or amended with an act and a reason.

    `definition` is the whole call as data; `changes` are the sentences that tell what changed,
    by language.
    """

    __tablename__ = "call_version"
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        CheckConstraint("number = 1 OR reason IS NOT NULL", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    number: Mapped[int]
    definition: Mapped[dict[str, Any]]
    form_definition_id: Mapped[int] = mapped_column(ForeignKey("form_definition.id"))
    changes: Mapped[list[Any]]
    reason: Mapped[str | None]
    act: Mapped[dict[str, Any] | None]
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    call: Mapped[Call] = relationship(lazy="select")
    form_definition: Mapped[FormDefinition] = relationship(lazy="select")
    published_by: Mapped[User | None] = relationship(lazy="select")


class CallAmendment(Base):
    """The working copy of a published call: one at a time, gone once published or put away."""

    __tablename__ = "call_amendment"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), unique=True)
    definition: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)

    call: Mapped[Call] = relationship(lazy="select")
    saved_by: Mapped[User] = relationship(lazy="select", foreign_keys=[saved_by_id])

    __mapper_args__ = {"version_id_col": version}
