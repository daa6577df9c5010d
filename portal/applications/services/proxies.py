"""Proxies that others have replaced."""

from __future__ import annotations

from sqlalchemy import select

from portal.applications.models import Application
from portal.applications.queries import was_sent_with
from portal.db import db, lock, transaction
from portal.files import StoredFile, remove_file
from portal.registry.models import Applicant


@transaction()
def release_proxy(applicant: Applicant, file: StoredFile) -> None:
    """Remove a proxy by which nobody acts any more; one that a sending names stays with it.

    The applicant's applications are held, so that none is sent with it meanwhile.
    """
    held = select(Application).where(Application.applicant_id == applicant.id)
    for application in db.session.scalars(held.order_by(Application.id)):
        lock(application)
    if not was_sent_with(applicant, file):
        remove_file(file)
