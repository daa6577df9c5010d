"""Promoters written down by several hands at the same moment."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal.accounts.models import User
from portal.committee.models import Promoter, PromoterLine
from portal.committee.services import create_promoter, edit_promoter
from portal.db import db as portal_db
from tests.at_once import Deed, came_to
from tests.evaluation.stories import staff
from tests.sources.stories import empty_line

pytestmark = [pytest.mark.database, pytest.mark.check(55)]


def actor(user_id: int) -> User:
    """Who does it, as this thread reads him."""
    return portal_db.session.get_one(User, user_id)


def test_code_of_a_promoter_is_taken_once(committed: SQLAlchemy, app: Flask) -> None:
    office = staff().id
    deeds: list[Deed] = [lambda: create_promoter(actor(office), "comune", "Comune")] * 4
    assert sorted(came_to(app, deeds)) == ["done", *["promoter_code_taken"] * 3]


def test_money_of_a_line_belongs_to_one_promoter(committed: SQLAlchemy, app: Flask) -> None:
    office, line = staff(), empty_line().code
    ids = [create_promoter(office, code, code.title()).id for code in ("comune", "metro")]
    office_id = office.id

    def owning(promoter_id: int) -> Deed:
        def do() -> None:
            promoter = portal_db.session.get_one(Promoter, promoter_id)
            edit_promoter(promoter, actor(office_id), promoter.version, promoter.name, [line])

        return do

    assert sorted(came_to(app, list(map(owning, ids)))) == ["done", "promoter_line_owned"]
    assert portal_db.session.scalar(sa.select(sa.func.count(PromoterLine.line_id))) == 1
