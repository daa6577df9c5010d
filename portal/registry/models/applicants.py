"""Applicants, bodies and persons, and the people who may act for them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, and_, or_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import clock
from portal.accounts.models import User
from portal.db import Base
from portal.files import StoredFile


class ApplicantKind(StrEnum):
    """A body, or a natural person."""

    BODY = "body"
    PERSON = "person"


class OrganisationType(StrEnum):
    """The types of `italian_pa` 6.1: third-sector sections, church bodies, groups, firms."""

    ODV = "odv"
    APS = "aps"
    PHILANTHROPIC = "philanthropic"
    SOCIAL_COOP_A = "social_coop_a"
    SOCIAL_COOP_B = "social_coop_b"
    SOCIAL_COOP_AB = "social_coop_ab"
    SOCIAL_COOP_CONSORTIUM = "social_coop_consortium"
    SOCIAL_ENTERPRISE_COMPANY = "social_enterprise_company"
    SOCIAL_ENTERPRISE_OTHER = "social_enterprise_other"
    NETWORK = "network"
    MUTUAL_AID = "mutual_aid"
    OTHER_ETS = "other_ets"
    CHURCH_BODY_BRANCH = "church_body_branch"
    ONLUS_LEGACY = "onlus_legacy"
    NON_ETS_ASSOCIATION = "non_ets_association"
    COMMITTEE = "committee"
    FOUNDATION_NON_ETS = "foundation_non_ets"
    INFORMAL_GROUP = "informal_group"
    NATURAL_PERSON = "natural_person"
    SOLE_TRADER = "sole_trader"
    PARTNERSHIP = "partnership"
    SRL = "srl"
    COOPERATIVE = "cooperative"


class MandateKind(StrEnum):
    """In which quality a user acts for an applicant."""

    LEGAL_REPRESENTATIVE = "legal_representative"
    DELEGATE = "delegate"
    SELF = "self"


class Applicant(Base):
    """A profile, filled once and reused in every application.

    For a body, `representative_*` is the legal representative; for a person, `birth_date` is set.
    An invented one (`is_test`) tries a call out and stands in no list.
    `request_key` makes a repeated request the same profile.
    """

    __tablename__ = "applicant"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'body' AND representative_name IS NOT NULL AND birth_date IS NULL)"
            " OR (kind = 'person' AND birth_date IS NOT NULL)",
            name="kind_facts",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    request_key: Mapped[str | None] = mapped_column(unique=True)
    kind: Mapped[ApplicantKind]
    organisation_type: Mapped[OrganisationType]
    name: Mapped[str]
    tax_code: Mapped[str] = mapped_column(index=True)
    vat_number: Mapped[str | None]
    municipality_code: Mapped[str]
    address: Mapped[str]
    postcode: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]
    certified_email: Mapped[str | None]
    representative_name: Mapped[str | None]
    representative_tax_code: Mapped[str | None]
    birth_date: Mapped[date | None]
    created_at: Mapped[datetime]
    is_test: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    mandates: Mapped[list[Mandate]] = relationship(lazy="selectin", back_populates="applicant")

    __mapper_args__ = {"version_id_col": version}

    @property
    def owner_ids(self) -> set[int]:
        """Return the ids of the users who act for this applicant now."""
        return {mandate.user_id for mandate in self.mandates if mandate.is_in_force}

    @property
    def representative_ids(self) -> set[int]:
        """Return the ids of those of them who are the applicant, or its legal representative."""
        return {
            mandate.user_id
            for mandate in self.mandates
            if mandate.is_in_force and mandate.kind is not MandateKind.DELEGATE
        }


class Mandate(Base):
    """A user's quality to act for an applicant; ended, never deleted.

    It is good to the end of `last_day`, if it has one. `invitation_id` says that somebody else
    gave it, and that who got it can't change it. `proxy_file` is what entitles a delegate: a
    proxy signed by the legal representative.
    """

    __tablename__ = "mandate"
    __table_args__ = (Index("ix_mandate_user_applicant", "user_id", "applicant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    applicant_id: Mapped[int] = mapped_column(ForeignKey("applicant.id"), index=True)
    kind: Mapped[MandateKind]
    proxy_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    last_day: Mapped[date | None]
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("mandate_invitation.id"))
    applicant: Mapped[Applicant] = relationship(back_populates="mandates")
    user: Mapped[User] = relationship()
    proxy_file: Mapped[StoredFile | None] = relationship(lazy="select")

    @hybrid_property
    def is_in_force(self) -> bool:
        """Tell whether the user acts for the applicant now: here for Python, below for SQL."""
        is_over = self.last_day is not None and self.last_day < clock.today()
        return self.ended_at is None and not is_over

    @is_in_force.inplace.expression
    @classmethod
    def _in_force(cls) -> ColumnElement[bool]:
        not_over = or_(cls.last_day.is_(None), cls.last_day >= clock.today())
        return and_(cls.ended_at.is_(None), not_over)

    @property
    def until(self) -> date | None:
        """Return the last day on which the user acts or acted, if there is one."""
        if self.ended_at is None:
            return self.last_day
        return min(filter(None, [clock.rome_date(self.ended_at), self.last_day]))
