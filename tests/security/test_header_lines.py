"""A line break typed anywhere begins no header: not in a mail, not in an answer."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import SMTP

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal import outbox
from portal.db import transaction
from portal.permissions import Role
from tests import make
from tests.browse import mails_to, submit

pytestmark = [pytest.mark.database, pytest.mark.check(29)]

BREAKS = ("\r\n", "\n", "\r", "%0d%0a", "\u2028", "\x0b", "\x85")
ANNA = "anna@esempio.example.org"
HEADERS = [
    *("Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted"),
    *("Content-Type", "Content-Transfer-Encoding", "MIME-Version", "Content-Language"),
]


def headers_of(mail: outbox.Mail) -> list[str]:
    """Return the names of a mail's headers, read from its bytes as a server reads them."""
    sent = message_from_bytes(outbox.as_message(mail).as_bytes(policy=SMTP), policy=SMTP)
    return sent.keys()


@pytest.mark.parametrize("line_break", BREAKS, ids=ascii)
@pytest.mark.parametrize("field", ["name", "email"])
def test_line_break_in_a_form_begins_no_header(
    client: FlaskClient, field: str, line_break: str
) -> None:
    typed = {"name": "Anna Bianchi", "email": ANNA, "password": "quattro gatti e un treno"}
    typed[field] += f"{line_break}Bcc: tutti@esempio.example.org"
    answer = submit(client, "/registrati", **typed)
    for mail in mails_to(ANNA):
        assert sorted(headers_of(mail)) == sorted(HEADERS)
    visible = line_break == "%0d%0a" and field == "name"
    assert (answer.status_code, len(mails_to(ANNA))) == ((303, 1) if visible else (422, 0))


@pytest.mark.parametrize("line_break", BREAKS, ids=ascii)
def test_line_break_that_is_stored_already_begins_none(db: SQLAlchemy, line_break: str) -> None:
    name = f"Anna{line_break}Bcc: tutti@esempio.example.org{line_break}{line_break}<html>"
    user = make.user(Role.STAFF, name=name, email=ANNA)
    with transaction():
        outbox.queue_mail("password_changed", user.email, "a key", user=user)
        mail = mails_to(ANNA)[0]
        mail.subject = f"Oggetto {' '.join(name.split())}"
    message = outbox.as_message(mail)
    assert (sorted(headers_of(mail)), message["To"]) == (sorted(HEADERS), ANNA)
    assert message.get_content_type() == "text/plain"


@pytest.mark.parametrize("line_break", BREAKS, ids=ascii)
def test_line_break_in_an_address_begins_no_header(client: FlaskClient, line_break: str) -> None:
    asked = {"next": f"/{line_break}Set-Cookie: stolen=1", "q": f"a{line_break}X-Evil: 1"}
    for path in ("/accedi", "/profili", "/avvisi", "/nulla"):
        answer = client.get(path, query_string=asked)
        assert "X-Evil" not in answer.headers
        assert not any("stolen" in each for each in answer.headers.getlist("Set-Cookie"))
