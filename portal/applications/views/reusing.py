"""Documents of the profile, offered as answers to the questions for a file that ask for them."""

from __future__ import annotations

from typing import Any

from flask import request

from portal.applications import services
from portal.errors import Invalid
from portal.permissions import can
from portal.registry.queries import usable_documents
from portal.web import actor


def reusable(draft: Any, section: Any, kept: Any) -> dict[str, Any]:
    """Return the document of the profile that would answer each question, by the question's key.

    Who was invited to the application alone has no say over the profile; a question that has all
    the files it takes is offered none.
    """
    applicant = draft.application.applicant
    asking = [question for question in section.questions if question.document]
    if not asking or not can(actor(), "applicant.read", applicant):
        return {}
    offered = usable_documents(applicant)
    return {
        question.key: offered[question.document]
        for question in asking
        if question.document in offered
        and len(kept.get(question.key, ())) < (question.most_files or 1)
    }


def use_document(application: Any) -> dict[str, Invalid]:
    """Answer with the document that a button names; return what is wrong with it, by question."""
    key = request.form.get("use_document")
    if not key:
        return {}
    try:
        services.attach_document(application, key, actor())
    except Invalid as refusal:
        return {key: refusal}
    return {}
