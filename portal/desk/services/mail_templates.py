"""Texts that the office keeps to write them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal import audit, clock, parse, permissions
from portal.db import db, lock, transaction
from portal.desk.models import MailTemplate
from portal.desk.services.mailings import read_texts
from portal.errors import Invalid, Stale, declare, mark

LONGEST_NAME = 80

declare({"template_name_taken": mark("There is a template of this name already.")})


@transaction()
def save_template(
    name: str,
    subject: Mapping[str, str],
    body: Mapping[str, str],
    actor: Any,
    template: MailTemplate | None = None,
    version: int = 0,
) -> MailTemplate:
    """Keep a new template, or change one as it was at `version`; unknown variables are refused."""
    permissions.require(actor, "mail_template.edit")
    read_subject, read_body = read_texts(subject, body)
    known = parse.line(name, LONGEST_NAME)
    if template is not None:
        lock(template)
        if template.version != version:
            raise Stale
    key = known.casefold()
    taken = db.session.scalar(select(MailTemplate.id).where(MailTemplate.name_key == key))
    if taken is not None and (template is None or taken != template.id):
        raise Invalid("template_name_taken", "name")
    facts = {
        "name": known,
        "name_key": key,
        "subject": read_subject,
        "body": read_body,
        "saved_at": clock.now(),
        "saved_by_id": actor.id,
    }
    if template is None:
        template = MailTemplate(**facts)
        db.session.add(template)
    for column, value in facts.items():
        setattr(template, column, value)
    db.session.flush()
    audit.record("mail_template.edit", template, actor)
    return template


@transaction()
def delete_template(template: MailTemplate, actor: Any) -> None:
    """Forget a template; what was written with it stays."""
    permissions.require(actor, "mail_template.edit")
    lock(template)
    audit.record("mail_template.delete", template, actor)
    db.session.delete(template)
