"""Completing what was sent: only what is asked, in a copy, within the term."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal import clock, holidays
from portal.applications import queries, services
from portal.applications.models import Application, IntegrationRequest
from portal.db import db as portal_db
from portal.errors import Forbidden, Invalid, InvalidMany, Stale, WrongState
from portal.outbox import Mail
from portal.permissions import Role
from portal.questionnaires.queries import answers_of
from portal.registry.models import Applicant
from tests import make
from tests.applications import stories
from tests.applications.stories import RULES

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.database]

# A Monday; ten days later is Thursday, 14 May.
MONDAY = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
DUE = date(2026, 5, 14)
END = datetime(2026, 5, 14, 22, 0, tzinfo=UTC)
SECOND_KEY = "0123456789abcdef0123456789abcdef"
ASKED = {
    "question.amount": ("incorrect", "Il totale non torna."),
    "question.budget": ("incomplete", "Manca il bilancio."),
    "check.seat": ("outdated", "La visura è vecchia."),
}


def asked(silence: str = "inadmissible", **typed: tuple[str, str]) -> Application:
    """An application whose applicant was asked on Monday to complete it."""
    rules = {**RULES, "integration": {"days": 10, "silence": silence}}
    staff = make.user(Role.STAFF)
    application = stories.under_check(stories.open_call(rules=rules), staff)
    services.request_integration(application, staff, typed or ASKED, "Grazie.")
    return application


def request_of(application: Application) -> IntegrationRequest:
    """The last request."""
    return queries.integrations_of(application)[-1]


def save(application: Application, typed: dict[str, list[str]], who: Any = None) -> Any:
    """Type in the copy."""
    copy = request_of(application).answer_set
    owner = who or stories.owner_of(application)
    return services.save_completion(application, typed, "", owner, copy.version, clock.now())


def completed(application: Application) -> Any:
    """Answer all that is asked and send it."""
    owner = stories.owner_of(application)
    save(application, {"amount": ["5.500"]})
    services.attach_completion(
        application, "budget", (stories.pdf(), "bilancio.pdf"), owner, clock.now()
    )
    return services.answer_integration(application, owner, SECOND_KEY, clock.now())


def keys_of(template: str) -> list[str]:
    """The keys of the mails of one kind."""
    return list(portal_db.session.scalars(select(Mail.key).where(Mail.template == template)))


def test_request_says_what_why_and_until_when() -> None:
    with clock.at(MONDAY):
        application = asked()
    request = request_of(application)
    assert application.state == "integration_requested"
    assert (request.due_on, request.due_at) == (DUE, END)
    assert [(x.label, x.fault, x.text) for x in queries.asked_in(application, request.items)] == [
        ("Contributo richiesto", "Non corretto", "Il totale non torna."),
        ("Bilancio", "Incompleto", "Manca il bilancio."),
        ("La sede è a Bologna", "Non aggiornato", "La visura è vecchia."),
    ]
    assert request.protocol_entry.direction == "outgoing"
    (mail,) = portal_db.session.scalars(
        select(Mail).where(Mail.template == "integration_requested")
    ).all()
    assert mail.recipient == stories.owner_of(application).email
    for words in ("Il totale non torna.", "14/05/2026", "Grazie.", application.practice_code):
        assert words in f"{mail.subject}\n{mail.body}"


def test_preview_is_the_mail_that_leaves_and_keeps_nothing() -> None:
    staff = make.user(Role.STAFF)
    with clock.at(MONDAY):
        application = stories.under_check(stories.open_call(), staff)
        shown = services.preview_request(application, ASKED, "Grazie.")
        assert queries.integrations_of(application) == []
        assert keys_of("integration_requested") == []
        services.request_integration(application, staff, ASKED, "Grazie.")
    mail = portal_db.session.scalars(
        select(Mail).where(Mail.template == "integration_requested")
    ).one()
    assert (shown["subject"], shown["body"]) == (mail.subject, mail.body.strip())
    assert mail.recipient in shown["to"]


@pytest.mark.parametrize(
    ("typed", "at", "code"),
    [
        ({}, "", "nothing_asked"),
        ({"check.seat": ("outdated", "Vecchia.")}, "", "nothing_asked"),
        ({"question.amount": ("incorrect", " ")}, "question.amount", "required"),
        ({"question.amount": ("wrong", "No.")}, "question.amount", "choice_unknown"),
        ({"question.other": ("incorrect", "No.")}, "question.other", "choice_unknown"),
    ],
)
def test_request_without_sense_is_refused(
    typed: dict[str, tuple[str, str]], at: str, code: str
) -> None:
    staff = make.user(Role.STAFF)
    application = stories.under_check(staff=staff)
    with pytest.raises(InvalidMany) as refusal:
        services.request_integration(application, staff, typed, "")
    assert {name: error.code for name, error in refusal.value.errors.items()} == {at: code}
    assert application.state == "formal_check"


def test_only_what_was_asked_can_be_changed() -> None:
    application = asked()
    before = answers_of(request_of(application).answer_set).values
    with pytest.raises(Forbidden):
        save(application, {"amount": ["5.500"], "project_title": ["Altro titolo"]})
    assert answers_of(request_of(application).answer_set).values == before
    save(application, {"amount": ["5.500"]})
    after = answers_of(request_of(application).answer_set).values
    assert {key for key in after if after[key] != before[key]} == {"amount"}
    assert after["truthful"] is True


def test_old_link_to_the_sent_answers_changes_nothing() -> None:
    """An edit of what was sent, from a page left open, is refused while a copy is open."""
    application = asked()
    owner, sent = stories.owner_of(application), application.answer_set
    before = answers_of(sent).values
    with pytest.raises(WrongState, match="application_sent"):
        services.save_section(application, "money", {"amount": ["1.000"]}, owner, sent.version)
    with pytest.raises(WrongState, match="application_sent"):
        services.attach_file(application, "budget", stories.pdf(), "altro.pdf", owner)
    save(application, {"amount": ["5.500"]})
    assert answers_of(application.answer_set).values == before


def test_colleague_in_another_tab_is_told() -> None:
    application = asked()
    owner = stories.owner_of(application)
    old = request_of(application).answer_set.version
    save(application, {"amount": ["5.500"]})
    with pytest.raises(Stale):
        services.save_completion(application, {"amount": ["4.000"]}, "", owner, old, clock.now())


def test_answer_is_a_sending_of_its_own_and_the_check_goes_on() -> None:
    application = asked()
    first = queries.get_submission(application)
    sent = completed(application)
    assert application.state == "formal_check"
    assert application.submission is first
    assert (sent.number, sent.kind.value) == (2, "integration")
    assert sent.protocol_entry.number > first.protocol_entry.number
    assert sent.receipt is not None
    assert sent.protocol_entry.code in sent.receipt.html
    frozen = json.loads(sent.snapshot)
    assert frozen["answers"]["amount"] == "5500.00"
    assert frozen["answers"]["project_title"] == "Orto di quartiere"
    assert [file["name"] for file in frozen["files"]] == ["bilancio.pdf"]
    assert json.loads(first.snapshot)["answers"]["amount"] == "6000.50"


def test_what_completes_it_is_what_the_office_reads() -> None:
    application = asked()
    completed(application)
    assert queries.content_of(application)["answers"]["amount"] == "5500.00"
    assert services.facts_of(application).answers["amount"] == "5500.00"
    assert str(application.requested_amount) == "5500.00"
    assert [x.file.name for x in queries.kept_files(application)] == ["bilancio.pdf"]


def test_office_sees_before_and_after_of_each_question() -> None:
    application = asked()
    completed(application)
    changes = queries.changes_in(request_of(application))
    assert [(x.label, x.before, x.is_change) for x in changes] == [
        ("Contributo richiesto", ("6.000,50\xa0€",), True),
        ("Bilancio", (), True),
    ]
    assert changes[0].after == ("5.500,00\xa0€",)
    assert changes[1].after[0].startswith("bilancio.pdf")


def test_files_of_the_copy_are_not_those_of_the_application_until_sent() -> None:
    application = asked()
    owner = stories.owner_of(application)
    given = services.attach_completion(
        application, "budget", (stories.pdf(), "bozza.pdf"), owner, clock.now()
    )
    assert queries.kept_files(application) == []
    services.detach_completion(application, given.file.public_id, owner, clock.now())
    assert queries.fork_files(request_of(application), "budget") == []


def test_file_for_a_question_that_was_not_asked_is_refused() -> None:
    application = asked(**{"question.amount": ("incorrect", "Il totale non torna.")})
    with pytest.raises(Forbidden):
        services.attach_completion(
            application,
            "budget",
            (stories.pdf(), "altro.pdf"),
            stories.owner_of(application),
            clock.now(),
        )
    assert application.attachments == []


def test_unfinished_answer_is_not_sent() -> None:
    application = asked(**{"question.amount": ("incorrect", "Il totale non torna.")})
    save(application, {"amount": [""]})
    with pytest.raises(Invalid, match="incomplete"):
        services.answer_integration(
            application, stories.owner_of(application), SECOND_KEY, clock.now()
        )


@pytest.mark.check(46)
def test_same_answer_twice_is_one() -> None:
    application = asked(**{"question.amount": ("incorrect", "Il totale non torna.")})
    owner = stories.owner_of(application)
    first = services.answer_integration(application, owner, SECOND_KEY, clock.now())
    again = services.answer_integration(application, owner, SECOND_KEY, clock.now())
    assert again is first
    assert len(keys_of("integration_answered")) == 1


@pytest.mark.check(48)
def test_term_is_a_matter_of_a_millisecond() -> None:
    with clock.at(MONDAY):
        application = asked(**{"question.amount": ("incorrect", "Il totale non torna.")})
    owner = stories.owner_of(application)
    with clock.at(END + timedelta(seconds=3)):
        with pytest.raises(Invalid, match="integration_late"):
            services.answer_integration(application, owner, SECOND_KEY, END)
        in_time = END - timedelta(milliseconds=1)
        services.answer_integration(application, owner, SECOND_KEY, in_time)
    assert application.state == "formal_check"


def test_silence_closes_the_application_where_the_call_says_so() -> None:
    with clock.at(MONDAY):
        application = asked()
    with clock.at(END - timedelta(seconds=1)):
        stories.lapse_terms()
    assert application.state == "integration_requested"
    with clock.at(END):
        stories.lapse_terms()
        stories.lapse_terms()
    assert application.state == "inadmissible"
    assert "14/05/2026" in (application.outcome_reason or "")
    assert keys_of("application_inadmissible") == [
        f"application_inadmissible:{application.practice_code}"
    ]


def test_silence_lets_the_check_go_on_where_the_call_says_so() -> None:
    with clock.at(MONDAY):
        application = asked("continue")
    with clock.at(END):
        stories.lapse_terms()
    assert application.state == "formal_check"
    assert len(keys_of("integration_lapsed")) == 1
    assert queries.open_integration(application) is None


def test_reminder_comes_once_two_working_days_before() -> None:
    with clock.at(MONDAY):
        application = asked()
    reminded = []
    for day in (11, 12, 13):
        with clock.at(datetime(2026, 5, day, 6, 0, tzinfo=UTC)):
            services.remind_integrations()
        reminded.append(len(keys_of("integration_reminder")))
    assert reminded == [0, 1, 1]
    assert holidays.working_days_before(DUE, 2) == date(2026, 5, 12)
    assert application.practice_code in keys_of("integration_reminder")[0]


def test_more_time_is_told_and_holds() -> None:
    with clock.at(MONDAY):
        application = asked()
        staff = make.user(Role.STAFF)
        services.extend_integration(application, staff, "5", "Uffici chiusi.")
    assert request_of(application).due_on == date(2026, 5, 19)
    with clock.at(END):
        stories.lapse_terms()
    assert application.state == "integration_requested"
    mail = portal_db.session.scalars(
        select(Mail).where(Mail.template == "integration_extended")
    ).one()
    assert "Uffici chiusi." in mail.body


@pytest.mark.parametrize(("days", "reason"), [("", "Perché sì."), ("0", "x"), ("5", " ")])
def test_more_time_needs_days_and_a_reason(days: str, reason: str) -> None:
    application = asked()
    with pytest.raises(InvalidMany):
        services.extend_integration(application, make.user(Role.STAFF), days, reason)


def test_office_may_let_go_what_it_asked() -> None:
    application = asked()
    services.continue_check(application, make.user(Role.STAFF))
    assert application.state == "formal_check"
    assert len(keys_of("integration_closed")) == 1
    services.request_integration(application, make.user(Role.STAFF), ASKED, "")
    assert [each.number for each in queries.integrations_of(application)] == [1, 2]


def test_second_request_begins_from_what_was_completed() -> None:
    application = asked()
    completed(application)
    services.request_integration(application, make.user(Role.STAFF), ASKED, "")
    assert answers_of(request_of(application).answer_set).value("amount") == "5500.00"


def test_withdrawing_ends_the_request() -> None:
    application = asked()
    services.withdraw_application(application, stories.owner_of(application), "", clock.now())
    assert queries.open_integration(application) is None
    with clock.at(clock.now() + timedelta(days=40)):
        stories.lapse_terms()
    assert application.state == "withdrawn"


def test_only_the_office_asks_and_only_the_applicant_answers() -> None:
    application = asked()
    with pytest.raises(Forbidden):
        services.continue_check(application, stories.owner_of(application))
    with pytest.raises(Forbidden):
        save(application, {"amount": ["5.500"]}, make.user(Role.STAFF))
    assert portal_db.session.scalars(select(Applicant)).first() is not None


def test_state_and_mail_are_one_deed(monkeypatch: Any) -> None:
    """What a mail promises has happened, and the other way round: each once."""
    staff = make.user(Role.STAFF)
    application = stories.under_check(stories.open_call(), staff)
    with monkeypatch.context() as broken:
        broken.setattr("portal.outbox._settings", None)
        with pytest.raises(RuntimeError):
            services.request_integration(application, staff, ASKED, "")
    assert application.state == "formal_check"
    assert queries.integrations_of(application) == []
    services.request_integration(application, staff, ASKED, "")
    with pytest.raises(WrongState):
        services.request_integration(application, staff, ASKED, "")
    assert keys_of("integration_requested") == [
        f"integration_requested:{application.practice_code}:1"
    ]
