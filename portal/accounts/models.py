"""People who sign in, the roles they hold, their sessions, second factors and mailed links."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

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
    EMAIL = "email"


class User(Base):
    """A person. `email_key` is the casefolded address: one account each.

    `grants` are all roles ever held, `roles` those in force: every rule looks at these alone.
    """

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
    grants: Mapped[list[RoleGrant]] = relationship(
        lazy="selectin", back_populates="user", order_by="RoleGrant.id"
    )
    factor: Mapped[SecondFactor | None] = relationship(lazy="joined", back_populates="user")

    __mapper_args__ = {"version_id_col": version}

    # What Flask-Login asks of a user. Its id is the token of the session row, set on loading.
    is_authenticated = True
    is_anonymous = False
    session_token: str = ""
    session_seen_at: datetime | None = None
    session_fresh_at: datetime | None = None
    # The hash that the password typed in this request was right for.
    proven_hash: str | None = None
    # What a token lets a program do in the person's name; empty for who has signed in.
    scopes: frozenset[str] = frozenset()
    api_token_id: int | None = None

    @property
    def is_active(self) -> bool:
        """Only a confirmed account that nobody disabled may act."""
        return self.confirmed_at is not None and self.disabled_at is None

    @property
    def roles(self) -> list[RoleGrant]:
        """Return the roles in force."""
        return [held for held in self.grants if held.ended_at is None]

    @property
    def needs_factor(self) -> bool:
        """Tell whether a password is not enough: who holds a role sees other people's records."""
        return bool(self.roles)

    @property
    def person(self) -> User:
        """Return who this is, as `Nobody.person` does of who hasn't passed the door yet."""
        return self

    def get_id(self) -> str:
        """Return the session token, so that ending the row ends the session everywhere."""
        return self.session_token


class Nobody:
    """Who may act as nobody yet: no id, no roles. His `door` is the page that must come first.

    Without a person he has not signed in. With one, the password was right and the second factor
    is still to come: nothing of what that person may do or see is open to him.
    """

    id = None
    name = ""
    roles: tuple[RoleGrant, ...] = ()
    scopes: frozenset[str] = frozenset()
    is_authenticated = False
    is_active = False
    is_anonymous = True

    def __init__(self, door: str = "accounts.sign_in", person: User | None = None) -> None:
        self.door, self.person = door, person

    def get_id(self) -> None:
        """Flask-Login's way to say there is no user."""


# What a role can be limited to; a database takes two missing values for different ones.
LIMITS = ((), ("strand",), ("call_code",), ("strand", "call_code"))


def once_in_force(*limits: str) -> Index:
    """Return the key that lets a role with these limits be in force once for each person."""
    missing = [name for name in LIMITS[-1] if name not in limits]
    conditions = ["ended_at IS NULL", *(f"{name} IS NULL" for name in missing)]
    condition = text(" AND ".join(conditions))
    return Index(
        "_".join(("uq_role_grant", *limits, "in_force")),
        *("user_id", "role", *limits),
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )


class RoleGrant(Base):
    """A role held everywhere, in a strand or for one call; ended, never deleted."""

    __tablename__ = "role_grant"
    __table_args__ = tuple(once_in_force(*limits) for limits in LIMITS)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    role: Mapped[Role]
    strand: Mapped[str | None]
    call_code: Mapped[str | None]
    promoter: Mapped[Promoter | None]
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(back_populates="grants")


class SecondFactor(Base):
    """The app that shows a person's codes; its secret is sealed.

    `last_step` is the time step of the newest code that was taken: no older one is good again.
    """

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    sealed_secret: Mapped[str]
    last_step: Mapped[int] = mapped_column(BigInteger)
    enrolled_at: Mapped[datetime]
    user: Mapped[User] = relationship(back_populates="factor")


class RecoveryCode(Base):
    """A code that stands in for the app once; only its hash is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class UserSession(Base):
    """A signed-in browser. Only the token's hash is kept.

    `factor_at` is when the second factor was passed, `fresh_at` when the person last said who he
    is; `device` is what browser and system it is, in two words.
    """

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    factor_at: Mapped[datetime | None]
    fresh_at: Mapped[datetime | None]
    device: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class MailedLink(Base):
    """A single-use link sent to an address; only its hash is kept.

    `new_email` is the address that a link of purpose `email` was sent to, and will set.
    """

    __tablename__ = "mailed_link"
    __table_args__ = (Index("ix_mailed_link_user_purpose", "user_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    purpose: Mapped[Purpose]
    token_hash: Mapped[str] = mapped_column(unique=True)
    new_email: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class Invited:
    """An address invited to something; a person once the mailed link has been used.

    A part of each table of invitations. Only the link's hash is kept, and none once it has been
    used. Ended, never deleted.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    email_key: Mapped[str]
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    invited_at: Mapped[datetime]
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @declared_attr
    def user(cls: Any) -> Mapped[User | None]:
        """Return who has accepted."""
        return relationship(foreign_keys=[cls.user_id], lazy="select")

    @declared_attr
    def invited_by(cls: Any) -> Mapped[User]:
        """Return who invites."""
        return relationship(foreign_keys=[cls.invited_by_id], lazy="select")

    @property
    def is_waiting(self) -> bool:
        """Tell whether the invitation stands and has not been accepted."""
        return self.user_id is None and self.ended_at is None


class AttemptCounter(Base):
    """Failed tries of one kind from one source, counted together by all workers.

    `key` is a hash: neither addresses nor names stand here.
    """

    __tablename__ = "attempt_counter"

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    window_started_at: Mapped[datetime]


class ApiToken(Base):
    """A key by which a program reads in a person's name; only its hash is kept.

    It opens what `scopes` name, never more than the person may read at that moment. Its last use
    is kept to the day.
    """

    __tablename__ = "api_token"
    __table_args__ = (CheckConstraint("expires_at > created_at", name="term"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
