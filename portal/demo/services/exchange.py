"""What goes to and fro after sending, in the demo: messages, a note, a request to complete."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from portal import clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.queries import form_of_application, get_submission, submitter_of
from portal.applications.services import (
    answer_applicant,
    request_integration,
    write_message,
    write_note,
)
from portal.applications.states import ApplicationState
from portal.questionnaires.engine import Copy


def ask_to_complete(application: Application, staff: User, fault: str) -> None:
    """Ask an applicant to answer anew what does not add up; it has not answered yet."""
    question = form_of_application(application).copied(Copy.REQUESTED_AMOUNT)
    if question is not None:
        asked = {f"question.{question.key}": ("incorrect", fault)}
        request_integration(application, staff, asked, "Se ti serve aiuto, chiamaci.")


def write_to_and_fro(applications: Sequence[Application], staff: User, at: datetime) -> None:
    """Have an applicant write to the office, and the office note something and ask another."""
    by_state = {each.state: each for each in applications}
    with clock.at(at):
        new = by_state.get(ApplicationState.SUBMITTED)
        if new is not None:
            owner = submitter_of(get_submission(new))
            write_message(new, owner, "Buongiorno, possiamo aggiungere un partner dopo l'invio?")
        checked = by_state.get(ApplicationState.FORMAL_CHECK)
        if checked is not None:
            write_note(checked, staff, "Il bilancio non torna con il piano dei costi: da chiedere.")
            due = f"{clock.to_rome(at + timedelta(days=12)):%d/%m/%Y}"
            answer_applicant(checked, staff, "Ci indicate un numero per sentirci?", (), due)
