"""Mails about the yearly declaration: before it runs out, and when it has."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import clock
from portal.evaluation import services
from portal.evaluation.services import remind_declarations
from tests import make
from tests.browse import mails_to
from tests.evaluation import stories

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]


def test_mails_leave_before_and_after_the_end_once_each() -> None:
    who, gone = stories.evaluator(), make.user()
    now = clock.now()
    last_day = services.declare_year(who, []).expires_on
    assert last_day is not None
    days = (last_day - clock.rome_date(now)).days
    for late in (-31, -30, -29, -7, -6, 0, 1, 2, 4):
        with clock.at(now + timedelta(days=days + late)):
            remind_declarations()
    written = [(mail.template, mail.key.rsplit(":", 1)[1]) for mail in mails_to(who.email)]
    assert written == [
        ("declaration_expiring", "30"),
        ("declaration_expiring", "7"),
        ("declaration_expired", "0"),
    ]
    assert mails_to(gone.email) == []


def test_renewed_declaration_silences_the_old_one() -> None:
    who = stories.evaluator()
    with clock.at(clock.now() - timedelta(days=335)):
        services.declare_year(who, [])
    services.declare_year(who, [])
    remind_declarations()
    assert mails_to(who.email) == []
