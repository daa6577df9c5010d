"""Parts of an application as data, for whoever may read it: answers, files, moments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import url_for

from portal.applications import queries
from portal.applications.states import LABELS
from portal.questionnaires.engine import Readers


def sections(application: Any, reader: Readers = Readers.COMMITTEE) -> list[dict[str, Any]]:
    """Return the answers a reader sees, by section."""
    return [
        {
            "key": section.key,
            "title": section.title,
            "answers": [answer(each) for each in section.answers],
        }
        for section in queries.sections_of(application, reader)
    ]


def answer(shown: Any) -> dict[str, Any]:
    """Return an answer with its meaning and its words."""
    return {
        "key": shown.question.key,
        "type": shown.question.type.value,
        "label": shown.label,
        "value": shown.value,
        "text": list(shown.lines),
        "files": [each.file.public_id for each in shown.files],
    }


def files(
    application: Any, endpoint: str, reader: Readers = Readers.COMMITTEE
) -> list[dict[str, Any]]:
    """Return the files kept, each with the address at which `endpoint` hands it out."""
    return [
        {
            "id": each.file.public_id,
            "question": each.question_key,
            "name": each.file.name,
            "media_type": each.file.media_type,
            "size": each.file.size,
            "sha256": each.file.sha256,
            "url": url_for(
                endpoint,
                practice_code=application.practice_code,
                file_public_id=each.file.public_id,
            ),
        }
        for each in queries.readable_files(application, reader)
    ]


def state(application: Any) -> dict[str, str]:
    """Return the state and its label."""
    return {"state": application.state.value, "state_label": str(LABELS[application.state])}


def moments(events: Iterable[Any]) -> list[dict[str, Any]]:
    """Return what happened."""
    return [{"at": each.at, "title": each.title, "who": each.who} for each in events]


def sending(application: Any, endpoint: str) -> dict[str, Any] | None:
    """Return what was sent, with the address of its receipt once it is drawn."""
    submission = application.submission
    if submission is None:
        return None
    drawn = submission.receipt is not None and submission.receipt.file_id is not None
    address = url_for(endpoint, practice_code=application.practice_code)
    return {
        "received_at": submission.received_at,
        "protocol": submission.protocol_entry.code,
        "sha256": submission.sha256,
        "receipt": address if drawn else None,
    }


def gaps(missing: Sequence[Any], message_of: Any) -> list[dict[str, Any]]:
    """Return what keeps a draft from being sent."""
    return [
        {
            "section": gap.section.key,
            "question": gap.question.key,
            "code": gap.reason.code,
            "message": message_of(gap.reason),
        }
        for gap in missing
    ]
