"""What the pages show to who asks for a completion, and to who gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from portal.applications.models import (
    Application,
    Attachment,
    CheckOutcome,
    IntegrationRequest,
)
from portal.applications.queries.answers import opened_answers_in
from portal.applications.queries.dossiers import form_of_application
from portal.applications.queries.history import check_of
from portal.applications.queries.integrations import (
    Asked,
    asked_in,
    fork_files,
    open_integration,
)
from portal.applications.states import ApplicationState
from portal.calls.engine import checklist_of
from portal.calls.queries import closing_for
from portal.i18n import _, pick
from portal.questionnaires.engine import Answers, Form, Missing, QuestionType, Section, clean


@dataclass(frozen=True)
class AnswerCopy:
    """The copy of the answers in which one request is answered."""

    application: Application
    request: IntegrationRequest
    form: Form
    answers: Answers
    asked: Sequence[Asked]

    @property
    def version(self) -> int:
        """Return the version of the copy: each saving counts it on."""
        return self.request.answer_set.version

    @cached_property
    def section(self) -> Section:
        """Return the questions asked, as one section of their own."""
        questions = [each.question for each in self.asked if each.question is not None]
        return replace(self.form.sections[0], questions=tuple(questions))

    @property
    def notes(self) -> dict[str, Asked]:
        """Return what the office wrote, by question."""
        return {each.question.key: each for each in self.asked if each.question is not None}

    @property
    def checks(self) -> list[Asked]:
        """Return what was asked of the checklist."""
        return [each for each in self.asked if each.question is None]

    @cached_property
    def files(self) -> dict[str, list[Attachment]]:
        """Return the files that stand in the copy, by question."""
        return {
            question.key: fork_files(self.request, question.key)
            for question in self.section.questions
            if question.type is QuestionType.FILE
        }

    @property
    def missing(self) -> list[Missing]:
        """Return what keeps it from being sent."""
        keys = self.request.question_keys
        return [gap for gap in self.answers.missing() if gap.question.key in keys]

    def differences(self, typed: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
        """Return where what was typed is not what is saved: label, yours, saved."""
        return [
            {
                "label": pick(question.label),
                "yours": ", ".join(typed[question.key]),
                "saved": ", ".join(self.answers.typed(question.key)),
            }
            for question in self.section.questions
            if question.key in typed
            and clean(typed[question.key]) != list(self.answers.typed(question.key))
        ]


def copy_of(application: Application) -> AnswerCopy | None:
    """Return the copy that waits to be completed; None where nothing is asked."""
    if application.state is not ApplicationState.INTEGRATION_REQUESTED:
        return None
    request = open_integration(application)
    if request is None:
        return None
    return AnswerCopy(
        application=application,
        request=request,
        form=form_of_application(application),
        answers=opened_answers_in(application, request.answer_set),
        asked=asked_in(application, request.items),
    )


def askable(application: Application) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what can be asked for: sections with their questions, then the checklist."""
    groups = [
        (
            pick(section.title),
            [
                (f"question.{each.key}", pick(each.label))
                for each in section.questions
                if not each.is_computed
            ],
        )
        for section in form_of_application(application).sections
    ]
    checks = [(f"check.{key}", text) for key, text in checklist_of(application.call)]
    return [*groups, (_("Checklist"), checks)] if checks else groups


def unmet(application: Application) -> frozenset[str]:
    """Return the places of the checklist's items that were judged and are not met."""
    lines = check_of(application)
    return frozenset(f"check.{x.key}" for x in lines if x.outcome is CheckOutcome.NOT_MET)


def was_sent_as(application: Application, request_key: str) -> bool:
    """Tell whether this very request has been taken already."""
    key = f"{application.practice_code}:{request_key}"
    return any(each.request_key == key for each in application.submissions)


def closing_of(application: Application) -> datetime | None:
    """Return until when this applicant may send; None where the call stays open."""
    return closing_for(application.call, application.applicant)
