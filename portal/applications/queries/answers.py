"""The answers of an application: as they stand, and who may read which."""

from __future__ import annotations

from typing import Any

from portal import permissions
from portal.applications.models import Application
from portal.questionnaires.engine import Answers, Form, Readers, for_reader
from portal.questionnaires.models import AnswerSet
from portal.questionnaires.queries import answers_of, opened_answers_of
from portal.registry.queries import profile_facts

SEALED = "sealed"


def answers_in(application: Application, answer_set: AnswerSet | None = None) -> Answers:
    """Return the answers of an application, or those of a copy of its own; special ones sealed."""
    facts = profile_facts(application.applicant)
    return answers_of(answer_set or application.answer_set, facts)


def opened_answers_in(application: Application, answer_set: AnswerSet | None = None) -> Answers:
    """Return the same with the special ones opened: for the deeds of the applicant's own side."""
    facts = profile_facts(application.applicant)
    return opened_answers_of(answer_set or application.answer_set, facts)


def values_to_show(answers: Answers) -> dict[str, Any]:
    """Return the values in sight; a word stands for a special answer that was given."""
    sealed = {key for key, given in answers.given.items() if given.is_sealed}
    return {key: SEALED if key in sealed else each for key, each in answers.sight.values.items()}


def reader_of(application: Application, user: Any) -> Readers:
    """Return as who somebody reads an application: its own side reads as the office does."""
    may = permissions.can(user, "application.read_reserved", application)
    return Readers.STAFF if may else Readers.COMMITTEE


def readable(form: Form, reader: Readers) -> frozenset[str]:
    """Return the keys of the questions whose answers a reader sees, if only that they are sealed.

    The committee is not told what is asked beside.
    """
    return for_reader(form, reader) if reader is Readers.COMMITTEE else frozenset(form.by_key)
