"""People who sign in, the roles they hold, their sessions and their mailed links."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.permissions import Role


class Promoter(StrEnum):
    """Who delegates a committee member."""

    COMUNE = "comune"
    CITTA_METROPOLITANA = "citta_metropolitana"
    ARCIDIOCESI = "arcidiocesi"
    REGIONE = "regione"


class Purpose(StrEnum):
    """What a mailed link is for."""

    CONFIRM = "confirm"
    RESET = "reset"
    INVITE = "invite"


class User(Base):
    """A person. `email_key` is the casefolded address: one account each."""

    __tablename__ = "user"
    __allow_unmapped__ = True  # the session token below is no column

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="it")
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    roles: Mapped[list[RoleGrant]] = relationship(lazy="selectin", back_populates="user")

    __mapper_args__ = {"version_id_col": version}

    # What Flask-Login asks of a user. Its id is the token of the session row, set on loading.
    is_authenticated = True
    is_anonymous = False
    session_token: str = ""
    session_seen_at: datetime | None = None
    # What a token lets a program do in the person's name; empty for who has signed in.
    scopes: frozenset[str] = frozenset()

    @property
    def is_active(self) -> bool:
        """Only a confirmed account that nobody disabled may act."""
        return self.confirmed_at is not None and self.disabled_at is None

    def get_id(self) -> str:
        """Return the session token, so that ending the row ends the session everywhere."""
        return self.session_token


class Nobody:
    """Who has not signed in: no id, no roles. His `door` is the page that must come first."""

    door = "accounts.sign_in"
    id = None
    name = ""
    roles: list[RoleGrant] = []
    is_authenticated = False
    is_active = False
    is_anonymous = True

    def get_id(self) -> None:
        """Flask-Login's way to say there is no user."""


class RoleGrant(Base):
    """A role held everywhere, in a strand or for one call; ended, never deleted."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("user_id", "role", "strand", "call_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    role: Mapped[Role]
    strand: Mapped[str | None]
    call_code: Mapped[str | None]
    promoter: Mapped[Promoter | None]
    granted_at: Mapped[datetime]
    user: Mapped[User] = relationship(back_populates="roles")


class UserSession(Base):
    """A signed-in browser. Only the token's hash is kept."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class MailedLink(Base):
    """A single-use link sent to an address; only its hash is kept."""

    __tablename__ = "mailed_link"
    __table_args__ = (Index("ix_mailed_link_user_purpose", "user_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    purpose: Mapped[Purpose]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class AttemptCounter(Base):
    """Failed tries of one kind from one source, counted together by all workers.

    `key` is a hash: neither addresses nor names stand here.
    """

    __tablename__ = "attempt_counter"

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    window_started_at: Mapped[datetime]
