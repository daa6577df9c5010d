"""Mails of the office to many: read before they leave, taken back until then, never twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock, jobs, outbox
from portal.applications.models import Message
from portal.audit import AuditEntry
from portal.db import db as portal_db
from portal.db import transaction
from portal.desk import queries, services
from portal.desk.engine.letters import strays_in
from portal.desk.models import Letter, Mailing
from portal.desk.services.mailings import forget_mailings, note_letters
from portal.errors import Forbidden, Invalid, InvalidMany, NotFound, Stale, WrongState
from portal.permissions import Effect, Role
from tests import make
from tests.applications import stories
from tests.browse import mails_to, submit, words
from tests.costs import cost
from tests.desk.mailing_stories import BODY, SUBJECT, letters, mails, received, written

pytestmark = pytest.mark.usefixtures("db")
HOUR = timedelta(hours=1)


def send(mailing: Mailing, staff: Any, leaves_at: Any = None) -> None:
    """Ask for the mails to leave."""
    services.send_mailing(mailing, staff, leaves_at, mailing.version)


@pytest.mark.database
def test_each_reader_gets_one_mail_filled_in_and_the_dossier_keeps_it() -> None:
    staff, (first, second) = make.user(Role.STAFF), received(2)
    mailing = written([first, second], staff)
    send(mailing, staff)
    assert [mail.subject for mail in mails(mailing)] == [
        f"Incontro per {each.practice_code}" for each in (first, second)
    ]
    title = first.call.title["it"]
    start = f"Ciao Anna 0,\nti aspettiamo per l'avviso {title}.\n"
    assert mails(mailing)[0].body.startswith(start)
    services.note_mailing(mailing.id)
    services.note_mailing(mailing.id)
    kept = portal_db.session.scalars(select(Message.body).order_by(Message.application_id)).all()
    assert kept == [f"{letter.subject}\n\n{letter.body}" for letter in letters(mailing)]


@pytest.mark.database
def test_asked_again_nothing_is_sent_twice() -> None:
    staff, found = make.user(Role.STAFF), received(2)
    mailing = written(found, staff)
    send(mailing, staff)
    send(mailing, staff, clock.now() + HOUR)
    assert len(mails(mailing)) == 2
    assert mailing.leaves_at == mailing.asked_at
    deeds = portal_db.session.scalars(
        select(AuditEntry.facts).where(AuditEntry.action == "mailing.send")
    ).all()
    assert deeds == [{"letters": 2}]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ciao %(cognome)s", "%(cognome)s"),
        ("Ciao %(nome)", "%(nome)"),
        ("Ciao %(nome", "%(nome"),
        ("Ciao %(Nome)s", "%(Nome)s"),
    ],
)
def test_variable_that_stands_for_nothing_is_refused_when_saved(text: str, name: str) -> None:
    staff = make.user(Role.STAFF)
    for save in (
        lambda: services.save_template("Invito", SUBJECT, {"it": text}, staff),
        lambda: written(received(1), staff, body={"it": text}),
    ):
        with pytest.raises(InvalidMany) as refusal:
            save()
        errors = {at: (each.code, each.facts) for at, each in refusal.value.errors.items()}
        assert errors == {"body_it": ("variable_unknown", {"name": name})}


def test_percent_sign_alone_is_a_percent_sign() -> None:
    staff = make.user(Role.STAFF)
    mailing = written(received(1), staff, body={"it": "Copriamo il 50% (non %s) a %(nome)s"})
    assert letters(mailing)[0].body == "Copriamo il 50% (non %s) a Anna 0"


def test_who_lacks_a_value_is_left_out_and_gets_no_half_filled_mail() -> None:
    staff, (first, second) = make.user(Role.STAFF), received(2)
    with transaction():
        second.title = ""
    mailing = written([first, second], staff, body={"it": "Su %(titolo)s"})
    assert [(each.left_out, each.body) for each in letters(mailing)] == [
        ("", f"Su {first.title}"),
        ("%(titolo)s", ""),
    ]
    send(mailing, staff)
    assert [mail.recipient for mail in mails(mailing)] == [letters(mailing)[0].email]


def test_what_a_title_says_is_never_read_as_a_variable() -> None:
    staff, (first,) = make.user(Role.STAFF), received(1)
    with transaction():
        first.title = "%(nome)s e %(altro)s"
    mailing = written([first], staff, body={"it": "Su %(titolo)s"})
    assert letters(mailing)[0].body == "Su %(nome)s e %(altro)s"


def test_reader_gets_his_language_where_it_is_written() -> None:
    staff, (first, second) = make.user(Role.STAFF), received(2)
    with transaction():
        stories.owner_of(second).language = "en"
    english = {"it": "Ciao %(nome)s", "en": "Hello %(nome)s, %(avviso)s"}
    mailing = written([first, second], staff, subject={"it": "Oggi", "en": "Today"}, body=english)
    expected = ["Ciao Anna 0", f"Hello Anna 1, {second.call.title['en']}"]
    assert [each.body for each in letters(mailing)] == expected
    with pytest.raises(InvalidMany) as refusal:
        written([first], staff, body=english)
    assert list(refusal.value.errors) == ["subject_en"]


def test_one_is_changed_and_one_left_out_by_hand_and_a_new_text_keeps_both() -> None:
    staff, (first, second, third) = make.user(Role.STAFF), received(3)
    mailing = written([first, second, third], staff)
    one, two, three = letters(mailing)
    services.edit_letter(mailing, one, "Solo per te", "Ciao %(nome)s, chiama.", staff)
    services.leave_out_letter(mailing, two, staff)
    services.write_mailing(mailing, {"it": "Nuovo"}, {"it": "Testo"}, staff, mailing.version)
    assert [(each.subject, each.body, each.left_out) for each in letters(mailing)][0] == (
        "Solo per te",
        "Ciao Anna 0, chiama.",
        "",
    )
    assert [each.left_out for each in letters(mailing)] == ["", "by_hand", ""]
    send(mailing, staff)
    assert [mail.subject for mail in mails(mailing)] == ["Solo per te", "Nuovo"]
    with pytest.raises(WrongState):
        services.edit_letter(mailing, three, "a", "b", staff)


@pytest.mark.database
def test_scheduled_mail_waits_and_can_be_taken_back_one_or_all() -> None:
    staff, found = make.user(Role.STAFF), received(3)
    mailing = written(found, staff)
    send(mailing, staff, clock.now() + HOUR)
    assert outbox.send_once("tests") is True  # a receipt
    assert {mail.state.value for mail in mails(mailing)} == {"waiting"}
    one = letters(mailing)[0]
    assert services.cancel_letters(mailing, [one.id], staff) == 1
    assert len(mails(mailing)) == 2
    assert services.cancel_letters(mailing, None, staff) == 2
    counts = queries.count_letters(staff, [mailing.id])[mailing.id]
    assert counts == {"cancelled": 3}
    with clock.at(clock.now() + 2 * HOUR):
        services.note_mailing(mailing.id)
    assert portal_db.session.scalars(select(Message)).all() == []


def test_what_has_left_is_not_taken_back() -> None:
    staff, found = make.user(Role.STAFF), received(1)
    mailing = written(found, staff)
    send(mailing, staff, clock.now() + HOUR)
    with clock.at(clock.now() + HOUR), pytest.raises(Invalid) as refusal:
        services.cancel_letters(mailing, None, staff)
    assert refusal.value.code == "mailing_left"
    assert len(mails(mailing)) == 1


def test_undelivered_mail_shows_its_reason_and_is_sent_again(client: FlaskClient) -> None:
    staff, found = make.user(Role.STAFF), received(1)
    mailing = written(found, staff)
    send(mailing, staff)
    with transaction():
        mail = mails(mailing)[0]
        mail.state, mail.error, mail.tries = jobs.WorkState.FAILED, "recipient refused", 13
    make.sign_in(client, staff)
    assert "recipient refused" in words(client.get("/comunicazioni/posta?state=failed"))
    letter = letters(mailing)[0]
    again = f"/comunicazioni/{mailing.public_id}/lettere/{letter.id}/rispedisci"
    assert submit(client, again, page="/comunicazioni/posta").status_code == 303
    assert [(each.state.value, each.tries) for each in mails(mailing)] == [("waiting", 0)]


@pytest.mark.check(22)
def test_dossier_of_ones_own_or_barred_is_left_out_or_unknown() -> None:
    staff, (first, second, third) = make.user(Role.STAFF), received(3)
    make.access(second, staff, Effect.BAR)
    with transaction():
        third.applicant.mandates[0].user_id = staff.id
    mailing = written([first, second, third], staff)
    assert [(each.application_id, each.left_out) for each in letters(mailing)] == [
        (first.id, ""),
        (third.id, "not_yours"),
    ]


def test_body_nobody_acts_for_is_written_at_the_address_of_its_profile() -> None:
    staff, (first,) = make.user(Role.STAFF), received(1)
    with transaction():
        first.applicant.mandates[0].ended_at = clock.now()
    mailing = written([first], staff)
    assert [each.email for each in letters(mailing)] == [first.applicant.email]


def test_text_changed_in_another_window_is_not_sent_unread() -> None:
    staff, found = make.user(Role.STAFF), received(1)
    mailing = written(found, staff)
    read = mailing.version
    services.write_mailing(mailing, {"it": "Altro"}, BODY, staff, read)
    with pytest.raises(Stale):
        services.send_mailing(mailing, staff, None, read)
    assert mailing.asked_at is None


def test_others_read_what_was_sent_and_change_nothing() -> None:
    staff, found = make.user(Role.STAFF), received(1)
    mailing = written(found, staff)
    colleague, far = make.user(Role.STAFF), make.user(make.held(Role.STAFF, call_code="altro"))
    with pytest.raises(NotFound):
        queries.get_mailing(mailing.public_id, colleague)
    send(mailing, staff)
    assert queries.get_mailing(mailing.public_id, colleague).id == mailing.id
    with pytest.raises(NotFound):
        queries.get_mailing(mailing.public_id, far)
    with pytest.raises(Forbidden):
        queries.get_own_mailing(mailing.public_id, colleague)


def test_way_from_the_list_to_the_sent_mail(client: FlaskClient) -> None:
    staff, (first, second) = make.user(Role.STAFF), received(2)
    make.sign_in(client, staff)
    codes = [first.practice_code, second.practice_code]
    pinned = submit(
        client, "/pratiche/azioni", "/pratiche", kind="write_mail", application=codes
    ).location
    answer = submit(client, pinned, subject_it="Ciao %(nome)s", body_it="50% %(nome)s", version="1")
    assert answer.status_code == 303, words(answer)
    preview = words(client.get(answer.location))
    for said in ("Ciao Anna 0", "50% Anna 1", "2 e-mail"):
        assert said in preview, said
    version = portal_db.session.scalars(select(Mailing.version)).one()
    refused = submit(client, answer.location, when="later", leaves_at="", version=str(version))
    assert refused.status_code == 422
    later = clock.to_rome(clock.now() + HOUR).strftime("%Y-%m-%dT%H:%M")
    sent = submit(client, answer.location, when="later", leaves_at=later, version=str(version))
    assert sent.status_code == 303, words(sent)
    assert submit(client, f"{sent.location}/annulla").status_code == 303
    assert "Ritirata: 2" in words(client.get(sent.location))


def test_way_from_a_call_and_from_a_template(client: FlaskClient) -> None:
    staff, (first, _second) = make.user(Role.STAFF), received(2)
    template = services.save_template("Invito", {"it": "Invito"}, BODY, staff)
    make.sign_in(client, staff)
    typed = {"call": first.call.code, "states": ["submitted"]}
    chosen = submit(client, "/comunicazioni/nuova", **typed).location
    page = client.get(f"{chosen}?template={template.id}").text
    assert 'value="Invito"' in page
    nobody = submit(client, "/comunicazioni/nuova", call=first.call.code, states=["refused"])
    assert nobody.status_code == 422


def test_templates_are_written_once_under_a_name_and_changed_knowingly() -> None:
    staff = make.user(Role.STAFF)
    template = services.save_template("Invito", SUBJECT, BODY, staff)
    with pytest.raises(Invalid) as refusal:
        services.save_template("INVITO", SUBJECT, BODY, staff)
    assert refusal.value.code == "template_name_taken"
    seen = template.version
    services.save_template("Invito", {"it": "Nuovo"}, BODY, staff, template, seen)
    with pytest.raises(Stale):
        services.save_template("Invito", SUBJECT, BODY, staff, template, seen)
    services.delete_template(template, staff)
    assert queries.all_templates() == []


def test_choices_of_a_month_ago_are_forgotten_and_what_was_sent_stays() -> None:
    staff, found = make.user(Role.STAFF), received(1)
    idle, sent = written(found, staff), written(found, staff)
    send(sent, staff)
    kept = sent.id
    assert idle.id != kept
    with clock.at(clock.now() + timedelta(days=31)):
        forget_mailings()
    assert portal_db.session.scalars(select(Letter.mailing_id)).all() == [kept]


def test_pages_cost_the_same_for_one_mail_and_many(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    make.sign_in(client, staff)
    costs = []
    for count in (1, 3):
        mailing = written(received(count), staff)
        preview = cost(client, f"/comunicazioni/{mailing.public_id}/anteprima")
        send(mailing, staff)
        shown = cost(client, f"/comunicazioni/{mailing.public_id}")
        box, listed = cost(client, "/comunicazioni/posta"), cost(client, "/comunicazioni")
        costs.append((preview, shown, box, listed))
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 10


def test_mail_says_what_was_read_before_it_left() -> None:
    staff, (first,) = make.user(Role.STAFF), received(1)
    mailing = written([first], staff)
    preview = letters(mailing)[0].body
    with transaction():
        stories.owner_of(first).name = "Altro Nome"
    send(mailing, staff)
    address = stories.owner_of(first).email
    assert mails_to(address)[-1].body.startswith(preview)


@pytest.mark.database
def test_noting_that_was_cut_short_reaches_every_dossier_once() -> None:
    staff, found = make.user(Role.STAFF), received(3)
    mailing = written(found, staff)
    send(mailing, staff)
    note_letters(mailing, found[1].id)
    services.note_mailing(mailing.id)
    kept = portal_db.session.scalars(select(Message.application_id)).all()
    assert sorted(kept) == sorted(each.id for each in found)
    assert (mailing.noted_at is not None, all(each.message_id for each in letters(mailing))) == (
        True,
        True,
    )


@pytest.mark.parametrize(
    ("text", "strays"),
    [
        ("Ciao {nome}", ["{nome}"]),
        ("Ciao {{ nome }}, {{ nome }}", ["{{ nome }}"]),
        ("Gentile [NOME COGNOME] (${titolo})", ["[NOME COGNOME]", "${titolo}"]),
        ("Ciao %nome%, <<ente>>, sul «tuo» [invito]", ["%nome%", "<<ente>>", "[invito]"]),
        ("Il 50% di 100% (vedi [1]), %(nome)s: a < b > c, {}", []),
    ],
)
def test_word_that_looks_like_a_variable_is_warned_of(text: str, strays: list[str]) -> None:
    assert strays_in(text) == strays


def test_preview_warns_and_shows_each_mail_open(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    mailing = written(received(1), staff, body={"it": "Ciao {nome}", "en": ""})
    preview = make.sign_in(client, staff).get(f"/comunicazioni/{mailing.public_id}/anteprima")
    assert "tutti la leggerebbero così com'è. {nome}" in words(preview)
    assert "<details open>" in preview.text
    services.write_mailing(mailing, SUBJECT, BODY, staff, mailing.version)
    assert "così com'è" not in words(client.get(f"/comunicazioni/{mailing.public_id}/anteprima"))
