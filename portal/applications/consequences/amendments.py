"""What happens to applications when their call is amended."""

from __future__ import annotations

from typing import Any

from portal.applications.queries import pending_ids
from portal.applications.services.portions import share_out
from portal.applications.services.rebasing import move_to_form, take_amendment
from portal.workflow import on


@on("call.amend")
def follow_amendment(call: Any, actor: Any, version: Any, **facts: Any) -> None:
    """Bring every draft to the new form, and write to everybody concerned."""
    share_out(
        take_amendment,
        "applications.take_amendment",
        f"call_amended:{version.id}",
        pending_ids(call),
        version_id=version.id,
    )


@on("application.resume")
def bring_up_to_date(application: Any, actor: Any, **facts: Any) -> None:
    """Bring what was sent on an earlier version to the form of today, to be corrected on it."""
    move_to_form(application)
