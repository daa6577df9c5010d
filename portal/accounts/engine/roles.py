"""Roles: what they are called, and why one can't be given or taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.errors import declare, mark
from portal.i18n import lazy

declare(
    {
        "account_disabled": mark("This account has been closed."),
        "role_held": mark("This person holds this role already."),
        "own_roles": mark("Nobody gives roles to himself: ask another administrator."),
        "own_account": mark("Nobody closes his own account here: ask another administrator."),
        "last_admin": mark(
            "This is the last administrator. Make somebody else administrator first."
        ),
        "role_unlimited": mark(
            "The administration of the portal has no limits: leave strand and call empty."
        ),
        "strand_unknown": mark("There is no such strand. Choose one of those in the list."),
        "call_unknown": mark("There is no call with this code. Choose one of those in the list."),
    }
)

ROLE_LABELS: Mapping[str, Any] = {
    "admin": lazy("Administration of the portal"),
    "staff": lazy("Office"),
    "evaluator": lazy("Evaluation committee"),
    "tutor": lazy("Tutor"),
    "bank": lazy("Bank"),
    "auditor": lazy("Auditor"),
}

PROMOTER_LABELS: Mapping[str, Any] = {
    "comune": lazy("Municipality of Bologna"),
    "citta_metropolitana": lazy("Metropolitan City of Bologna"),
    "arcidiocesi": lazy("Archdiocese of Bologna"),
    "regione": lazy("Emilia-Romagna Region"),
}
