"""The demo's fixed facts: who is in it, what each can try, and its days counted from one."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any

import yaml

from portal import clock
from portal.calls.engine import read_yaml
from portal.i18n import lazy

PASSWORD = "insieme-si-prova-2026"  # noqa: S105 - shown to everybody on purpose
SCALE_CODE = "prova-di-carico"
OFFICE_OF_BOLOGNA = 37  # the tax office that gives the number, its 8th to 10th digit


@dataclass(frozen=True)
class Account:
    """One way into the demo."""

    key: str
    role: str
    name: str
    email: str
    start: str
    label: Any
    hint: Any
    promoter: str | None = None

    @property
    def totp_secret(self) -> str | None:
        """Return the secret of the app of who holds a role, always the same; None for the others.

        It can be typed into an app of one's own.
        """
        if self.role.startswith("applicant_"):
            return None
        return base64.b32encode(hashlib.sha256(f"demo:{self.key}".encode()).digest()[:20]).decode()


STARTS = {
    "admin": "/gestione/avvisi",
    "staff": "/pratiche",
    "evaluator": "/valutazioni",
    "auditor": "/pratiche",
    "applicant_body": "/area-personale",
    "applicant_delegate": "/area-personale",
    "applicant_person": "/area-personale",
}
LABELS = {
    "admin": lazy("Administrator"),
    "staff": lazy("Programme staff"),
    "evaluator": lazy("Evaluator"),
    "auditor": lazy("Auditor"),
    "applicant_body": lazy("Non-profit body"),
    "applicant_delegate": lazy("Delegate of a body"),
    "applicant_person": lazy("Aspiring entrepreneur"),
}
HINTS = {
    "admin": lazy(
        "Invite somebody, give and end roles; look at the calls, also those not published yet, and "
        "at the promoters."
    ),
    "staff": lazy(
        "Begin with Today: a formal check to finish, an interest to settle, a sheet that was "
        "refused, a question of an evaluator, a remark to decide on. On the pages of the calls "
        "wait a session under way and letters."
    ),
    "evaluator_comune": lazy(
        "You have the chair: open the session under way. Then score the applications without "
        "names of the self-employment call."
    ),
    "evaluator_metro": lazy(
        "Send the sheet you have begun. Your tie to a body waits for the office, and a question of "
        "yours for an answer."
    ),
    "evaluator_diocese": lazy(
        "The committee is discussing an application on which your sheet is not sent yet. Another "
        "one you have refused."
    ),
    "auditor": lazy("Read every application, session and ranking; nothing can be changed."),
    "body": lazy(
        "Your project stands on a provisional ranking: see why, and send a remark if you like. "
        "Then apply to the open call for bodies."
    ),
    "delegate": lazy("Work on what the body applies with, by a proxy of its president."),
    "person": lazy("Apply to the call for self-employment."),
}


@cache
def programme() -> dict[str, Any]:
    """Return what the demo is made of, as its file says."""
    text = resources.files("portal.demo").joinpath("programme.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def spring_call() -> dict[str, Any]:
    """Return the definition of the spring call of 2023, with the dates that were published."""
    return read_yaml(
        resources.files("portal.demo").joinpath("spring-2023.yaml").read_text(encoding="utf-8")
    )


@cache
def accounts() -> tuple[Account, ...]:
    """Return the ways into the demo, in the order of the file."""
    return tuple(
        Account(
            key=item["key"],
            role=item["role"],
            name=item["name"],
            email=item["email"],
            start=STARTS[item["role"]],
            label=LABELS[item["role"]],
            hint=HINTS[item["key"]],
            promoter=item.get("promoter"),
        )
        for item in programme()["accounts"]
    )


def account(key: str) -> Account | None:
    """Return the way in with this key."""
    return next((item for item in accounts() if item.key == key), None)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return the instant that Rome's clocks show as this hour of the day."""
    local = datetime.combine(day, time(hour, minute), clock.ROME)
    return local.astimezone(UTC)


def closing(call: Any) -> datetime:
    """Return when the call closes; the present for one that never does."""
    return call.closes_at or clock.now()


def window(opens: date, closes: date) -> dict[str, str]:
    """Return a window as a call's file writes it: from nine to noon, Rome."""
    return {"opens": f"{opens.isoformat()}T09:00", "closes": f"{closes.isoformat()}T12:00"}


def rolling(today: date) -> dict[str, Any]:
    """Return an opening without a closing, and three windows of assessment: the second one runs."""
    ends = [today + timedelta(days=days) for days in (-45, 46, 138)]
    return {
        "opens": f"{today - timedelta(days=125)}T09:00",
        "assessment_windows": [{"until": f"{end}T12:00"} for end in ends],
    }


def windows(today: date) -> dict[str, dict[str, Any]]:
    """Return the windows of the demo's calls, counted from its day."""

    def around(first: int, last: int) -> dict[str, str]:
        return window(today + timedelta(days=first), today + timedelta(days=last))

    return {
        "autumn": around(-40, -7),
        "open_bodies": around(-14, 90),
        "coming": around(30, 75),
        "scale": around(-60, -20),
    }


def body_number(seven: int) -> str:
    """Return the tax code of an invented body of Bologna, from its seven digits."""
    return checked_number(seven * 1000 + OFFICE_OF_BOLOGNA)


def checked_number(ten: int) -> str:
    """Return the ten digits with the Luhn digit that Italian numeric codes end with."""
    digits = [int(digit) for digit in str(ten)]
    doubled = [sum(divmod(digit * 2, 10)) for digit in digits[1::2]]
    return f"{ten}{-(sum(digits[0::2]) + sum(doubled)) % 10}"
