"""Sessions, their agenda, who was there and who left for an item."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from portal.applications.models import Application
from portal.committee.engine import ItemKind
from portal.committee.models.people import CommitteeMember
from portal.committee.states import SessionState
from portal.db import Base
from portal.evaluation.models import Round


class CommitteeSession(Base):
    """A session of the committee on a round. `quorum` is fixed as it is opened.

    `convened` counts the invitations that went to all: calendars take up the last one.
    """

    __tablename__ = "committee_session"
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        CheckConstraint(
            "state IN ('planned', 'cancelled') OR (opened_at IS NOT NULL AND quorum IS NOT NULL)",
            name="opened",
        ),
        CheckConstraint(
            "state NOT IN ('closed', 'minuted') OR closed_at IS NOT NULL", name="closed"
        ),
        CheckConstraint("place <> '' OR link <> ''", name="place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), index=True)
    number: Mapped[int]
    state: Mapped[SessionState] = mapped_column(default=SessionState.PLANNED)
    scheduled_at: Mapped[datetime]
    place: Mapped[str]
    link: Mapped[str]
    convened: Mapped[int] = mapped_column(default=0)
    convened_at: Mapped[datetime | None]
    quorum: Mapped[int | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    round: Mapped[Round] = relationship(lazy="joined", innerjoin=True)
    items: Mapped[list[AgendaItem]] = relationship(
        lazy="select",
        order_by="(AgendaItem.position, AgendaItem.id)",
        back_populates="session",
        cascade="all, delete-orphan",
    )
    attendances: Mapped[list[Attendance]] = relationship(
        lazy="select", order_by="(Attendance.arrived_at, Attendance.id)"
    )
    members: Mapped[list[CommitteeMember]] = relationship(
        primaryjoin=lambda: foreign(CommitteeMember.call_id) == CommitteeSession.call_id,
        order_by=CommitteeMember.id,
        viewonly=True,
        lazy="select",
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def scope(self) -> tuple[str, str]:
        """Return what a limited role must cover."""
        return self.round.scope

    @property
    def access_rows(self) -> list[CommitteeMember]:
        """Return the seats of the committee: they open its sessions."""
        return self.members


class AgendaItem(Base):
    """One item: a dossier, the ranking, or something else. One at a time is being discussed."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        UniqueConstraint("session_id", "application_id"),
        CheckConstraint("(kind = 'dossier') = (application_id IS NOT NULL)", name="dossier"),
        CheckConstraint("ended_at IS NULL OR began_at IS NOT NULL", name="ended"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("committee_session.id"))
    position: Mapped[int]
    kind: Mapped[ItemKind]
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), index=True)
    title: Mapped[str]
    takes_money: Mapped[bool]
    notes: Mapped[str] = mapped_column(default="")
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    session: Mapped[CommitteeSession] = relationship(lazy="select", back_populates="items")
    application: Mapped[Application | None] = relationship(lazy="select")
    recusals: Mapped[list[Recusal]] = relationship(
        lazy="select", order_by="Recusal.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def scope(self) -> tuple[str, str]:
        """Return what a limited role must cover."""
        return self.session.scope

    @property
    def is_current(self) -> bool:
        """Tell whether it is being discussed."""
        return self.began_at is not None and self.ended_at is None


UNDER_WAY = and_(AgendaItem.began_at.is_not(None), AgendaItem.ended_at.is_(None))
Index(
    "uq_agenda_item_current",
    AgendaItem.session_id,
    unique=True,
    sqlite_where=UNDER_WAY,
    postgresql_where=UNDER_WAY,
)


class Attendance(Base):
    """That a member was there from one instant to another; a substitute in whose place."""

    __tablename__ = "attendance"
    __table_args__ = (CheckConstraint("left_at >= arrived_at", name="left"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("committee_session.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("committee_member.id"))
    stands_for_id: Mapped[int | None] = mapped_column(ForeignKey("committee_member.id"))
    arrived_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    member: Mapped[CommitteeMember] = relationship(lazy="select", foreign_keys=[member_id])
    stands_for: Mapped[CommitteeMember | None] = relationship(
        lazy="select", foreign_keys=[stands_for_id]
    )


Index(
    "uq_attendance_present",
    Attendance.session_id,
    Attendance.member_id,
    unique=True,
    sqlite_where=Attendance.left_at.is_(None),
    postgresql_where=Attendance.left_at.is_(None),
)


class Recusal(Base):
    """That a member left the room for an item he is barred from."""

    __tablename__ = "recusal"
    __table_args__ = (CheckConstraint("returned_at >= left_at", name="returned"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("committee_member.id"))
    left_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]

    member: Mapped[CommitteeMember] = relationship(lazy="select")
