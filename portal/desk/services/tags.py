"""Putting tags of the office on applications, and taking them off."""

from __future__ import annotations

from typing import Any

from portal import audit, clock, parse, permissions
from portal.applications.models import Application
from portal.db import db, lock, transaction
from portal.desk.models import ApplicationTag, Tag
from portal.desk.queries.tags import find_tag, tags_on
from portal.errors import Invalid, beside

LONGEST_TAG = 40
MOST_TAGS = 20


@transaction()
def tag_application(application: Application, name: str, actor: Any) -> bool:
    """Put a tag on an application, a new one if need be; False when it was there already."""
    permissions.require(actor, "application.tag", application)
    lock(application)
    tag = read_tag(name, actor)
    standing = tags_on(application)
    if tag in standing:
        return False
    if len(standing) >= MOST_TAGS:
        raise Invalid("too_many_tags", "tag", maximum=MOST_TAGS)
    db.session.add(
        ApplicationTag(
            application_id=application.id,
            tag_id=tag.id,
            added_at=clock.now(),
            added_by_id=actor.id,
        )
    )
    audit.record("application.tag", application, actor, facts={"tag_id": tag.id})
    return True


def read_tag(name: str, actor: Any) -> Tag:
    """Return the tag of this name, made now if there is none."""
    with beside("tag"):
        words = parse.line(name, LONGEST_TAG)
    key = words.casefold()
    tag = find_tag(key)
    if tag is None:
        tag = Tag(name=words, name_key=key, created_at=clock.now(), created_by_id=actor.id)
        db.session.add(tag)
        db.session.flush()
    return tag


@transaction()
def untag_application(application: Application, tag: Tag, actor: Any) -> None:
    """Take a tag off an application; one that is not there is off already."""
    permissions.require(actor, "application.tag", application)
    lock(application)
    row = (
        db.session.query(ApplicationTag)
        .filter_by(application_id=application.id, tag_id=tag.id)
        .one_or_none()
    )
    if row is not None:
        db.session.delete(row)
        audit.record("application.untag", application, actor, facts={"tag_id": tag.id})
