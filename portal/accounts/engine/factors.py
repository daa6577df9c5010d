"""The second factor: codes that an app shows for half a minute each, and codes on a sheet.

An app and the portal share a secret. A code counts the half minutes since 1970, so that it is good
for one step, for the one before and for the one after: telephones' clocks are not exact.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime

import pyotp
import segno

from portal.errors import declare, mark

ISSUER = "Insieme per il lavoro"
STEP_SECONDS = 30
TOLERANCE = 1
RECOVERY_CODES = 10
# Without those that look like others: 32 signs, five bits each.
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
RECOVERY_LENGTH, GROUP = 12, 4

declare(
    {
        "code_wrong": mark(
            "This code is not the one we expect, or it has been used already. Wait until the app "
            "shows the next one, then type that."
        ),
        "recovery_wrong": mark(
            "This is none of your recovery codes, or it has been used already. Try another one."
        ),
        "identity_missing": mark("Type your password or the code of your app."),
        "factor_needed": mark("Who holds a role can't do without the second step."),
    }
)


def new_secret() -> str:
    """Return a secret for an app: 160 random bits."""
    return str(pyotp.random_base32())


def in_groups(text: str) -> str:
    """Return a key as it is read aloud and typed: in groups of four."""
    return " ".join(text[i : i + GROUP] for i in range(0, len(text), GROUP))


def app_address(secret: str, email: str) -> str:
    """Return what the picture says to the app."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER))


def picture(address: str) -> str:
    """Return the picture that an app reads, as an address that holds it whole."""
    return str(segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=4))


def step_of(now: datetime) -> int:
    """Return the half minute that an instant falls in."""
    return int(now.timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int) -> str:
    """Return what an app shows in a half minute."""
    return str(pyotp.TOTP(secret).generate_otp(step))


def seconds_left(now: datetime) -> int:
    """Return how long the code of now is still shown."""
    return STEP_SECONDS - int(now.timestamp()) % STEP_SECONDS


def matching_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """Return the half minute whose code this is, if no code as new was taken before."""
    current = step_of(now)
    for step in range(current - TOLERANCE, current + TOLERANCE + 1):
        if step > last_step and hmac.compare_digest(code_at(secret, step), code):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Return a sheet of recovery codes, 60 random bits each."""
    return [_new_code() for _ in range(RECOVERY_CODES)]


def _new_code() -> str:
    signs = "".join(secrets.choice(SIGNS) for _ in range(RECOVERY_LENGTH))
    return in_groups(signs).replace(" ", "-")
