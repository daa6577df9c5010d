"""Who in the office is in charge of a dossier."""

from __future__ import annotations

from typing import Any

from portal import audit, permissions
from portal.accounts.queries import staff_for
from portal.applications.models import Application
from portal.db import lock, transaction
from portal.errors import Invalid, declare, mark

declare({"not_a_colleague": mark("This person can't be put in charge of this dossier.")})


@transaction()
def hand_over_application(application: Application, user_id: int | None, actor: Any) -> None:
    """Put a colleague in charge, or nobody; who may not work on the dossier is refused."""
    permissions.require(actor, "application.hand_over", application)
    lock(application)
    if application.handled_by_id == user_id:
        return
    if user_id is not None:
        people = [each for each in staff_for(application.call.scope) if each.id == user_id]
        may = permissions.ACTIONS["application.hand_over"]
        if not any(may(each, application) for each in people):
            raise Invalid("not_a_colleague", "handler")
    application.handled_by_id = user_id
    audit.record("application.hand_over", application, actor, facts={"user": user_id or 0})
