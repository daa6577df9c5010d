"""Views of the list kept by two clicks at the same moment."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal.accounts.models import User
from portal.db import db as portal_db
from portal.desk.models import SavedView
from portal.desk.services import save_view
from portal.permissions import Role
from tests import make
from tests.at_once import Deed, came_to

pytestmark = [pytest.mark.database, pytest.mark.check(55)]


def test_clicks_at_once_keep_one_view(committed: SQLAlchemy, app: Flask) -> None:
    owner_id = make.user(Role.STAFF).id
    deeds: list[Deed] = [
        lambda: save_view("Le mie", {}, False, portal_db.session.get_one(User, owner_id))
    ] * 4
    assert sorted(came_to(app, deeds)) == ["done", *["view_name_taken"] * 3]
    assert portal_db.session.scalar(sa.select(sa.func.count(SavedView.id))) == 1
