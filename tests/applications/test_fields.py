"""One answer saved by itself: in order, over nobody else's, and never after the sending."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import parse
from portal.applications import queries
from portal.applications.models import Application
from portal.errors import Invalid
from portal.questionnaires.queries import answers_of, changes_of
from tests import make
from tests.applications import stories
from tests.browse import TOKEN
from tests.make_definitions import question, text

SCRIPT = {"Accept": "application/json"}
KIND = question("kind", "yes_no", "Hai un socio?", "Have you a partner?")
PARTNER = question(
    "partner",
    "short_text",
    "Come si chiama?",
    "What is the name?",
    visible_if={"question": "kind", "is": True},
)
ASKED = question("asked", "amount", "Contributo", "Grant", copies="requested_amount")
OWN = question("own", "amount", "Quota tua", "Your part")
WHOLE = question(
    "whole",
    "computed",
    "Totale",
    "Total",
    result="amount",
    formula={"sum": [{"question": "asked"}, {"question": "own"}]},
)
EQUAL = {
    "key": "own_part",
    "left": {"question": "own"},
    "must": "at_least",
    "right": {"product": [{"question": "asked"}, "0.1"]},
    "message": text("Metti almeno %(right)s: mancano %(difference)s.", "Add %(difference)s."),
    "at": "own",
}
FORM: dict[str, Any] = {
    "sections": [
        {"key": "one", "title": text("Uno", "One"), "questions": [KIND, PARTNER]},
        {"key": "two", "title": text("Due", "Two"), "questions": [ASKED, OWN, WHOLE]},
        {
            "key": "three",
            "title": text("Tre", "Three"),
            "visible_if": {"question": "kind", "is": True},
            "questions": [question("why", "long_text", "Perché?", "Why?", limit=20)],
        },
    ],
    "checks": [EQUAL],
}


class Page:
    """The page of somebody who fills in: it knows versions, and saves field by field."""

    def __init__(self, client: FlaskClient, application: Application, who: Any) -> None:
        self.client = make.sign_in(client, who)
        self.code = application.practice_code
        self.renew()

    def renew(self) -> None:
        """Take the token of the session that is open now."""
        token = TOKEN.search(self.client.get("/account").text)
        assert token is not None
        self.token = token[1]

    def save(self, key: str, *typed: str, seen: int = 0) -> TestResponse:
        """Save one answer as a page that knew this version."""
        form = {"csrf_token": self.token, "seen": f"{seen}.mark", key: list(typed)}
        return self.client.post(f"/domande/{self.code}/campi/{key}", data=form, headers=SCRIPT)


@pytest.fixture
def page(client: FlaskClient) -> Page:
    """The page of the owner of a draft."""
    owner = make.user()
    application = stories.draft(stories.open_call(form=FORM), owner=owner)
    return Page(client, application, owner)


def typed(page: Page, key: str) -> list[str]:
    """What stands typed for a question."""
    return answers_of(found(page).answer_set).typed(key)


def found(page: Page) -> Application:
    """The application of a page."""
    return make.db.session.scalars(
        make.db.select(Application).where(Application.practice_code == page.code)
    ).one()


def test_saving_says_when_and_what_it_changes(page: Page) -> None:
    first = page.save("kind", "no")
    assert first.status_code == 200
    assert first.get_json()["version"] == 1
    assert len(first.get_json()["saved_at"]) == len("14:32:05")
    assert (first.get_json()["show"], first.get_json()["hide"]) == (["kind"], ["partner"])
    second = page.save("kind", "yes", seen=1).get_json()
    assert (second["show"], second["hide"]) == (["kind", "partner"], [])


def test_sums_and_problems_come_with_the_answer(page: Page) -> None:
    page.save("asked", "8.000")
    told = page.save("own", "500,50").get_json()
    assert told["computed"] == {"whole": "8.500,50\N{NO-BREAK SPACE}€"}
    (problem,) = told["problems"]
    draft = queries.draft_of(found(page))
    assert problem["at"] == "own"
    assert (
        problem["message"]
        == "Metti almeno 800,00\N{NO-BREAK SPACE}€: mancano 299,50\N{NO-BREAK SPACE}€."
    )
    assert "own" in {gap.question.key for gap in draft.missing}
    assert page.save("own", "800", seen=1).get_json()["problems"] == []


def test_wrong_answer_is_kept_and_said(page: Page) -> None:
    told = page.save("asked", "tanti")
    assert told.status_code == 200
    assert told.get_json()["error"].startswith("Scrivi l'importo con la virgola")
    assert typed(page, "asked") == ["tanti"]
    assert page.save("asked", "9.000", seen=1).get_json()["error"] is None
    assert found(page).requested_amount == 9000


@pytest.mark.check(45)
@pytest.mark.database
def test_answer_out_of_order_changes_nothing(page: Page) -> None:
    for seen, title in enumerate(["A", "Ab", "Abc"]):
        assert page.save("partner", title, seen=seen).get_json()["version"] == seen + 1
    late = page.save("partner", "Ab", seen=1)
    assert late.status_code == 409
    assert typed(page, "partner") == ["Abc"]
    again = page.save("partner", "Abc", seen=2)
    assert (again.status_code, again.get_json()["version"]) == (200, 3)


@pytest.mark.check(45)
@pytest.mark.database
def test_answer_after_the_sending_changes_nothing(client: FlaskClient) -> None:
    application = stories.sent()
    snapshot = application.submission.snapshot
    page = Page(client, application, stories.owner_of(application))
    late = page.save("amount", "1", seen=1)
    assert late.status_code == 410
    assert late.get_json()["error"]["code"] == "application_sent"
    assert typed(page, "amount") == ["6.000,50"]
    assert found(page).submission.snapshot == snapshot


@pytest.mark.check(44)
def test_conflict_shows_both_texts_and_who(client: FlaskClient) -> None:
    anna, piero = make.user(name="Anna Neri"), make.user()
    application = stories.draft(stories.open_call(form=FORM), make.body(anna, piero), anna)
    page = Page(client, application, piero)
    stories.save_field(application, "partner", ["Lucia"], anna, 0)
    told = page.save("partner", "Marta")
    conflict = told.get_json()["conflict"]
    assert told.status_code == 409
    assert (conflict["yours"], conflict["saved"]) == ("Marta", "Lucia")
    assert "Anna Neri" in conflict["who"]
    assert typed(page, "partner") == ["Lucia"]
    seen = int(conflict["seen"].partition(".")[0])
    assert page.save("partner", "Marta", seen=seen).status_code == 200
    assert typed(page, "partner") == ["Marta"]


def test_ended_session_is_said_and_the_page_goes_on_after_signing_in(page: Page) -> None:
    application = found(page)
    owner = stories.owner_of(application)
    with page.client.session_transaction() as session:
        session["_user_id"] = "a session that has ended"
    told = page.save("partner", "Marta")
    assert told.status_code == 401
    assert told.get_json()["error"]["code"] == "signed_out"
    assert "Accedi di nuovo in un'altra scheda" in told.get_json()["error"]["message"]
    make.sign_in(page.client, owner)
    old_token = page.save("partner", "Marta")
    assert (old_token.status_code, old_token.get_json()["error"]["code"]) == (400, "csrf")
    page.renew()
    assert page.save("partner", "Marta").status_code == 200
    assert typed(page, "partner") == ["Marta"]


def test_nobody_else_and_nothing_else_is_saved(page: Page) -> None:
    assert page.save("nothing", "x").status_code == 404
    assert page.save("whole", "1").status_code == 404
    stranger = Page(page.client.application.test_client(), found(page), make.user())
    told = stranger.save("partner", "Marta")
    assert (told.status_code, told.get_json()["error"]["code"]) == (404, "not_found")
    assert typed(page, "partner") == []


def test_history_says_who_from_what_to_what(client: FlaskClient) -> None:
    anna, piero = make.user(name="Anna Neri"), make.user(name="Piero Blu")
    application = stories.draft(stories.open_call(form=FORM), make.body(anna, piero), anna)
    stories.save_field(application, "partner", ["Lucia"], anna, 0)
    stories.save_field(application, "partner", ["Marta"], piero, 1)
    lines = [(x.who, list(x.before), list(x.after)) for x in changes_of(application.answer_set)]
    assert lines == [("Piero Blu", ["Lucia"], ["Marta"]), ("Anna Neri", [], ["Lucia"])]
    make.sign_in(client, anna)
    shown = client.get(f"/domande/{application.practice_code}/modifiche").text
    assert all(each in shown for each in ("Anna Neri", "Piero Blu", "Come si chiama?", "Lucia"))


def test_sections_that_do_not_concern_are_not_needed(client: FlaskClient) -> None:
    owner = make.user(name="Anna Neri")
    application = stories.draft(stories.open_call(form=FORM), owner=owner)
    make.sign_in(client, owner)
    home = f"/domande/{application.practice_code}"
    assert "Non serve" in client.get(home).text
    stories.save_field(application, "kind", ["yes"], owner, 0)
    page = client.get(home).text
    assert "Non serve" not in page
    assert "Ultima modifica di Anna Neri" in page
    assert "0 sezioni complete su 3" in page


def test_plain_form_stays_where_an_answer_brings_a_question(page: Page) -> None:
    address = f"/domande/{page.code}/sezioni/one"
    assert 'data-question="partner" data-seen="0' in page.client.get(address).text
    form = {"csrf_token": page.token, "version": "", "kind": "yes", "action": "next"}
    told = page.client.post(address, data=form, follow_redirects=True)
    assert "chiede ancora qualcosa" in told.text
    assert told.request.path == address
    on = page.client.post(address, data={**form, "partner": "Lucia"})
    assert on.location.endswith("/sezioni/two")


LENGTHS = [
    ("a" * 20, 20),
    ("\N{GRINNING FACE}" * 20, 20),
    ("e\N{COMBINING ACUTE ACCENT}" * 20, 20),
    ("a\r\n" * 9 + "ab", 20),
    ("\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}" * 6 + "ab", 20),
]


@pytest.mark.parametrize(("answer", "length"), LENGTHS)
def test_counter_counts_as_the_server_does(answer: str, length: int) -> None:
    assert len(parse.free_text(answer, length)) == length
    with pytest.raises(Invalid, match="too_long"):
        parse.free_text(answer + "b", length)


def send_file(page: Page, stream: Any, name: str) -> TestResponse:
    """Send one file by itself."""
    form = {"csrf_token": page.token, "budget": (stream, name)}
    return page.client.post(f"/domande/{page.code}/campi/budget/file", data=form, headers=SCRIPT)


def test_files_go_up_one_by_one_by_the_same_rules(client: FlaskClient) -> None:
    owner = make.user()
    page = Page(client, stories.draft(owner=owner), owner)
    assert send_file(page, stories.pdf(1), "uno.pdf").status_code == 200
    assert send_file(page, stories.pdf(2), "due.pdf").status_code == 200
    many = send_file(page, stories.pdf(3), "tre.pdf")
    wrong = send_file(page, stories.pdf(3), "tre.exe")
    assert (many.status_code, wrong.status_code) == (422, 422)
    assert many.get_json()["error"]["code"] == "too_many_files"
    names = [each.file.name for each in queries.kept_files(found(page), "budget")]
    assert names == ["uno.pdf", "due.pdf"]
