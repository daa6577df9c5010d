"""Wrong input over HTTP: told beside its field and in the summary, and nothing typed is lost."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import clock
from portal.applications.services import start_application
from portal.calls.engine import load_blueprint, privacy_notice_of
from portal.calls.services import import_call, publish_call
from portal.permissions import Role
from tests import make
from tests.browse import submit

pytestmark = [pytest.mark.database, pytest.mark.uncounted]

BODY = {
    "organisation_type": "aps",
    "name": "Il Forno APS",
    "tax_code": make.BODY_TAX_CODE,
    "municipality_code": "037006",
    "address": "via Lame 12",
    "postcode": "40122",
    "phone": "051 1234567",
    "email": "forno@esempio.example.org",
    "representative_name": "Anna Bianchi",
    "representative_tax_code": make.PERSON_TAX_CODE,
    "quality": "legal_representative",
}
PERSON = {
    "name": "Anna Bianchi",
    "tax_code": make.PERSON_TAX_CODE,
    "birth_date": "01/01/1980",
    "municipality_code": "037006",
    "address": "via Lame 12",
    "postcode": "40122",
    "phone": "333 1234567",
    "email": "anna@esempio.example.org",
}
SUPPORT = {
    "support_line": "welfare",
    "requested_amount": "6.500,50",
    "use_of_money": "Due forni e un banco.",
    "starts_on": "01/09/2027",
}
ACCOUNT = {
    "name": "Anna Bianchi",
    "email": "anna@esempio.example.org",
    "password": "quattro gatti e un treno",
}
WRONG = (
    (SUPPORT, "requested_amount", "1.234,567"),
    (SUPPORT, "requested_amount", "1,234.56"),
    (SUPPORT, "requested_amount", "8.000,01"),
    (SUPPORT, "requested_amount", "-5"),
    (SUPPORT, "requested_amount", "tanto"),
    (SUPPORT, "requested_amount", "9" * 400),
    (SUPPORT, "starts_on", "31/02/2027"),
    (SUPPORT, "starts_on", "2027-13-01"),
    (SUPPORT, "starts_on", "domani"),
    (SUPPORT, "support_line", "una linea che non c'è"),
    (SUPPORT, "use_of_money", "x" * 1_501),
    (BODY, "tax_code", "97103880584"),
    (BODY, "tax_code", "RSSMRA80A01H501U"),
    (BODY, "vat_number", "12345678901"),
    (BODY, "postcode", "4012"),
    (BODY, "phone", "forse"),
    (BODY, "email", "forno@@esempio"),
    (BODY, "municipality_code", "999999"),
    (BODY, "representative_tax_code", "RSSMRA80A01H501X"),
    (PERSON, "birth_date", "29/02/1981"),
    (PERSON, "birth_date", "01/01/2090"),
    (PERSON, "tax_code", "RSSMRA80A41H501X"),
    (ACCOUNT, "email", "anna"),
    (ACCOUNT, "password", "breve"),
)
CHOSEN = {"radio", "checkbox"}
FORMS = {"support": SUPPORT, "body": BODY, "person": PERSON, "account": ACCOUNT}
POISONS = ("\x00", "a\x00b", "\ud800", "\u202egnp.exe", "\ufffe", "🐻" * 99)


class Fields(HTMLParser):
    """What a page's form holds, what is wrong in it, and what describes each field."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.values: dict[str, str] = {}
        self.described: dict[str, str] = {}
        self.invalid: set[str] = set()
        self._area = self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a field, an option chosen or a box ticked."""
        facts = {name: value or "" for name, value in attrs}
        name = facts.get("name", "")
        if "aria-invalid" in facts:
            self.invalid.add(name)
        if tag == "textarea":
            self._area, self.values[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in facts:
            self.values[self._select] = facts["value"]
        elif tag == "input" and (
            facts.get("type") not in {"radio", "checkbox"} or "checked" in facts
        ):
            self.values[name] = facts.get("value", "")

    def handle_data(self, data: str) -> None:
        """Note what stands in a text of several lines."""
        if self._area:
            self.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        """A text of several lines ends; the line break after its start is not part of it."""
        if tag == "textarea":
            self.values[self._area] = self.values[self._area].removeprefix("\r\n").lstrip("\n")
            self._area = ""


def form_address(client: FlaskClient, form: dict[str, str]) -> str:
    """Return the page where a form is filled in, by somebody who may."""
    if form is ACCOUNT:
        return "/registrati"
    person = make.user()
    make.sign_in(client, person)
    if form is not SUPPORT:
        return "/profili/nuovo-ente" if form is BODY else "/profili/nuova-persona"
    staff, now = make.user(Role.STAFF), clock.now()
    window = {"opens": now - timedelta(days=9), "closes": now + timedelta(days=9)}
    call = import_call({**load_blueprint("social-innovation"), "code": "prova", **window}, staff)
    publish_call(call, staff)
    version = privacy_notice_of(call).version
    application = start_application(call, make.body(person), person, version)
    return f"/domande/{application.practice_code}/sezioni/support"


def send(client: FlaskClient, address: str, form: dict[str, str]) -> TestResponse:
    """Fill the form in as its page stands, and send it."""
    version = Fields(client.get(address).text).values.get("version")
    more = {"version": version, "action": "save"} if version is not None else {}
    return submit(client, address, **form, **more)


@pytest.mark.parametrize(("form", "field", "typed"), WRONG, ids=lambda case: str(case)[:30])
def test_mistake_is_told_twice_and_the_rest_is_kept(
    client: FlaskClient, form: dict[str, str], field: str, typed: str
) -> None:
    wrong = {**form, field: typed}
    answer = send(client, form_address(client, form), wrong)
    assert answer.status_code == 422
    summary = answer.text.partition("data-error-summary")[2].partition("</ul>")[0]
    said = re.findall(r'<a href="#([^"]+)">[^<]*</a>:\s*([^<]+?)\s*</li>', summary)
    assert len(said) == 1
    place, message = said[0]
    assert place.removeprefix("question-").startswith(field)
    beside = answer.text.partition('class="field-error"')[2].partition("</p>")[0]
    assert html.unescape(message) in html.unescape(beside)
    page = Fields(answer.text)
    assert field in page.invalid
    kept = {name: text for name, text in wrong.items() if name != "password"}
    if "c'è" in typed or typed == "999999":
        del kept[field]  # an option that isn't offered can't be chosen again
    assert {name: page.values.get(name) for name in kept} == kept


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_right_form_goes_through(client: FlaskClient, form: dict[str, str]) -> None:
    assert send(client, form_address(client, form), form).status_code == 303


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("poison", POISONS, ids=ascii)
def test_poison_in_any_field_is_no_crash(
    client: FlaskClient, form: dict[str, str], poison: str
) -> None:
    address = form_address(client, form)
    text = poison.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    for field in form:
        answer = send(client, address, {**form, field: text})
        assert (field, answer.status_code) in {(field, 303), (field, 400), (field, 422)}
