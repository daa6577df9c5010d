"""The form of a draft call: its own, edited in place, frozen when the call is published."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from portal.calls.services import publish_call
from portal.permissions import Role
from portal.questionnaires.models import FormDefinition
from portal.questionnaires.queries import form_of
from tests import make
from tests.dossiers import shipped_call
from tests.make_definitions import FORM

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]


def shorter() -> dict[str, Any]:
    definition = copy.deepcopy(FORM)
    definition["sections"][0]["questions"].pop(4)
    return definition


def rows() -> int:
    return make.db.session.query(FormDefinition).count()


def test_draft_imported_again_has_its_form_edited_in_place() -> None:
    staff = make.user(Role.STAFF)
    call = shipped_call("prova", staff)
    again = shipped_call("prova", staff, form=shorter())
    assert again.form_definition.id == call.form_definition.id
    assert "needs" not in form_of(again.form_definition).by_key
    assert (again.form_definition.revision, rows()) == (2, 1)


def test_two_drafts_of_one_blueprint_do_not_share_a_form() -> None:
    staff = make.user(Role.STAFF)
    one, other = shipped_call("una", staff), shipped_call("altra", staff)
    shipped_call("una", staff, form=shorter())
    assert "needs" not in form_of(one.form_definition).by_key
    assert "needs" in form_of(other.form_definition).by_key


def test_published_form_is_frozen_and_a_new_draft_gets_another_when_it_changes() -> None:
    staff = make.user(Role.STAFF)
    published = shipped_call("uscita", staff)
    publish_call(published, staff)
    assert published.form_definition.frozen_at is not None
    draft = shipped_call("bozza", staff)
    assert draft.form_definition.id == published.form_definition.id
    draft = shipped_call("bozza", staff, form=shorter())
    assert draft.form_definition.id != published.form_definition.id
    assert "needs" in form_of(published.form_definition).by_key
