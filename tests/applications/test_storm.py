"""Everything at once: deeds that lock different rows never wait for each other in a ring."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal import audit, clock
from portal.accounts.models import User
from portal.accounts.services import grant_role, open_session
from portal.applications import services
from portal.applications.models import Application
from portal.db import db as portal_db
from portal.permissions import Role
from portal.protocol import ProtocolEntry
from portal.registry.services import OF_BODY, edit_applicant
from tests import make
from tests.applications import stories
from tests.at_once import came_to

pytestmark = pytest.mark.database

AT_ONCE = 12


def get(model: type[Any], key: int) -> Any:
    """Return a record as this thread reads it."""
    return portal_db.session.get_one(model, key)


def send(key: int, owner: int, _staff: int) -> None:
    services.submit_application(get(Application, key), get(User, owner), stories.KEY, clock.now())


def edit(key: int, owner: int, _staff: int) -> None:
    applicant = get(Application, key).applicant
    fields = {name: getattr(applicant, name) for name in OF_BODY}
    edit_applicant(
        applicant, get(User, owner), applicant.version, **{**fields, "address": "Via Nuova 2"}
    )


def start(key: int, owner: int, _staff: int) -> None:
    application = get(Application, key)
    services.start_application(application.call, application.applicant, get(User, owner), "2026-1")


def sign_in(_key: int, owner: int, _staff: int) -> None:
    open_session(get(User, owner))


def give_role(key: int, owner: int, _staff: int) -> None:
    role = (Role.TUTOR, Role.BANK, Role.AUDITOR)[key // 2 % 3]
    code = get(Application, key).call.code
    grant_role(get(User, owner), role, None, call_code=code)


def take_in_charge(key: int, owner: int, staff: int) -> None:
    send(key, owner, staff)
    services.start_check(get(Application, key), get(User, staff))


def test_storm_of_deeds_leaves_every_number_and_a_whole_trail(
    app: Flask, committed: SQLAlchemy
) -> None:
    owner, staff = make.user(), make.user(Role.STAFF)
    calls = [stories.open_call(one_per_applicant=False) for _ in range(2)]
    keys = [stories.filled(calls[n % 2], make.body(owner), owner).id for n in range(6)]
    people = (owner.id, staff.id)
    deeds: list[Callable[..., None]] = [send, edit, start, sign_in, give_role, take_in_charge]
    storm = [partial(deed, key, *people) for deed in deeds for key in keys]
    random.Random(7).shuffle(storm)

    assert set(came_to(app, storm, AT_ONCE)) == {"done"}
    numbers = committed.session.scalars(
        sa.select(ProtocolEntry.number).order_by(ProtocolEntry.number)
    )
    assert list(numbers) == list(range(1, len(keys) + 1))
    assert audit.verify().bad_number is None
