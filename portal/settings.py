"""What the administrator may change while the portal runs: few values, with defaults and limits.

A setting stands in the database only once it was changed. All are read by one query, kept until
the transaction they were read in ends: no process goes on with an old value. A stored value that
the code no longer takes counts as its default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal, overload

from sqlalchemy import event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal import audit, clock, parse, permissions
from portal.db import Base, db, insert_unless_there, lock, transaction
from portal.errors import Invalid, NotFound, beside
from portal.i18n import lazy

NumberName = Literal["application_quota_mb", "person_quota_mb", "access_log_days", "ranking_years"]
TextName = Literal["office_email", "office_phone", "office_hours"]


class StoredSetting(Base):
    """A setting that was changed, as text; who changed it when is in the audit trail."""

    __tablename__ = "setting"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    value: Mapped[str]
    changed_at: Mapped[datetime]


@dataclass(frozen=True)
class Setting:
    """One setting: what it is called on its page, how its text is read, what holds unchanged."""

    label: Any
    help: Any
    default: int | str
    read: Callable[[str], int | str]


def number(label: Any, explanation: Any, default: int, least: int, most: int) -> Setting:
    """Return a setting that is a whole number within limits."""
    return Setting(label, explanation, default, partial(parse.integer, minimum=least, maximum=most))


def text(label: Any, explanation: Any, read: Callable[[str], str]) -> Setting:
    """Return a setting that is a text and may be empty."""
    return Setting(label, explanation, "", lambda typed: read(typed) if typed.strip() else "")


SETTINGS: Mapping[str, Setting] = {
    "office_email": text(
        lazy("E-mail of the office"),
        lazy("Shown on the contacts page. Empty: the address in the portal's configuration."),
        parse.email,
    ),
    "office_phone": text(
        lazy("Telephone of the office"), lazy("Shown on the contacts page."), parse.phone
    ),
    "office_hours": text(
        lazy("Opening hours"),
        lazy("Shown on the contacts page, in one line."),
        partial(parse.line, maximum=200),
    ),
    "application_quota_mb": number(
        lazy("Space for one application, in MB"),
        lazy("All its attachments together. From 20 to 2,000."),
        *(100, 20, 2_000),
    ),
    "person_quota_mb": number(
        lazy("Space for one person, in MB"),
        lazy("The attachments of all applications of an account. From 20 to 20,000."),
        *(500, 20, 20_000),
    ),
    "access_log_days": number(
        lazy("Days the access register is kept"),
        lazy("Who opened which dossier. Older rows are deleted every night. From 30 to 730."),
        *(180, 30, 730),
    ),
    "ranking_years": number(
        lazy("Years a ranking stays public"),
        lazy(
            "Counted from the 1 January after its publication; then only the office reads it. "
            "It holds for rankings published from now on. From 1 to 20."
        ),
        *(5, 1, 20),
    ),
}


@overload
def get(name: NumberName) -> int: ...
@overload
def get(name: TextName) -> str: ...
def get(name: str) -> int | str:
    """Return the value in force."""
    return in_force()[name]


def in_force() -> Mapping[str, int | str]:
    """Return the value of every setting."""
    info = db.session.info
    if "settings" not in info:
        rows = select(StoredSetting.name, StoredSetting.value)
        stored = {name: value for name, value in db.session.execute(rows)}
        info["settings"] = {name: value_of(name, stored.get(name)) for name in SETTINGS}
    values: Mapping[str, int | str] = info["settings"]
    return values


def value_of(name: str, stored: str | None) -> int | str:
    """Return what a stored text means; the default where there is none that still counts."""
    setting = SETTINGS[name]
    if stored is None:
        return setting.default
    try:
        return setting.read(stored)
    except Invalid:
        return setting.default


def forget(session: Session) -> None:
    """Let the next reader ask the database again."""
    session.info.pop("settings", None)


event.listen(Session, "after_commit", forget)
event.listen(Session, "after_rollback", forget)


@transaction()
def change_settings(typed: Mapping[str, str], actor: Any) -> None:
    """Put several values in force, all of them or none."""
    for name, words in typed.items():
        change_setting(name, words, actor)


@transaction()
def change_setting(name: str, typed: str, actor: Any) -> None:
    """Put another value in force; the trail tells numbers before and after, of texts the name."""
    permissions.require(actor, "settings.change")
    if name not in SETTINGS:
        raise NotFound
    before = in_force()[name]
    with beside(name):
        after = SETTINGS[name].read(typed)
    if after == before:
        return
    insert_unless_there(StoredSetting, name=name, value=str(after), changed_at=clock.now())
    row = db.session.scalars(select(StoredSetting).where(StoredSetting.name == name)).one()
    lock(row)
    row.value, row.changed_at = str(after), clock.now()
    forget(db.session())
    numbers = {"before": before, "after": after} if isinstance(after, int) else {}
    facts = {"fields": audit.FieldNames({name}), **numbers}
    audit.record("settings.change", row, actor, facts=facts)
