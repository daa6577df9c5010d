"""Form definitions and the answers any record keeps to one of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import JSON_COLUMN, Base


class FormDefinition(Base):
    """A form as data: sections, questions, texts by language. A new version is a new row.

    Until it is frozen it is edited in place, and `revision` counts the edits; then never again.
    """

    __tablename__ = "form_definition"
    __allow_unmapped__ = True  # what was read is no column
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    version: Mapped[int]
    definition: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    # The definition as it came from the database, and the form that was read from it.
    form_read: tuple[Any, Any] | None = None


class AnswerSet(Base):
    """The answers of one record; `version` counts the savings, for two tabs or two colleagues."""

    __tablename__ = "answer_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    form_definition_id: Mapped[int] = mapped_column(ForeignKey("form_definition.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    form_definition: Mapped[FormDefinition] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}


class Answer(Base):
    """What was typed for one question, and what it means when it is right.

    `typed` is kept word for word even when wrong, so that nothing is lost; `value` is its parsed
    form as JSON (amounts and dates as text), null while `error_code` says what is wrong. A special
    answer has both in `sealed` alone. `version` counts the changes of what is typed.
    """

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("answer_set_id", "question_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_set_id: Mapped[int] = mapped_column(ForeignKey("answer_set.id"))
    question_key: Mapped[str]
    typed: Mapped[list[str]]
    value: Mapped[Any | None] = mapped_column(JSON_COLUMN)
    error_code: Mapped[str | None]
    sealed: Mapped[str | None] = mapped_column(deferred=True)
    version: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class AnswerChange(Base):
    """Who changed an answer, when, from what to what; quick changes by one person are one row.

    Special answers leave no text here, but for one whose question has gone: that is in `sealed`.
    """

    __tablename__ = "answer_change"
    __table_args__ = (Index("ix_answer_change_question", "answer_set_id", "question_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_set_id: Mapped[int] = mapped_column(ForeignKey("answer_set.id"))
    form_definition_id: Mapped[int] = mapped_column(ForeignKey("form_definition.id"))
    question_key: Mapped[str]
    before: Mapped[list[str]]
    after: Mapped[list[str]]
    sealed: Mapped[str | None] = mapped_column(deferred=True)
    began_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
