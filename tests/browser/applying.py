"""What an applicant does: account, profile, application, sending."""

from __future__ import annotations

import pyotp
from playwright.sync_api import expect

from tests.browser.material import BODIES, PASSWORD, Body, Person, document, sections
from tests.browser.served import ServedPortal
from tests.browser.visitor import Visitor

REPRESENTATIVE = "RSSMRA80A01H501U"


def register(visitor: Visitor, person: Person) -> None:
    """Make an account and confirm its address by the mail's link."""
    visitor.go("/registrati")
    visitor.type("Nome e cognome", person.name)
    visitor.type("Indirizzo e-mail", person.email)
    visitor.type("Password", PASSWORD)
    visitor.press("Registrati")
    visitor.sees("Abbiamo mandato un'e-mail")
    visitor.go(visitor.portal.mailed_link(person.email, "account_registered"))
    visitor.press("Conferma e accedi")
    visitor.sees("Indirizzo confermato")


def sign_in(visitor: Visitor, person: Person, password: str = PASSWORD) -> None:
    """Sign in by address and password."""
    visitor.go("/accedi")
    visitor.type("Indirizzo e-mail", person.email)
    visitor.type("Password", password)
    visitor.press("Accedi")
    visitor.sees(person.name, within="header")


def sign_out(visitor: Visitor) -> None:
    """End the session."""
    menu = visitor.page.locator("details.user-menu")
    menu.locator("summary").click()
    with visitor.page.expect_navigation():
        menu.get_by_role("button", name="Esci").click()
    visitor.sees("Hai chiuso la sessione")


def open_account(visitor: Visitor, person: Person) -> None:
    """Choose a password by the link of an invitation, and set up the app of the second step."""
    visitor.go(visitor.portal.mailed_link(person.email, "user_invited"))
    visitor.type("Nuova password", PASSWORD)
    visitor.press("Salva e accedi")
    assert visitor.heading == "Imposta l'app"
    visitor.page.get_by_text("mostrami la chiave da scrivere").click()
    key = visitor.page.locator("main details code").inner_text().replace(" ", "")
    visitor.type("Codice di sei cifre", pyotp.TOTP(key).at(visitor.portal.now()))
    visitor.press("Imposta l'app")
    visitor.press("Li ho messi al sicuro")
    visitor.sees(person.name, within="header")


def fill_in_body(visitor: Visitor, person: Person, body: Body) -> None:
    """Fill in the profile of a body."""
    visitor.select("Tipo di ente", body.type)
    visitor.type("Nome dell'ente", body.name)
    visitor.type("Codice fiscale o partita IVA", body.tax_code)
    visitor.select("Comune della sede", body.municipality)
    visitor.type("Indirizzo", "via Lame 12")
    visitor.type("CAP", "40122")
    visitor.type("Telefono", "051 1234567")
    visitor.type("Indirizzo e-mail", person.email)
    visitor.type("Nome e cognome del legale rappresentante", person.name)
    visitor.type("Codice fiscale del legale rappresentante", REPRESENTATIVE)
    visitor.pick("In che veste agisci per questo ente?", "Sono il legale rappresentante")
    visitor.press("Salva il profilo")


def start(visitor: Visitor, call: str, person: Person) -> str:
    """From the call's page to a draft, with a first profile on the way; return its code."""
    body = BODIES[person]
    visitor.go(f"/avvisi/{call}")
    visitor.follow("Presenta la candidatura")
    visitor.sees("Chi tratta i tuoi dati")
    visitor.follow("Aggiungi un ente")
    fill_in_body(visitor, person, body)
    visitor.sees(body.name)
    visitor.tick("Ho letto l'informativa sulla privacy")
    visitor.press("Avanti", exact=True)
    return visitor.path.rpartition("/")[2]


def fill_in(visitor: Visitor, home: str, title: str, *names: str) -> None:
    """Fill in sections in the order given, each chosen from the task list at `home`."""
    for name in names:
        visitor.go(home)
        visitor.follow(name)
        for answer in sections(title)[name]:
            give(visitor, *answer)
        visitor.press("Salva", exact=True)
        visitor.sees("Salvato alle")


def fill_in_onward(visitor: Visitor, title: str) -> None:
    """Fill in section after section, each leading to the next and the last to the summary."""
    visitor.follow("Continua a compilare")
    for answers in sections(title).values():
        for answer in answers:
            give(visitor, *answer)
        visitor.press("Avanti", exact=True)
    assert visitor.heading == "Riepilogo"


def give(visitor: Visitor, how: str, question: str, answer: str) -> None:
    """Give one answer."""
    match how:
        case "type":
            visitor.type(question, answer)
        case "select":
            visitor.select(question, answer)
        case "pick" | "tick":
            visitor.pick(question, answer)
        case "declare":
            visitor.tick(question)
        case "upload":
            visitor.upload(question, document(answer))
            if visitor.javascript:  # it goes up at once, by itself
                taken = visitor.page.get_by_role("button", name=f"Togli {answer}")
                expect(taken.first).to_be_visible()


def send(visitor: Visitor) -> None:
    """Confirm the summary and send."""
    visitor.sees("Quello che invii ha valore di dichiarazione")
    visitor.tick("Ho controllato il riepilogo")
    visitor.tick("Sono il legale rappresentante")
    visitor.press("Conferma e invia")


def apply(visitor: Visitor, call: str, person: Person) -> str:
    """The whole way from registering to the receipt; return the practice code."""
    register(visitor, person)
    code = start(visitor, call, person)
    fill_in_onward(visitor, BODIES[person].project)
    send(visitor)
    visitor.sees("Numero di protocollo")
    return code


def wait_for_receipt(portal: ServedPortal, code: str) -> None:
    """Return when the receipt of an application has been drawn."""
    portal.wait_for(
        "SELECT document.file_id FROM application"
        " JOIN submission ON application_id = application.id"
        " JOIN document ON document.id = receipt_id"
        " WHERE practice_code = :code AND document.file_id IS NOT NULL",
        code=code,
    )
