"""What the base template shows on every page: menu, demo banner, language."""

from __future__ import annotations

from typing import Any

from flask import Flask, request, url_for
from flask_login import current_user

from portal import clock, i18n, permissions

# (label, endpoint, action that must be possible for the entry to show, or with "not" in front must
# not be: who runs the portal finds the questions at the foot of the page; "" shows it to all)
ENTRIES: tuple[tuple[Any, str, str], ...] = (
    (i18n.lazy("Calls"), "calls.list_calls", ""),
    (i18n.lazy("Rankings"), "outcomes.list_rankings", ""),
    (i18n.lazy("My area"), "desk.show_personal_area", "account.read"),
    (i18n.lazy("Today"), "desk.show_today", "today.read"),
    (i18n.lazy("Applications"), "desk.list_applications", "application.list"),
    (i18n.lazy("Evaluations"), "evaluation.list_assignments", "assignment.list"),
    (i18n.lazy("Committee sessions"), "committee.list_sessions", "committee_session.attend"),
    (i18n.lazy("Manage calls"), "calls.manage_calls", "call.manage"),
    (i18n.lazy("Sources of money"), "sources.list_sources", "source.read"),
    (i18n.lazy("People and roles"), "accounts.list_people", "user.read"),
    (i18n.lazy("Operation"), "operations.show_operations", "operations.read"),
    (i18n.lazy("Questions and answers"), "public.faq", "not operations.read"),
)


def navigation() -> list[tuple[str, str, bool]]:
    """Return the menu of who looks: (label, address, whether it is this page)."""
    return [
        (str(label), url_for(endpoint), request.endpoint == endpoint)
        for label, endpoint, action in ENTRIES
        if shows(action)
    ]


def shows(action: str) -> bool:
    """Tell whether who looks finds an entry in the menu."""
    if not action:
        return True
    name = action.removeprefix("not ")
    return permissions.could(current_user, name) == (name == action)


def register_context(app: Flask) -> None:
    """Give every page the names base.html uses."""
    demo = app.config["PORTAL_ENV"] == "demo"
    statement = app.config["ACCESSIBILITY_STATEMENT_URL"]
    app.jinja_env.globals["could"] = lambda action: permissions.could(current_user, action)

    @app.context_processor
    def names() -> dict[str, Any]:
        return {
            "locale": i18n.current_language(),
            "navigation": navigation(),
            "demo_mode": demo,
            "clock_iso": clock.now().isoformat(timespec="seconds"),
            "clock_text": i18n.format_instant(clock.now()) if demo else "",
            "accessibility_statement_url": statement,
        }
