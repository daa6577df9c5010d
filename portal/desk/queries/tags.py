"""The tags of the office."""

from __future__ import annotations

from sqlalchemy import select

from portal.applications.models import Application
from portal.db import db
from portal.desk.models import ApplicationTag, Tag
from portal.errors import NotFound


def all_tags() -> list[Tag]:
    """Return every tag, by name."""
    return list(db.session.scalars(select(Tag).order_by(Tag.name_key)))


def tags_on(application: Application) -> list[Tag]:
    """Return the tags of an application, by name."""
    statement = (
        select(Tag)
        .join(ApplicationTag, ApplicationTag.tag_id == Tag.id)
        .where(ApplicationTag.application_id == application.id)
        .order_by(Tag.name_key)
    )
    return list(db.session.scalars(statement))


def get_tag(tag_id: int) -> Tag:
    """Return a tag, or raise NotFound."""
    tag = db.session.get(Tag, tag_id)
    if tag is None:
        raise NotFound
    return tag


def find_tag(name_key: str) -> Tag | None:
    """Return the tag of this name, however it is written."""
    return db.session.scalar(select(Tag).where(Tag.name_key == name_key))
