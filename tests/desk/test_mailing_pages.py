"""The pages on which the office writes to many, as a browser without scripts walks them."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.desk import queries, services
from portal.permissions import Role
from tests import make
from tests.browse import submit, words
from tests.desk.mailing_stories import BODY, SUBJECT, letters, mails, received, written

pytestmark = pytest.mark.usefixtures("db")

TEMPLATES = "/comunicazioni/modelli"
TYPED = {"name": "Incontro", "subject_it": "Incontro", "body_it": "Ciao %(nome)s"}


@pytest.fixture
def staff(client: FlaskClient) -> Any:
    """Somebody of the office, signed in."""
    found = make.user(Role.STAFF)
    make.sign_in(client, found)
    return found


def test_template_is_made_changed_and_deleted(client: FlaskClient, staff: Any) -> None:
    assert submit(client, f"{TEMPLATES}/nuovo", **TYPED).location == TEMPLATES
    (template,) = queries.all_templates()
    address = f"{TEMPLATES}/{template.id}"
    changed = {**TYPED, "subject_it": "Convocazione", "version": str(template.version)}
    assert submit(client, address, **changed).status_code == 303
    assert queries.get_template(template.id).subject == {"it": "Convocazione"}
    assert "Incontro" in words(client.get(f"{address}/elimina"))
    submit(client, f"{address}/elimina")
    assert queries.all_templates() == []


def test_template_with_an_unknown_variable_is_not_kept(client: FlaskClient, staff: Any) -> None:
    refused = submit(client, f"{TEMPLATES}/nuovo", **{**TYPED, "body_it": "Ciao %(cognome)s"})
    assert (refused.status_code, queries.all_templates()) == (422, [])
    assert "%(cognome)s" in words(refused)


def test_template_changed_in_another_window_is_not_written_over(
    client: FlaskClient, staff: Any
) -> None:
    template = services.save_template("Incontro", {"it": "Uno"}, {"it": "Uno"}, staff)
    seen = template.version
    services.save_template("Incontro", {"it": "Due"}, {"it": "Due"}, staff, template, seen)
    typed = {**TYPED, "version": str(seen)}
    refused = submit(client, f"{TEMPLATES}/{template.id}", **typed)
    assert (refused.status_code, template.subject) == (422, {"it": "Due"})


def test_text_changed_in_another_window_is_not_written_over(
    client: FlaskClient, staff: Any
) -> None:
    mailing = written(received(1), staff)
    seen = mailing.version
    services.write_mailing(mailing, {"it": "Due"}, BODY, staff, seen)
    address = f"/comunicazioni/{mailing.public_id}/testo"
    typed = {"subject_it": "Tre", "body_it": "Tre", "version": str(seen)}
    assert submit(client, address, **typed).status_code == 422
    assert mailing.subject == {"it": "Due"}
    assert submit(client, address, **{**typed, "version": str(mailing.version)}).status_code == 303
    assert mailing.subject == {"it": "Tre"}


def test_text_begins_from_a_template(client: FlaskClient, staff: Any) -> None:
    template = services.save_template("Incontro", SUBJECT, BODY, staff)
    mailing = services.open_mailing([received(1)[0].id], staff)
    page = client.get(f"/comunicazioni/{mailing.public_id}/testo?template={template.id}")
    assert SUBJECT["it"] in page.text


def test_one_mail_is_changed_and_another_left_out(client: FlaskClient, staff: Any) -> None:
    mailing = written(received(2), staff)
    first, second = (f"/comunicazioni/{mailing.public_id}/lettere/{x.id}" for x in letters(mailing))
    assert submit(client, first, subject="", body="").status_code == 422
    assert submit(client, first, subject="Per te", body="Solo a te.").status_code == 303
    assert submit(client, second, page=first, action="leave_out").status_code == 303
    assert [(each.subject, each.left_out) for each in letters(mailing)][0] == ("Per te", "")
    assert letters(mailing)[1].left_out == services.mailings.BY_HAND


def test_readers_are_chosen_by_call_and_state(client: FlaskClient, staff: Any) -> None:
    application = received(1)[0]
    address, code = "/comunicazioni/nuova", application.call.code
    assert submit(client, address, call=code).status_code == 422
    began = submit(client, address, call=code, states=["submitted"])
    assert began.location.endswith("/testo")
    nobody = submit(client, address, call=code, states=["admitted"])
    assert nobody.status_code == 422


def test_mails_that_have_left_are_not_taken_back_or_sent_twice(
    client: FlaskClient, staff: Any
) -> None:
    mailing = written(received(1), staff)
    services.send_mailing(mailing, staff, None, mailing.version)
    address = f"/comunicazioni/{mailing.public_id}"
    assert client.get(f"{address}/annulla").location == address
    again = f"{address}/lettere/{letters(mailing)[0].id}/rispedisci"
    submit(client, again, page="/comunicazioni/posta")
    assert len(mails(mailing)) == 1
    assert "Non c'è niente da riprovare" in words(client.get(address))


def test_auditor_is_not_told_to_write(client: FlaskClient) -> None:
    for role, told in ((Role.STAFF, True), (Role.AUDITOR, False)):
        make.sign_in(client, make.user(role))
        read = words(client.get("/comunicazioni"))
        assert "Ancora nessuna e-mail" in read
        assert ("Scrivi a tutti quelli di un avviso" in read) is told
