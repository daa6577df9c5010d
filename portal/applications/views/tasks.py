"""The task list of a draft: what is to be filled in, by whom, and who was there last."""

from __future__ import annotations

from typing import Any

from flask import url_for

from portal.applications import queries
from portal.applications.views.shown import review_url, section_url
from portal.i18n import _, format_instant, lazy, pick
from portal.web import actor

STATE_WORDS = {
    "todo": lazy("To begin"),
    "started": lazy("In progress"),
    "done": lazy("Complete"),
    "error": lazy("With errors"),
    "idle": lazy("Not needed"),
}


def tasks(draft: Any, given: Any) -> list[dict[str, Any]]:
    """Return what is to be done, section by section (`given` says by whom), and the sending."""
    application = draft.application
    savings = queries.section_savings(application, draft.form)
    items = [
        {
            "title": pick(section.title),
            "hint": hint_of(draft, section),
            "url": section_url(draft, section) if section in draft.needed else "",
            "status": draft.state_of(section),
            "status_text": str(STATE_WORDS[draft.state_of(section)]),
            "notes": notes(savings[section.key], given.get(section.key)),
        }
        for section in draft.form.sections
    ]
    is_signed = not queries.formal_obstacles(application, actor())
    return [*items, *signing_task(draft, is_signed), sending_task(draft, is_signed)]


def signing_task(draft: Any, is_done: bool) -> list[dict[str, Any]]:
    """Return what the call asks for besides the answers, as one task; none where it is nothing."""
    application = draft.application
    if not queries.formalities_for(application, actor()).is_any:
        return []
    status = "blocked" if draft.missing else "done" if is_done else "todo"
    words = {"done": _("In place"), "blocked": _("Not yet"), "todo": _("To begin")}
    code = application.practice_code
    return [
        {
            "title": _("Signature and documents"),
            "hint": _("What the call asks for besides your answers."),
            "url": url_for("applications.sign_application", practice_code=code),
            "status": status,
            "status_text": words[status],
        }
    ]


def hint_of(draft: Any, section: Any) -> str:
    """Return what stands below a section's title: its help, or why it isn't asked."""
    if section in draft.needed:
        return pick(section.help)
    return _("By what you have answered so far, this section does not concern you.")


def notes(saving: Any, assignment: Any) -> list[str]:
    """Return who was there last and when, and who fills the section in."""
    lines = []
    if assignment is not None and assignment.done_at:
        lines.append(
            _(
                "%(who)s has finished it on %(instant)s",
                who=assignment.name,
                instant=format_instant(assignment.done_at),
            )
        )
    elif assignment is not None:
        lines.append(_("Assigned to %(who)s", who=assignment.name))
    if saving is not None and saving.who:
        lines.append(
            _(
                "Last changed by %(who)s on %(instant)s",
                who=saving.who,
                instant=format_instant(saving.at),
            )
        )
    return lines


def sending_task(draft: Any, is_signed: bool) -> dict[str, Any]:
    """Return the last thing to be done, not yet possible while something is missing."""
    ready = not draft.missing and is_signed
    return {
        "title": _("Summary and sending"),
        "hint": _("Read everything on one page, then send."),
        "url": review_url(draft),
        "status": "todo" if ready else "blocked",
        "status_text": _("Ready") if ready else _("Not yet"),
    }
