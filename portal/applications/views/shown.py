"""Lists as the macros want them: sections to fill in, moments, checklist, files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import url_for

from portal.applications.queries import (
    PART_LABELS,
    form_of_application,
    sent_paper_files,
    standing_of,
)
from portal.i18n import _, format_instant, format_size, lazy, pick

CURRENT_STATE = "current"


def section_url(draft: Any, section: Any) -> str:
    """Return the address of a section's page."""
    code = draft.application.practice_code
    return url_for("applications.edit_section", practice_code=code, section_key=section.key)


def review_url(draft: Any) -> str:
    """Return the address of the summary."""
    code = draft.application.practice_code
    return url_for("applications.review_application", practice_code=code)


def side_index(draft: Any, current: Any) -> list[dict[str, str]]:
    """Return the sections with their states, and the summary after them."""
    states = {"started": "todo"}
    items = [
        {
            "label": pick(section.title),
            "url": section_url(draft, section),
            "state": CURRENT_STATE
            if section.key == current.key
            else states.get(draft.state_of(section), draft.state_of(section)),
        }
        for section in draft.form.sections
        if section in draft.needed or section.key == current.key
    ]
    summary = {"label": _("Summary and sending"), "url": review_url(draft), "state": "todo"}
    return [*items, summary]


def moments(events: Sequence[Any]) -> list[dict[str, str]]:
    """Return what happened as a timeline; the latest moment is the current one."""
    return [
        {
            "when": format_instant(event.at),
            "iso": event.at.isoformat(),
            "title": event.title,
            "who": event.who,
            "state": CURRENT_STATE if event is events[-1] else "past",
        }
        for event in events
    ]


STANDING = {
    "valid": (lazy("Valid"), "ok"),
    "withdrawn": (lazy("Withdrawn"), "warning"),
    "replaced": (lazy("Replaced by a later one"), "neutral"),
}
KINDS = {
    "application": lazy("Application"),
    "integration": lazy("Completion"),
}


def standing_words(submission: Any) -> tuple[str, str]:
    """Return whether a sending still holds, and how that looks."""
    label, tone = STANDING[standing_of(submission)]
    return str(label), tone


def sending_lines(application: Any) -> list[dict[str, Any]]:
    """Return all sendings of an application, the latest first, with where each is read."""
    return [
        {
            "number": each.number,
            "kind": str(KINDS[each.kind.value]),
            "protocol": each.protocol_entry.code,
            "received_at": each.received_at,
            "standing": standing_words(each),
            "withdrawal": each.withdrawal_entry.code if each.withdrawal_entry else "",
            "url": url_for(
                "applications.show_sending",
                practice_code=application.practice_code,
                number=each.number,
            ),
        }
        for each in reversed(application.submissions)
    ]


def check_rows(lines: Iterable[Any]) -> list[dict[str, str]]:
    """Return the checklist as it was judged."""
    words = {
        "met": _("Met"),
        "not_met": _("Not met"),
        "not_applicable": _("Not applicable"),
        "": _("Not judged"),
    }
    return [
        {
            "label": line.text,
            "value": ". ".join(filter(None, (words[line.outcome or ""], line.reason))),
        }
        for line in lines
    ]


def file_lines(application: Any, attachments: Iterable[Any]) -> list[dict[str, str]]:
    """Return files as the macros list them, with the question they answer and their hashes."""
    form = form_of_application(application)
    return [
        {
            "id": attachment.file.public_id,
            "kind": pick(form.question(attachment.question_key).label),
            "name": attachment.file.name,
            "size_text": format_size(attachment.file.size),
            "sha256": attachment.file.sha256,
            "url": url_for(
                "applications.show_attachment",
                practice_code=application.practice_code,
                file_public_id=attachment.file.public_id,
            ),
        }
        for attachment in attachments
    ]


# The page that hands out each part of a signature.
PART_PAGES = {
    "signed": "applications.download_signed_paper",
    "identity": "applications.download_signed_paper",
    "proxy": "applications.download_proxy",
}


def sent_papers(application: Any) -> list[dict[str, str]]:
    """Return the files of the signature as they were sent, as the macros list them."""
    return [
        {
            "kind": str(PART_LABELS[file["part"]]),
            "name": file["name"],
            "size_text": format_size(file["size"]),
            "sha256": file["sha256"],
            "url": url_for(
                PART_PAGES[file["part"]],
                practice_code=application.practice_code,
                file_public_id=file["id"],
            ),
        }
        for file in sent_paper_files(application)
    ]
