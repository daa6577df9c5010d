"""Bodies and people across calls: who has applied, with what outcome, who acts for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal import clock, permissions, tables
from portal.applications.models import Application, InternalNote, Submission
from portal.db import db
from portal.desk.queries.applications import received_applications
from portal.errors import NotFound
from portal.registry.models import Applicant, Mandate

LATEST = func.max(Submission.received_at)
APPLICANTS = tables.Table(
    sorts={
        "name": func.lower(Applicant.name),
        "applications": func.count(Application.id),
        "latest": LATEST,
    },
    default_sort="name",
    tie=Applicant.id,
)


@dataclass(frozen=True)
class ApplicantLine:
    """An applicant in the list, with how often it has applied and when last."""

    applicant: Applicant
    applications: int
    latest: datetime


@dataclass(frozen=True)
class History:
    """All that the office knows of an applicant, as far as its reader may know it."""

    applicant: Applicant
    applications: Sequence[Application]
    mandates: Sequence[Mandate]
    notes: int

    @property
    def years(self) -> dict[int, list[Application]]:
        """Return the applications by the year they were received in, the latest first."""
        found: dict[int, list[Application]] = {}
        for each in self.applications:
            found.setdefault(clock.to_rome(received_at(each)).year, []).append(each)
        return found

    @property
    def asked(self) -> Decimal:
        """Return what was asked for, all in all."""
        return sum((each.requested_amount or Decimal(0) for each in self.applications), Decimal(0))


def received_at(application: Application) -> datetime:
    """Return when an application that was sent was received."""
    submission = application.submission
    return submission.received_at if submission is not None else application.started_at


def read_applicants_listing(args: Any) -> tables.Listing:
    """Read from the address how the list is to be shown."""
    return tables.read_listing(APPLICANTS, args)


def applicants_page(user: Any, listing: tables.Listing) -> tables.Page[ApplicantLine]:
    """Return one page of those who have sent something that `user` may read."""
    permissions.require(user, "applicant.list")
    statement = _with_figures(user)
    if listing.search:
        pattern = tables.like(listing.search)
        columns = (Applicant.name, Applicant.tax_code, Applicant.representative_name)
        statement = statement.where(or_(*(x.ilike(pattern, escape="\\") for x in columns)))
    found = tables.paginate(statement, APPLICANTS, listing)
    items = [ApplicantLine(*row) for row in found.items]
    return tables.Page(items, found.total, found.number, found.pages)


def _with_figures(user: Any) -> Select[Any]:
    visible = received_applications(user).with_only_columns(Application.id)
    columns: list[Any] = [Applicant, func.count(Application.id), LATEST]
    return (
        select(*columns)
        .join(Application, Application.applicant_id == Applicant.id)
        .join(Application.submission)
        .where(Application.id.in_(visible))
        .group_by(Applicant.id)
    )


def get_history(public_id: str, user: Any) -> History:
    """Return an applicant's history, or raise NotFound where `user` may read nothing of it.

    Two accounts may have entered the same body: what counts is its tax code.
    """
    permissions.require(user, "applicant.list")
    applicant = db.session.scalar(select(Applicant).where(Applicant.public_id == public_id))
    if applicant is None:
        raise NotFound
    same = select(Applicant.id).where(Applicant.tax_code == applicant.tax_code)
    applications = list(
        db.session.scalars(
            received_applications(user)
            .where(Application.applicant_id.in_(same))
            .join(Application.submission)
            .options(
                joinedload(Application.call),
                joinedload(Application.applicant),
                joinedload(Application.submission),
                selectinload(Application.collaborators),
            )
            .order_by(Submission.received_at.desc(), Application.id.desc())
        ).unique()
    )
    if not applications:
        raise NotFound
    return History(applicant, applications, _mandates(same), _count_notes(user, applications))


def _mandates(applicant_ids: Select[Any]) -> list[Mandate]:
    statement = (
        select(Mandate)
        .where(Mandate.applicant_id.in_(applicant_ids))
        .options(joinedload(Mandate.user))
        .order_by(Mandate.is_in_force.desc(), Mandate.started_at, Mandate.id)
    )
    return list(db.session.scalars(statement))


def _count_notes(user: Any, applications: Sequence[Application]) -> int:
    ids = [each.id for each in applications if permissions.can(user, "note.read", each)]
    statement = select(func.count(InternalNote.id)).where(InternalNote.application_id.in_(ids))
    return db.session.scalar(statement) or 0
