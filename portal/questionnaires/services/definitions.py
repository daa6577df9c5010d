"""Keeping form definitions: drafts are edited in place, frozen ones never change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from portal import clock
from portal.db import db, insert_unless_there, lock, transaction
from portal.errors import Stale, WrongState, declare, mark
from portal.questionnaires import queries
from portal.questionnaires.engine import dump_form, read_form
from portal.questionnaires.models import AnswerSet, FormDefinition
from portal.questionnaires.services.rebasing import read_again

declare(
    {
        "form_frozen": mark(
            "This form has been published and can't change any more: make a new version of it."
        )
    }
)


def save_form_definition(key: str, definition: Mapping[str, Any]) -> FormDefinition:
    """Keep a form definition: the frozen version that says the same, or the next one.

    Drafts are not shared: each is edited in place. Of two calls that take the same number at once
    the second takes the one after it. Refused with the path of the mistake when it
    is not a definition.
    """
    content = dump_form(read_form(definition))
    with transaction():
        while True:
            versions = queries.versions_of(key)
            for version in versions:
                if version.frozen_at is not None and version.definition == content:
                    return version
            facts = {"key": key, "version": versions[0].version + 1 if versions else 1}
            now = clock.now()
            if insert_unless_there(FormDefinition, definition=content, created_at=now, **facts):
                return db.session.scalars(select(FormDefinition).filter_by(**facts)).one()


def edit_form_definition(
    form_definition: FormDefinition, definition: Mapping[str, Any], seen_revision: int
) -> FormDefinition:
    """Change a draft in place; the answers tried on it are read again by the new rules.

    Raises Stale when somebody has edited it since `seen_revision`, WrongState once it is frozen.
    """
    after = read_form(definition)
    with transaction():
        lock(form_definition)
        if form_definition.frozen_at is not None:
            raise WrongState("form_frozen")
        if form_definition.revision != seen_revision:
            raise Stale
        before, content = queries.form_of(form_definition), dump_form(after)
        if content == form_definition.definition:
            return form_definition
        form_definition.definition = content
        form_definition.revision += 1
        db.session.flush()
        tried = select(AnswerSet).where(AnswerSet.form_definition_id == form_definition.id)
        for answer_set in db.session.scalars(tried):
            read_again(answer_set, before, after, form_definition)
            flag_modified(answer_set, "created_at")
        db.session.flush()
        return form_definition


@transaction()
def freeze_form_definition(form_definition: FormDefinition) -> None:
    """Let a form never change again: it is published."""
    lock(form_definition)
    if form_definition.frozen_at is None:
        form_definition.frozen_at = clock.now()
        db.session.flush()
