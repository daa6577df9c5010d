"""Settings the administrator changes: typed, limited, audited, and the same for every process."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal import settings
from portal.audit import AuditEntry
from portal.db import transaction
from portal.errors import Forbidden, Invalid, NotFound
from portal.permissions import Role
from tests import make

pytestmark = pytest.mark.database


def facts(db: SQLAlchemy) -> list[dict[str, Any]]:
    """Return what the trail tells of changed settings."""
    of_settings = sa.select(AuditEntry.facts).where(AuditEntry.action == "settings.change")
    return list(db.session.scalars(of_settings.order_by(AuditEntry.number)))


def test_default_holds_until_it_is_changed(db: SQLAlchemy) -> None:
    admin = make.user(Role.ADMIN)
    assert settings.get("application_quota_mb") == 100
    settings.change_setting("application_quota_mb", " 1.500 ", admin)
    assert settings.get("application_quota_mb") == 1500


def test_trail_tells_numbers_but_of_texts_only_the_name(db: SQLAlchemy) -> None:
    admin = make.user(Role.ADMIN)
    settings.change_setting("access_log_days", "90", admin)
    settings.change_setting("office_email", "sportello@esempio.example.org", admin)
    settings.change_setting("office_email", "sportello@esempio.example.org", admin)
    assert facts(db) == [
        {"fields": ["access_log_days"], "before": 180, "after": 90},
        {"fields": ["office_email"]},
    ]


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        ("access_log_days", "29", "number_range"),
        ("access_log_days", "731", "number_range"),
        ("person_quota_mb", "molto", "number_format"),
        ("office_email", "non un indirizzo", "email_format"),
    ],
)
def test_what_is_outside_its_limits_is_refused(
    db: SQLAlchemy, name: str, typed: str, code: str
) -> None:
    before = dict(settings.in_force())
    with pytest.raises(Invalid) as refusal:
        settings.change_setting(name, typed, make.user(Role.ADMIN))
    assert (refusal.value.code, refusal.value.field) == (code, name)
    assert dict(settings.in_force()) == before


@pytest.mark.parametrize("role", set(Role) - {Role.ADMIN})
def test_only_the_administrator_changes_them(db: SQLAlchemy, role: Role) -> None:
    with pytest.raises(Forbidden):
        settings.change_setting("person_quota_mb", "600", make.user(role))
    with pytest.raises(NotFound):
        settings.change_setting("made_up", "600", make.user(Role.ADMIN))


def test_text_that_may_be_empty_goes_back_to_its_default(db: SQLAlchemy) -> None:
    admin = make.user(Role.ADMIN)
    settings.change_setting("office_phone", "051 123456", admin)
    assert settings.get("office_phone") == "+39051123456"
    settings.change_setting("office_phone", "", admin)
    assert settings.get("office_phone") == ""


def test_stored_value_the_code_no_longer_takes_counts_as_the_default(db: SQLAlchemy) -> None:
    with transaction():
        values = {"name": "access_log_days", "value": "7", "changed_at": sa.func.now()}
        db.session.execute(sa.insert(settings.StoredSetting).values(values))
    assert settings.get("access_log_days") == 180


def test_all_are_read_by_one_query(db: SQLAlchemy) -> None:
    asked: list[str] = []
    engine = db.engines[None]
    sa.event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    for name in ("application_quota_mb", "person_quota_mb", "access_log_days"):
        settings.get(name)
    assert len([statement for statement in asked if "FROM setting" in statement]) == 1


def test_others_see_a_change_at_once(app: Flask, committed: SQLAlchemy) -> None:
    admin = make.user(Role.ADMIN)
    assert settings.get("person_quota_mb") == 500
    committed.session.commit()

    def change() -> None:
        with app.app_context():
            settings.change_setting("person_quota_mb", "700", committed.session.merge(admin))

    other = threading.Thread(target=change)
    other.start()
    other.join(20)
    assert settings.get("person_quota_mb") == 700


def test_contacts_page_shows_what_the_administrator_wrote(db: SQLAlchemy, client: Any) -> None:
    admin = make.user(Role.ADMIN)
    settings.change_setting("office_hours", "Lunedì 9-12", admin)
    settings.change_setting("office_email", "sportello@esempio.example.org", admin)
    text = client.get("/contatti").text
    assert "Lunedì 9-12" in text
    assert "mailto:sportello@esempio.example.org" in text
