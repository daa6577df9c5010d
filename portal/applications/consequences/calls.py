"""What happens to applications when their call is extended or cancelled."""

from __future__ import annotations

from typing import Any

from portal.applications.queries import applications_to, draft_ids, pending_ids
from portal.applications.services.portions import share_out
from portal.applications.services.telling import tell_cancellation, tell_extension
from portal.applications.states import ApplicationState
from portal.workflow import on


@on("call.extend")
def tell_all_drafts(call: Any, actor: Any, extension: Any, **facts: Any) -> None:
    """Write to everybody who is filling in an application."""
    share_out(
        tell_extension,
        "applications.tell_extension",
        f"call_extended:{extension.id}",
        draft_ids(call),
        extension_id=extension.id,
    )


@on("call.extend_for")
def tell_one_applicant(call: Any, actor: Any, extension: Any, **facts: Any) -> None:
    """Write to those who act for the applicant, if an application is being filled in."""
    drafts = [
        application.id
        for application in applications_to(call, extension.applicant)
        if application.state is ApplicationState.DRAFT
    ]
    tell_extension(extension_id=extension.id, application_ids=drafts)


@on("call.cancel")
def tell_of_cancellation(call: Any, actor: Any, **facts: Any) -> None:
    """Write to everybody who is filling in an application, or waits for an answer."""
    share_out(
        tell_cancellation,
        "applications.tell_cancellation",
        f"call_cancelled:{call.code}",
        pending_ids(call),
        call_id=call.id,
    )
