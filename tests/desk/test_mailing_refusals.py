"""Mails to many that are refused, left out or come too late: what the office sees then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import clock, outbox
from portal.applications.models import Message
from portal.db import db as portal_db
from portal.db import transaction
from portal.desk import queries, services
from portal.desk.models import Mailing
from portal.errors import Invalid, NotFound, WrongState
from portal.permissions import Effect, Role
from tests import make
from tests.applications import stories
from tests.browse import submit, words
from tests.desk.mailing_stories import BODY, letters, mails, received, written

pytestmark = pytest.mark.usefixtures("db")
HOUR = timedelta(hours=1)
ON_TITLE = {"it": "Su %(titolo)s"}


@pytest.fixture
def staff(client: FlaskClient) -> Any:
    """Somebody of the office, signed in."""
    found = make.user(Role.STAFF)
    make.sign_in(client, found)
    return found


def at(mailing: Mailing, page: str = "") -> str:
    """The address of a page of a mailing."""
    return f"/comunicazioni/{mailing.public_id}{page}"


def local(instant: Any) -> str:
    """An instant as the field of day and hour sends it."""
    return clock.to_rome(instant).strftime("%Y-%m-%dT%H:%M")


def letter_at(mailing: Mailing, number: int = 0) -> str:
    """The address of one of its letters."""
    return at(mailing, f"/lettere/{letters(mailing)[number].id}")


def send(mailing: Mailing, staff: Any, leaves_at: Any = None) -> None:
    """Ask for the mails to leave."""
    services.send_mailing(mailing, staff, leaves_at, mailing.version)


def test_nobody_chosen_too_many_or_only_drafts_begin_no_mailing() -> None:
    staff, unsent = make.user(Role.STAFF), stories.draft()
    codes = []
    for ids in ([], range(1, services.mailings.MOST_CHOSEN + 2), [unsent.id]):
        with pytest.raises(Invalid) as refusal:
            services.open_mailing(ids, staff)
        codes.append(refusal.value.code)
    assert codes == ["none_chosen", "too_many_chosen", "none_chosen"]
    assert portal_db.session.scalar(select(func.count(Mailing.id))) == 0


def test_pages_follow_where_a_mailing_stands(client: FlaskClient, staff: Any) -> None:
    (first,) = received(1)
    mailing = services.open_mailing([first.id], staff)
    text, preview, one = at(mailing, "/testo"), at(mailing, "/anteprima"), letter_at(mailing)
    assert client.get(preview).location == text
    assert client.get(at(mailing)).location == text
    with pytest.raises(Invalid) as refusal:
        send(mailing, staff)
    assert refusal.value.code == "mailing_unwritten"
    services.write_mailing(mailing, {"it": "Oggi"}, BODY, staff, mailing.version)
    assert client.get(preview).status_code == 200
    send(mailing, staff)
    assert [client.get(each).location for each in (text, preview, one)] == [at(mailing)] * 3


def test_preview_says_why_each_is_left_out(client: FlaskClient, staff: Any) -> None:
    untitled, unreachable, chosen, own = (*received(3), stories.sent(owner=make.user()))
    with transaction():
        untitled.title = ""
        unreachable.applicant.email = ""
        unreachable.applicant.mandates[0].ended_at = clock.now()
        own.applicant.mandates[0].user_id = staff.id
    mailing = written([untitled, unreachable, chosen, own], staff, body=ON_TITLE)
    services.leave_out_letter(mailing, letters(mailing)[2], staff)
    seen = words(client.get(at(mailing, "/anteprima")))
    for said in (
        "Non c'è niente da mettere al posto di %(titolo)s.",
        "Non c'è un indirizzo a cui scrivere.",
        "L'hai esclusa tu.",
        "Non spetta a te: ne fai parte, o ne sei escluso.",
    ):
        assert said in seen, said
    assert [each.left_out for each in letters(mailing)] == [
        "%(titolo)s",
        "nobody",
        "by_hand",
        "not_yours",
    ]


def test_text_that_is_not_in_order_is_shown_again(client: FlaskClient, staff: Any) -> None:
    mailing = services.open_mailing([received(1)[0].id], staff)
    text, version = at(mailing, "/testo"), str(mailing.version)
    blank = submit(client, text, subject_it="", body_it="Ciao", version=version)
    unknown = submit(client, text, subject_it="A", body_it="Ciao %(cognome)s", version=version)
    half = submit(client, text, subject_it="A", body_it="B", body_en="C", version=version)
    assert [each.status_code for each in (blank, unknown, half)] == [422, 422, 422]
    assert "%(cognome)s" in words(unknown)
    assert mailing.subject == {}


def test_sending_is_refused_for_a_text_not_read_and_an_hour_that_cannot_be(
    client: FlaskClient, staff: Any
) -> None:
    mailing = written(received(1), staff)
    preview, read = at(mailing, "/anteprima"), mailing.version
    for away in (-HOUR, timedelta(days=91)):
        typed = {"when": "later", "leaves_at": local(clock.now() + away), "version": str(read)}
        refused = submit(client, preview, **typed)
        assert refused.status_code == 422
        assert "Scegli un momento da ora in poi, entro 90 giorni." in words(refused)
    services.write_mailing(mailing, {"it": "Altro"}, BODY, staff, read)
    refused = submit(client, preview, when="now", version=str(read))
    assert refused.status_code == 422
    assert "Il testo è stato cambiato in un'altra finestra." in words(refused)
    assert mails(mailing) == []
    now = submit(client, preview, when="now", version=str(mailing.version))
    assert (now.location, len(mails(mailing))) == (at(mailing), 1)


def test_mailing_that_nobody_would_get_is_not_sent(client: FlaskClient, staff: Any) -> None:
    mailing = written(received(1), staff)
    services.leave_out_letter(mailing, letters(mailing)[0], staff)
    typed = {"when": "now", "version": str(mailing.version)}
    refused = submit(client, at(mailing, "/anteprima"), page=letter_at(mailing), **typed)
    assert refused.status_code == 422
    assert "Nessuno riceverebbe questa e-mail." in words(refused)
    assert mailing.asked_at is None


@pytest.mark.check(22)
def test_who_is_barred_after_the_writing_sends_nothing_there() -> None:
    staff, (first, second) = make.user(Role.STAFF), received(2)
    mailing = written([first, second], staff)
    make.access(second, staff, Effect.BAR)
    send(mailing, staff)
    assert [mail.recipient for mail in mails(mailing)] == [stories.owner_of(first).email]
    assert [each.left_out for each in letters(mailing)] == ["", "not_yours"]


def test_one_mail_with_an_unknown_variable_is_not_changed(client: FlaskClient, staff: Any) -> None:
    mailing = written(received(1), staff)
    before = letters(mailing)[0].body
    refused = submit(client, letter_at(mailing), subject="Per te", body="Ciao %(cognome)s")
    assert (refused.status_code, letters(mailing)[0].body) == (422, before)
    assert "%(cognome)s" in words(refused)


def test_mail_on_ones_own_dossier_is_not_changed() -> None:
    staff, (first, own) = make.user(Role.STAFF), received(2)
    with transaction():
        own.applicant.mandates[0].user_id = staff.id
    mailing = written([first, own], staff)
    letter = letters(mailing)[1]
    with pytest.raises(WrongState):
        services.edit_letter(mailing, letter, "Per me", "Ciao", staff)
    services.leave_out_letter(mailing, letter, staff)
    assert [each.left_out for each in letters(mailing)] == ["", "not_yours"]


def test_mail_left_out_by_hand_is_taken_in_again_with_the_text_of_all(
    client: FlaskClient, staff: Any
) -> None:
    mailing = written(received(2), staff)
    services.edit_letter(mailing, letters(mailing)[1], "Per te", "Solo a te.", staff)
    for each in letters(mailing):
        services.leave_out_letter(mailing, each, staff)
    services.write_mailing(mailing, {"it": "Nuovo"}, {"it": "Testo"}, staff, mailing.version)
    for number in (0, 1):
        submit(client, letter_at(mailing, number), action="leave_out")
    found = [(each.subject, each.left_out) for each in letters(mailing)]
    assert found == [("Nuovo", ""), ("Per te", "")]


def test_left_out_by_hand_stays_out_when_what_was_missing_is_there() -> None:
    staff, (first, second) = make.user(Role.STAFF), received(2)
    with transaction():
        second.title = ""
    mailing = written([first, second], staff, body=ON_TITLE)
    services.leave_out_letter(mailing, letters(mailing)[1], staff)
    services.write_mailing(mailing, {"it": "Oggi"}, {"it": "Ciao"}, staff, mailing.version)
    assert [each.left_out for each in letters(mailing)] == ["", "by_hand"]


def test_two_people_of_one_dossier_get_a_mail_each_and_the_dossier_keeps_one() -> None:
    staff, call = make.user(Role.STAFF), stories.open_call()
    owner, colleague = make.user(), make.user()
    application = stories.sent(call, make.body(owner, colleague), owner)
    mailing = written([application], staff, body={"it": "Ciao a tutti"})
    send(mailing, staff)
    services.note_mailing(mailing.id)
    assert [each.recipient for each in mails(mailing)] == [owner.email, colleague.email]
    kept = portal_db.session.scalars(select(Message.id)).all()
    assert [each.message_id for each in letters(mailing)] == [kept[0]] * 2
    assert len(kept) == 1


def test_mail_that_was_left_out_or_taken_back_is_not_sent_again() -> None:
    staff = make.user(Role.STAFF)
    mailing = written(received(2), staff)
    services.leave_out_letter(mailing, letters(mailing)[0], staff)
    send(mailing, staff, clock.now() + HOUR)
    services.cancel_letters(mailing, None, staff)
    for letter in letters(mailing):
        with pytest.raises(WrongState):
            services.resend_letter(mailing, letter, staff)
    assert mails(mailing) == []


def test_what_is_not_there_is_not_found(client: FlaskClient, staff: Any) -> None:
    one, other = written(received(1), staff), written(received(1), staff)
    foreign = f"/lettere/{letters(other)[0].id}"
    for address in ("/comunicazioni/mai-vista", at(one, foreign), at(one, "/testo?template=999")):
        assert client.get(address).status_code == 404, address
    with pytest.raises(NotFound):
        queries.get_mailing(one.public_id, make.user())


def test_mail_is_queued_and_taken_back_in_a_transaction_only() -> None:
    address = "anna@esempio.example.org"
    with pytest.raises(RuntimeError, match="inside the transaction"):
        outbox.queue_mail("role_granted", address, "key", name="Anna", role_label="U")
    with pytest.raises(RuntimeError, match="inside the transaction"):
        outbox.cancel_mail("key")
    with transaction(), pytest.raises(WrongState):
        outbox.resend_mail("key")
