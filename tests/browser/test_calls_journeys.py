"""Each blueprint from its opening to its closed submissions, by the pages alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from portal.calls.engine import load_blueprint
from portal.i18n import pick
from portal.questionnaires.engine import read_form
from tests.applications.signatures import p7m
from tests.browser import applying, calls_office
from tests.browser.calls_filling import Filler, Typed
from tests.browser.material import APS, CLOSES, CLOSES_AT, OPENS, Body, Person
from tests.browser.served import ServedPortal
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
NewVisitor = Callable[..., Visitor]


@dataclass(frozen=True)
class Story:
    """A blueprint, who applies, and the figures that its checks want to fit together."""

    blueprint: str
    applicants: tuple[Body | None, ...]
    figures: Mapping[str, Typed]
    signs: bool = False
    line: str = ""
    profile: Mapping[str, str] = field(default_factory=lambda: {"organisation_type": "aps"})

    @property
    def title(self) -> str:
        """The title of the call."""
        return str(pick(load_blueprint(self.blueprint)["title"]))

    def person(self, name: str) -> Person:
        """Somebody of this story alone."""
        return Person(name, f"{name.split(maxsplit=1)[0].lower()}@{self.blueprint}.example.org")


def body(name: str, tax_code: str) -> Body:
    """An association."""
    return Body(name, APS, tax_code, "Monghidoro", "")


STORIES = (
    Story(
        "social-innovation",
        (body("Il Telaio APS", "92000030376"),),
        {
            "requested_amount": "8.000",
            "advice_amount": "2.000",
            "costs": {"amount": "8.500,50"},
            "own_resources": "500,50",
        },
    ),
    Story(
        "labour-intermediaries",
        (body("Lavoro vicino APS", "92000040375"),),
        {
            "costs": {"quantity": "10", "unit_cost": "1.000"},
            "overheads": "500",
            "requested_amount": "9.000",
            "own_resources": "1.500",
            "people_followed": "12",
            "people_placed": "5",
        },
        signs=True,
    ),
    Story(
        "self-employment",
        (None,),
        {"requested_amount": "10.000", "own_means": "2.000", "needs": {"amount": "12.000"}},
        profile={"organisation_type": "natural_person"},
    ),
)
OVER_55 = Story(
    "over-55-hiring",
    (body("Mani esperte APS", "92000050374"), body("Ancora insieme APS", "92000060373")),
    {
        "contract": "fixed_term",
        "person_age": "57",
        "months": "12",
        "monthly_cost": "2.000",
        "requested_amount": "10.000",
    },
    line="over-55",
)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.blueprint)
def test_blueprint_goes_from_its_opening_to_closed_submissions(
    portal: ServedPortal, new_visitor: NewVisitor, tmp_path: Path, story: Story
) -> None:
    portal.set_clock(CLOSES_AT - timedelta(hours=1))
    open_call(portal, new_visitor(), story)
    visitor = new_visitor(width=360)
    code = prepare(visitor, story, "Ada Lolli", story.applicants[0])
    if story.signs:
        sign(visitor, code, tmp_path)
    send(visitor, story)
    visitor.sees("Numero di protocollo")
    applying.wait_for_receipt(portal, code)

    open_again(visitor, code)
    portal.stop_clock(CLOSES_AT + timedelta(seconds=1))
    send(visitor, story)
    assert visitor.heading == "L'avviso si è chiuso"
    portal.set_clock(CLOSES_AT + timedelta(minutes=1))
    visitor.go(f"/avvisi/{story.blueprint}")
    assert visitor.page.get_by_role("link", name="Presenta la candidatura").count() == 0


def test_last_euro_closes_the_call_between_two_who_send_at_once(
    portal: ServedPortal, new_visitor: NewVisitor
) -> None:
    portal.set_clock(CLOSES_AT - timedelta(hours=1))
    office = new_visitor()
    open_call(portal, office, OVER_55)
    pair = [new_visitor(), new_visitor()]
    codes = [
        prepare(visitor, OVER_55, name, body)
        for visitor, name, body in zip(
            pair, ("Ada Lolli", "Ugo Zini"), OVER_55.applicants, strict=True
        )
    ]
    send_at_once(pair)
    winner, loser = sorted(pair, key=lambda visitor: visitor.heading == "Riepilogo")
    winner.sees("Numero di protocollo")
    assert winner.page.locator("main").get_by_text("graduatoria").count() == 0
    loser.sees("Le risorse dell'avviso sono esaurite")
    states = [
        portal.value("SELECT state FROM application WHERE practice_code = :code", code=code)
        for code in codes
    ]
    assert sorted(map(str, states)) == ["draft", "submitted"]
    assert loser.page.get_by_role("button", name="Conferma e invia").count() == 0
    office.go("/gestione/voci/over-55")
    office.sees("100% impegnato")
    loser.go(f"/avvisi/{OVER_55.blueprint}")
    loser.sees("Risorse esaurite")
    assert "all add up" in portal.command("ledger", "verify")


def open_call(portal: ServedPortal, visitor: Visitor, story: Story) -> None:
    """Have the office publish the call; one limited by money has enough for one."""
    calls_office.enter(portal, visitor, story.person("Livia Sarti"))
    if story.line:
        calls_office.fund(visitor, story.line, "10.000")
    window = (OPENS, None if story.line else CLOSES)
    calls_office.open_call(visitor, story.title, story.blueprint, window)


def prepare(visitor: Visitor, story: Story, name: str, body: Body | None) -> str:
    """From an account to an application ready to be sent; return its code."""
    person = story.person(name)
    applying.register(visitor, person)
    visitor.go("/")
    visitor.follow(story.title)
    visitor.follow("Presenta la candidatura")
    if body is None:
        visitor.follow("Aggiungi i tuoi dati")
        fill_in_person(visitor, person)
    else:
        visitor.follow("Aggiungi un ente")
        applying.fill_in_body(visitor, person, body)
    visitor.tick("Ho letto l'informativa sulla privacy")
    visitor.press("Avanti", exact=True)
    code = visitor.path.rpartition("/")[2]
    form = read_form(load_blueprint(story.blueprint)["form"])
    Filler(visitor, form, story.figures, story.profile).fill_in()
    assert visitor.heading == "Riepilogo"
    return code


def fill_in_person(visitor: Visitor, person: Person) -> None:
    """Fill in the profile of a person."""
    visitor.type("Nome e cognome", person.name)
    visitor.type("Codice fiscale", applying.REPRESENTATIVE)
    visitor.type("Data di nascita", "01/01/1980")
    visitor.select("Comune dove abiti", "Monghidoro")
    visitor.type("Indirizzo", "via Lame 12")
    visitor.type("CAP", "40063")
    visitor.type("Telefono", "051 1234567")
    visitor.type("Indirizzo e-mail", person.email)
    visitor.press("Salva il profilo")


def sign(visitor: Visitor, code: str, folder: Path) -> None:
    """Draw the paper, sign it with a tool, and bring it back."""
    visitor.go(f"/domande/{code}/firma")
    visitor.press("Prepara il documento da firmare")
    visitor.portal.wait_for(
        "SELECT file_id FROM document"
        " WHERE kind = 'application_to_sign' AND file_id IS NOT NULL AND key LIKE :key",
        key=f"%{code}%",
    )
    visitor.go(f"/domande/{code}/firma")
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name="Scarica il documento").click()
    paper = folder / "domanda.pdf"
    download.value.save_as(paper)
    name = {"name": "domanda.pdf.p7m", "mimeType": "application/pkcs7-mime"}
    visitor.upload("File firmato", {**name, "buffer": p7m(paper.read_bytes())})
    visitor.press("Carica il file firmato")
    visitor.sees("Firmata")
    visitor.follow("Vai al riepilogo")


def confirm(visitor: Visitor) -> None:
    """Tick what the summary asks for, ready to send."""
    visitor.tick("Ho controllato il riepilogo")
    confirmation = visitor.page.get_by_label("Sono il legale rappresentante")
    if confirmation.count():
        confirmation.check()


def send(visitor: Visitor, story: Story) -> None:
    """Confirm the summary and send."""
    if story.profile["organisation_type"] != "natural_person":
        visitor.sees("Sono il legale rappresentante")
    confirm(visitor)
    visitor.press("Conferma e invia")


def send_at_once(pair: list[Visitor]) -> None:
    """Let two people send, and hold both requests until both have left."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    for visitor in pair:
        visitor.page.route("**/invia", hold)
        confirm(visitor)
        button = visitor.page.get_by_role("button", name="Conferma e invia")
        button.click(no_wait_after=True)
    while len(held) < len(pair):
        pair[0].page.wait_for_timeout(50)
    for route in held:
        route.continue_()
    for visitor in pair:
        expect(visitor.page.get_by_role("button", name="Conferma e invia")).to_have_count(0)
        visitor.page.wait_for_load_state()  # with its styles, as it is examined
        visitor.examine()


def open_again(visitor: Visitor, code: str) -> None:
    """Withdraw what was sent, open it again, and stand before the summary."""
    visitor.go(f"/domande/{code}/ritira")
    visitor.tick("Voglio ritirare la candidatura")
    visitor.press("Ritira la candidatura")
    visitor.press("Riapri e correggi")
    visitor.go(f"/domande/{code}/riepilogo")
