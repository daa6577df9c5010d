"""The personal area: what to do next, practices, messages, documents and deadlines of a person."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar  # noqa: TID251  read back as another program would

from portal import clock
from portal.applications import services
from portal.desk.queries import Term, deadlines_of, own_lines
from portal.i18n import format_date
from portal.operations.services import work_once
from portal.permissions import Right, Role
from portal.registry.engine import ProfileDocument
from portal.registry.services import add_document
from tests import make
from tests.applications import stories
from tests.applications.test_collaborators import joined
from tests.browse import words
from tests.costs import cost
from tests.files.makers import pdf

pytestmark = pytest.mark.usefixtures("db")

AREA = "/area-personale"
PAGES = ("", "/messaggi", "/pratiche", "/documenti", "/scadenze")
FAULT = {"question.budget": ("outdated", "Il bilancio è vecchio.")}
MOST_QUERIES = 16


def keep(applicant: Any, owner: Any, days: int, kind: str = "statute") -> Any:
    """Put a document into the profile, good for so many days."""
    until = clock.today() + timedelta(days=days)
    upload = (io.BytesIO(pdf()[1]), "statuto.pdf")
    return add_document(applicant, ProfileDocument(kind), upload, (None, until), owner)


def asked(owner: Any, applicant: Any, staff: Any) -> Any:
    """An application that was sent and is to be completed."""
    application = stories.filled(applicant=applicant, owner=owner)
    services.submit_application(application, owner, f"{application.id}" * 8, clock.now())
    services.start_check(application, staff)
    services.request_integration(application, staff, FAULT, "")
    return application


def terms(user: Any) -> list[tuple[Term, date | None]]:
    """What somebody has to do, in order."""
    return [(each.term, each.day) for each in deadlines_of(user, own_lines(user))]


def test_deadlines_come_in_order_and_what_has_no_end_last() -> None:
    owner, staff = make.user(), make.user(Role.STAFF)
    applicant = make.body(owner)
    soon, later = clock.today() + timedelta(days=2), clock.today() + timedelta(days=5)
    rolling = stories.open_call(kind="rolling", closes_at=None, one_per_applicant=False)
    stories.draft(rolling, applicant, owner)
    stories.draft(applicant=applicant, owner=owner)
    keep(applicant, owner, 5)
    asked(owner, applicant, staff)
    due = clock.today() + timedelta(days=10)
    message = asked(owner, applicant, staff)
    services.answer_applicant(message, staff, "Ci confermi la sede?", [], format_date(soon))
    found = terms(owner)
    assert found[:2] == [(Term.ANSWER, soon), (Term.RENEW, later)]
    assert sorted(found[2:5], key=str) == sorted(
        [(Term.COMPLETE, due), (Term.COMPLETE, due), (Term.SEND, None)], key=str
    )
    assert found[5:] == [(Term.SEND, None)]


def test_reader_has_nothing_to_send_and_a_closed_call_asks_nothing() -> None:
    application = stories.draft()
    owner = stories.owner_of(application)
    reader, editor = joined(application, Right.READ), joined(application, Right.EDIT)
    assert [terms(each) for each in (owner, editor, reader)] == [
        [(Term.SEND, None)],
        [(Term.SEND, None)],
        [],
    ]
    with clock.at(clock.now() + timedelta(days=11)):
        assert terms(owner) == []


def test_desk_shows_three_things_at_most_and_leads_to_the_others(client: FlaskClient) -> None:
    owner = make.user()
    make.sign_in(client, owner)
    assert "Ancora nessuna candidatura" in words(client.get(AREA))
    applicant = make.body(owner)
    for _ in range(4):
        stories.draft(applicant=applicant, owner=owner)
    page = client.get(AREA)
    assert page.text.count("Invia la candidatura") == 3
    assert "Un'altra cosa da fare" in words(page)
    assert "Tutte le tue 4 candidature" in words(page)
    with clock.at(clock.now() + timedelta(days=11)):
        make.sign_in(client, owner)
        assert "Ora non devi fare niente" in words(client.get(AREA))


def test_practices_say_state_protocol_next_step_and_by_when(client: FlaskClient) -> None:
    owner, staff = make.user(), make.user(Role.STAFF)
    applicant = make.body(owner)
    sent = asked(owner, applicant, staff)
    draft = stories.draft(applicant=applicant, owner=owner)
    make.sign_in(client, owner)
    page = words(client.get(f"{AREA}/pratiche"))
    assert sent.submission is not None
    assert sent.submission.protocol_entry.code in page
    assert "Completa quello che ti abbiamo chiesto entro la fine del" in page
    assert "2 candidature" in page
    for group, there, gone in (("incomplete", sent, draft), ("draft", draft, sent)):
        found = words(client.get(f"{AREA}/pratiche?state={group}"))
        assert there.practice_code in found
        assert gone.practice_code not in found
    assert "Nessuna delle tue candidature" in words(client.get(f"{AREA}/pratiche?state=accepted"))


def test_unread_messages_are_counted_on_the_tab_until_they_are_read(client: FlaskClient) -> None:
    owner, staff = make.user(), make.user(Role.STAFF)
    application = asked(owner, make.body(owner), staff)
    services.answer_applicant(application, staff, "Va bene così.", [])
    make.sign_in(client, owner)
    assert "Messaggi 1 da leggere" in words(client.get(AREA))
    listed = words(client.get(f"{AREA}/messaggi"))
    assert "Orto di quartiere" in listed
    assert "1 da leggere Niente di nuovo" not in listed
    client.get(f"/domande/{application.practice_code}/messaggi")
    assert "Niente di nuovo" not in words(client.get(AREA))


def test_documents_are_receipts_and_those_of_the_profiles(client: FlaskClient) -> None:
    owner, staff = make.user(), make.user(Role.STAFF)
    applicant = make.body(owner)
    code = asked(owner, applicant, staff).practice_code
    keep(applicant, owner, 5)
    make.sign_in(client, owner)
    assert "In preparazione" in words(client.get(f"{AREA}/documenti"))
    while work_once("tests"):
        pass
    page = client.get(f"{AREA}/documenti")
    assert f'href="/domande/{code}/invii/1/ricevuta.pdf"' in page.text
    assert "Statuto o atto costitutivo statuto.pdf" in words(page)
    assert "In scadenza" in words(page)


def test_nothing_of_others_is_shown(client: FlaskClient) -> None:
    owner, other = make.user(), make.user()
    applicant = make.body(owner)
    application = asked(owner, applicant, make.user(Role.STAFF))
    keep(applicant, owner, 5)
    make.sign_in(client, other)
    for page in PAGES:
        text = client.get(f"{AREA}{page}").text
        assert application.practice_code not in text
        assert applicant.name not in text


def test_calendar_holds_every_deadline_with_a_day(client: FlaskClient) -> None:
    owner, staff = make.user(), make.user(Role.STAFF)
    applicant = make.body(owner)
    asked(owner, applicant, staff)
    draft = stories.draft(applicant=applicant, owner=owner)
    keep(applicant, owner, 5)
    make.sign_in(client, owner)
    answer = client.get(f"{AREA}/scadenze.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    found = {str(event["summary"]): event.decoded("dtstart") for event in events}
    assert found == {
        "Invia la candidatura: Candidatura senza titolo": draft.call.closes_at.replace(
            microsecond=0
        ),
        "Completa quello che ti abbiamo chiesto: Orto di quartiere": clock.today()
        + timedelta(days=10),
        "Rinnova un documento del profilo: Statuto o atto costitutivo": clock.today()
        + timedelta(days=5),
    }


@pytest.mark.parametrize("page", PAGES)
def test_page_costs_the_same_however_much_there_is(client: FlaskClient, page: str) -> None:
    owner, staff = make.user(), make.user(Role.STAFF)

    def more() -> None:
        applicant = make.body(owner)
        application = asked(owner, applicant, staff)
        services.answer_applicant(
            application, staff, "Ci confermi la sede?", [], format_date(clock.today())
        )
        stories.draft(applicant=applicant, owner=owner)
        withdrawn = stories.filled(applicant=applicant, owner=owner)
        services.submit_application(withdrawn, owner, f"{withdrawn.id}" * 8, clock.now())
        services.withdraw_application(withdrawn, owner, "", clock.now())
        keep(applicant, owner, 5)

    more()
    make.sign_in(client, owner)
    once = cost(client, f"{AREA}{page}")
    for _ in range(2):
        more()
    assert cost(client, f"{AREA}{page}") == once <= MOST_QUERIES


def test_pages_carry_the_hooks_of_the_frame(client: FlaskClient) -> None:
    make.sign_in(client, make.user())
    for page in PAGES:
        text = client.get(f"{AREA}{page}").text
        for hook in ("privacy-policy-link", "accessibility-link", "legal-notes", "faq"):
            assert f'data-element="{hook}"' in text
        assert text.count('aria-current="page"') >= 1
