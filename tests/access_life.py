"""Records for the addresses of a call's life, which the table of access asks for."""

from __future__ import annotations

from portal.accounts.models import User
from portal.applications.services import start_trial
from portal.calls.models import Call
from portal.calls.services import open_amendment, publish_amendment, save_amendment
from tests import make


def arguments_of_life(calls: dict[str, Call], staff: User) -> dict[str, dict[str, str]]:
    """Return what stands in the addresses of a call's life: amended once, and tried out."""
    amendment = open_amendment(calls["open"], staff)
    said = {**amendment.definition, "summary": {"it": "Corretto", "en": "Corrected"}}
    saved = save_amendment(calls["open"], staff, said, amendment.version)
    publish_amendment(calls["open"], staff, "Un errore.", make.ACT, saved.version)
    names = ("show_life", "extend_call", "extend_call_for", "cancel_call", "show_amendment")
    names += ("open_amendment", "download_amendment", "replace_amendment")
    names += ("discard_amendment", "publish_amendment")
    trial = {"practice_code": start_trial(calls["draft"], staff).practice_code}
    return {
        **dict.fromkeys((f"calls.{name}" for name in names), {"code": "open"}),
        "calls.edit_amendment": {"code": "open", "part": "office"},
        "calls.show_version": {"code": "open", "number": "1"},
        "applications.start_trial": {"code": "draft"},
        "applications.show_trial": trial,
        "applications.discard_trial": trial,
    }
