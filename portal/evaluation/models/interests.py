"""Declarations of interests, and the interests that keep somebody from a dossier.

Names, tax codes and what people write about their ties are sealed: they stand in no list, log or
trail, and a copy of the database shows none of them.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.applications.models import AboutApplication, Application
from portal.calls.models import Call
from portal.db import Base
from portal.evaluation.states import InterestState
from portal.registry.models import Applicant


class DeclarationKind(StrEnum):
    """Whether somebody declares for a year, or on the names of one call."""

    YEARLY = "yearly"
    CALL = "call"


class TieKind(StrEnum):
    """Whom somebody is tied to."""

    BODY = "body"
    PERSON = "person"


class Relation(StrEnum):
    """How somebody is tied to a body or to a person."""

    EMPLOYMENT = "employment"
    OFFICE = "office"
    FAMILY = "family"
    MONEY = "money"
    OTHER = "other"


class InterestOrigin(StrEnum):
    """Whether the person said so, or the portal found it."""

    DECLARED = "declared"
    DETECTED = "detected"


class InterestReason(StrEnum):
    """Why somebody has an interest in a dossier; the last two are only possible ones."""

    DECLARED = "declared"
    MANDATE = "mandate"
    COLLABORATOR = "collaborator"
    ON_BEHALF = "on_behalf"
    SENDER = "sender"
    TAX_CODE = "tax_code"
    TIE = "tie"
    BODY_NAME = "body_name"
    FAMILY_NAME = "family_name"


class InterestDeclaration(Base):
    """What somebody declared at one instant; the newest yearly one counts.

    `words` is the version of the text that was declared. One for a call answers on the names of
    the applicants that were known then.
    """

    __tablename__ = "interest_declaration"
    __table_args__ = (
        Index("ix_interest_declaration_user_kind", "user_id", "kind"),
        CheckConstraint("(kind = 'call') = (call_id IS NOT NULL)", name="call"),
        CheckConstraint("(kind = 'yearly') = (expires_on IS NOT NULL)", name="expiry"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[DeclarationKind]
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"), index=True)
    declared_at: Mapped[datetime]
    expires_on: Mapped[date | None]
    has_none: Mapped[bool]
    words: Mapped[str]

    user: Mapped[User] = relationship(lazy="select")
    call: Mapped[Call | None] = relationship(lazy="select")
    ties: Mapped[list[Tie]] = relationship(lazy="select", order_by="Tie.id")
    answers: Mapped[list[InterestAnswer]] = relationship(lazy="select")


class Tie(Base):
    """A body or a person that somebody is tied to; `sealed` holds name and tax code."""

    __tablename__ = "interest_tie"

    id: Mapped[int] = mapped_column(primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("interest_declaration.id"), index=True)
    what: Mapped[TieKind]
    relation: Mapped[Relation]
    sealed: Mapped[str]


class InterestAnswer(Base):
    """What somebody declared about one applicant of a call; `sealed` holds the words, if any."""

    __tablename__ = "interest_answer"
    __table_args__ = (
        UniqueConstraint("declaration_id", "applicant_id"),
        CheckConstraint("has_interest = (relation IS NOT NULL)", name="relation"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("interest_declaration.id"))
    applicant_id: Mapped[int] = mapped_column(ForeignKey("applicant.id"), index=True)
    has_interest: Mapped[bool]
    relation: Mapped[Relation | None]
    sealed: Mapped[str | None]

    applicant: Mapped[Applicant] = relationship(lazy="select")


class Interest(AboutApplication, Base):
    """That somebody has, or may have, an interest in a dossier.

    A standing one bars him from it by an access row, which alone is asked everywhere. A possible
    one bars nobody until the office confirms it.
    """

    __tablename__ = "interest"
    __table_args__ = (
        Index("ix_interest_user_id", "user_id"),
        CheckConstraint(
            "state NOT IN ('dismissed', 'ended') OR (ended_at IS NOT NULL AND end_reason <> '')",
            name="ended",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    origin: Mapped[InterestOrigin]
    reason: Mapped[InterestReason]
    state: Mapped[InterestState] = mapped_column(default=InterestState.POSSIBLE)
    noted_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    end_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    application: Mapped[Application] = relationship(lazy="select")
    user: Mapped[User] = relationship(lazy="select", foreign_keys=[user_id])

    __mapper_args__ = {"version_id_col": version}


OPEN = Interest.state.in_((InterestState.POSSIBLE, InterestState.STANDING))

Index(
    "uq_interest_open",
    Interest.application_id,
    Interest.user_id,
    Interest.reason,
    unique=True,
    sqlite_where=OPEN,
    postgresql_where=OPEN,
)
