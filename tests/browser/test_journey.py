"""The whole journey in a browser, from the notice of a call to its published ranking."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.browser import applying, judging
from tests.browser.committee_judging import declare
from tests.browser.material import (
    ANNA,
    BODIES,
    BRUNO,
    CALL_TITLE,
    CARLA,
    CLOSES,
    CLOSES_AT,
    COMMITTEE,
    DINO,
    LONG,
    NEW_PASSWORD,
    OPENS,
    STAFF,
    Person,
    program,
)
from tests.browser.served import ServedPortal
from tests.browser.visitor import Visitor

CALL = "innovazione-2027"
SUPPORT = "Il sostegno che chiedi"
MONEY, DAY = "Contributo che pensi di chiedere", "Quando vuoi partire"
PAPERS = "Documenti e dichiarazioni"
STATUTE = "Statuto, atto costitutivo o impegno a costituirsi"
BUDGET = "Il bilancio del progetto"
REST = (
    BUDGET,
    "Strategia e sostenibilità",
    "Lavoro e impatto sociale",
    "L'organizzazione",
    "Il progetto",
)

NewVisitor = Callable[..., Visitor]


@pytest.mark.browser
def test_call_goes_from_its_notice_to_its_published_ranking(
    portal: ServedPortal, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    portal.set_clock(CLOSES_AT - timedelta(hours=1))
    open_call(portal)
    visit(new_visitor(width=360))
    codes = {ANNA: apply_with_care(new_visitor(), tmp_path)}
    for person in (CARLA, DINO):
        codes[person] = applying.apply(new_visitor(width=360), CALL, person)
    come_too_late(portal, new_visitor())

    portal.set_clock(CLOSES_AT + timedelta(days=1))
    committee = {person: new_visitor() for person in COMMITTEE}
    for person, visitor in committee.items():
        applying.open_account(visitor, person)
    office = new_visitor()
    check(office, codes)
    judging.assign(office, CALL, [codes[ANNA], codes[DINO]], COMMITTEE)
    for person, visitor in committee.items():
        judge(visitor, codes, COMMITTEE.index(person))
    publish(office, codes)
    read_ranking(new_visitor(width=360), codes)
    assert "your project" not in portal.mail(ANNA.email, "application_selected")
    assert BODIES[DINO].project in portal.mail(DINO.email, "application_refused")
    assert "chain whole" in portal.command("audit", "verify")


def open_call(portal: ServedPortal) -> None:
    """Publish the call by its file and invite office and committee."""
    window = ("--code", CALL, "--opens", OPENS, "--closes", CLOSES)
    portal.command("call", "import", "social-innovation", *window, "--publish")
    invite(portal, STAFF, "staff")
    for person in COMMITTEE:
        invite(portal, person, "evaluator", "--call", CALL)


def invite(portal: ServedPortal, person: Person, role: str, *limits: str) -> None:
    """Invite somebody to a role, perhaps for one call alone."""
    words = ("--role", role, "--name", person.name, *limits)
    portal.command("user", "invite", person.email, *words)


def visit(visitor: Visitor) -> None:
    """Read everything without an account, on a phone."""
    visitor.go("/")
    visitor.follow(CALL_TITLE)
    visitor.sees("Organizzazioni senza scopo di lucro")
    visitor.sees("31/03/2027, ore 12:00")
    visitor.follow("Leggi tutto il modulo")
    for words in (MONEY, STATUTE, "Dichiaro che quanto scritto è vero", "Ricadute occupazionali"):
        visitor.sees(words)
    for page in ("/domande-frequenti", "/contatti", "/privacy", "/note-legali", "/accessibilita"):
        visitor.go(page)
    visitor.go(f"/avvisi/{CALL}/candidatura")
    assert visitor.heading == "Accedi"


def apply_with_care(visitor: Visitor, folder: Path) -> str:
    """Apply in an order of one's own, with mistakes, a pause and a forgotten password."""
    applying.register(visitor, ANNA)
    code = applying.start(visitor, CALL, ANNA)
    home = f"/domande/{code}"
    ask_for_support(visitor, home)
    applying.sign_out(visitor)
    forget_password(visitor)
    visitor.go("/area-personale")
    visitor.sees("Da inviare entro il")
    visitor.follow("Candidatura senza titolo")
    assert visitor.path == home
    come_back(visitor, home)
    upload(visitor, home)
    applying.fill_in(visitor, home, BODIES[ANNA].project, *REST)
    visitor.go(home)
    visitor.follow("Vai al riepilogo")
    for words in ("6.500,50 €", "01/09/2027", "statuto.pdf", "Monghidoro", LONG.split("\n")[1]):
        visitor.sees(words)
    applying.send(visitor)
    read_receipt(visitor, code, folder)
    return code


def ask_for_support(visitor: Visitor, home: str) -> None:
    """Mistakes are told beside the field and in the summary, and stay as they were typed."""
    visitor.go(home)
    visitor.follow(SUPPORT)
    visitor.pick("Linea di contributo", "Welfare, fino a 8.000 €")
    visitor.type(MONEY, "1.234,567")
    visitor.type(DAY, "31/02/2027")
    visitor.type("Come lo useresti", LONG)
    visitor.press("Salva", exact=True)
    visitor.sees_error(MONEY, "centesimi")
    visitor.sees_error(DAY, "non esiste")
    visitor.holds(MONEY, "1.234,567")
    visitor.type(MONEY, "8.000,01")
    visitor.press("Salva", exact=True)
    visitor.sees_error(MONEY, "8.000,00")
    visitor.holds(DAY, "31/02/2027")
    visitor.holds("Come lo useresti", LONG)


def forget_password(visitor: Visitor) -> None:
    """Choose a new password by the mail's link, and sign in with it."""
    visitor.go("/accedi")
    visitor.follow("Non ricordo la password")
    visitor.type("Indirizzo e-mail", ANNA.email)
    visitor.press("Mandami il link")
    visitor.go(visitor.portal.mailed_link(ANNA.email, "password_reset_requested"))
    visitor.type("Nuova password", NEW_PASSWORD)
    visitor.press("Salva e accedi")
    applying.sign_out(visitor)
    applying.sign_in(visitor, ANNA, NEW_PASSWORD)


def come_back(visitor: Visitor, home: str) -> None:
    """What was wrong waits as it was left; put right, it is kept."""
    visitor.go(home)
    visitor.sees("Con errori")
    visitor.follow(SUPPORT)
    visitor.holds(MONEY, "8.000,01")
    visitor.holds(DAY, "31/02/2027")
    applying.fill_in(visitor, home, BODIES[ANNA].project, SUPPORT)
    visitor.go(f"{home}/riepilogo")
    visitor.sees("Manca qualcosa")


def upload(visitor: Visitor, home: str) -> None:
    """A program is refused, a file can be taken away, the right one stays."""
    visitor.go(home)
    visitor.follow(PAPERS)
    visitor.expected.add(422)
    visitor.upload(STATUTE, program("statuto.pdf"))
    visitor.sees("Il contenuto del file non corrisponde al suo nome")
    applying.give(visitor, "upload", STATUTE, "sbagliato.pdf")
    visitor.press("Togli sbagliato.pdf")
    assert visitor.page.get_by_text("sbagliato.pdf").count() == 0
    applying.fill_in(visitor, home, BODIES[ANNA].project, PAPERS)


def read_receipt(visitor: Visitor, code: str, folder: Path) -> None:
    """The number is there at once; the PDF and the mail say the same."""
    found = re.search(r"Numero di protocollo (\S+)", visitor.page.locator("main").inner_text())
    assert found
    number = found.group(1)
    applying.wait_for_receipt(visitor.portal, code)
    visitor.go(f"/domande/{code}/ricevuta")
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name="Scarica la ricevuta").click()
    receipt = folder / "ricevuta.pdf"
    download.value.save_as(receipt)
    text = subprocess.run(
        ["pdftotext", "-layout", str(receipt), "-"], capture_output=True, text=True, check=True
    ).stdout
    for words in (number, code, BODIES[ANNA].name, "statuto.pdf", "SHA-256", "TAR"):
        assert words in text
    assert number in visitor.portal.mail(ANNA.email, "application_submitted")
    visitor.go("/area-personale/pratiche")
    visitor.follow(BODIES[ANNA].project)
    visitor.sees("Abbiamo ricevuto la tua candidatura")


def come_too_late(portal: ServedPortal, visitor: Visitor) -> None:
    """A second after the deadline nothing is sent: the page says so, the draft stays."""
    applying.register(visitor, BRUNO)
    code = applying.start(visitor, CALL, BRUNO)
    applying.fill_in_onward(visitor, BODIES[BRUNO].project)
    portal.stop_clock(CLOSES_AT + timedelta(seconds=1))
    applying.send(visitor)
    assert visitor.heading == "L'avviso si è chiuso"
    visitor.sees("31/03/2027, ore 12:00:01")
    visitor.sees("la tua bozza resta salvata")
    visitor.go("/area-personale/pratiche")
    visitor.follow(BODIES[BRUNO].project)
    visitor.sees("La bozza non si può più modificare né inviare")
    state = portal.value("SELECT state FROM application WHERE practice_code = :code", code=code)
    assert state == "draft"


def check(visitor: Visitor, codes: dict[Person, str]) -> None:
    """The office finds what has come, admits two and refuses one with its reason."""
    applying.open_account(visitor, STAFF)
    visitor.go("/pratiche")
    for person in codes:
        visitor.sees(BODIES[person].name)
    visitor.type("Codice, protocollo, titolo o nome", "vivaio")
    visitor.press("Filtra", exact=True)
    assert visitor.page.locator("main tbody tr").count() == 1
    visitor.go("/pratiche")
    visitor.follow("Importo")
    judging.admit(visitor, codes[ANNA])
    judging.admit(visitor, codes[DINO])
    judging.refuse(visitor, codes[CARLA])
    assert judging.NO_WORK in visitor.portal.mail(CARLA.email, "application_inadmissible")


def judge(visitor: Visitor, codes: dict[Person, str], turn: int) -> None:
    """An evaluator declares, keeps a draft, is told what is blank, then sends both sheets."""
    declare(visitor, call=CALL)
    visitor.go("/valutazioni")
    visitor.sees("Ne restano 2 su 2")
    if turn == 0:
        visitor.follow("Vai alla prossima")
        visitor.sees("Punti calcolati dal portale")
        visitor.pick("Visione e strategia", judging.MARKS[2])
        visitor.press("Salva la bozza")
        visitor.sees("Bozza salvata. Non conta finché non la invii.")
        visitor.press("Rileggi e invia")
        visitor.sees("Da valutare")
    judging.score(visitor, codes[ANNA], ((4, 3, 4, 3, 4), (3, 3, 4, 3, 4), (4, 3, 4, 3, 4))[turn])
    judging.score(visitor, codes[DINO], (1, 2, 2, 3, 2))
    visitor.go("/valutazioni")
    visitor.sees("Hai valutato tutte le candidature")


def publish(visitor: Visitor, codes: dict[Person, str]) -> None:
    """The office reads the results, draws the ranking and publishes it."""
    visitor.follow("Gestione avvisi", within="header")
    visitor.follow(re.compile(rf"Risultati\W+{CALL}"))
    visitor.sees("76,67")
    visitor.press("Crea la graduatoria")
    visitor.sees("La vede solo l'ufficio")
    visitor.follow("Guardala come sarà pubblicata")
    visitor.press("Pubblica la graduatoria")
    visitor.sees("La graduatoria è pubblicata")
    visitor.go(f"/pratiche/{codes[ANNA]}")
    visitor.sees("Selezionata")


def read_ranking(visitor: Visitor, codes: dict[Person, str]) -> None:
    """Everybody finds points, outcome and what was not admitted."""
    visitor.go("/graduatorie")
    visitor.follow(CALL_TITLE)
    first, second = visitor.page.locator("main tbody tr:has(.practice-code)").all_inner_texts()
    for words in (codes[ANNA], BODIES[ANNA].name, "28", "48,67", "76,67", "Selezionata"):
        assert words in first
    for words in (codes[DINO], BODIES[DINO].name, "30", "27", "57", "Sotto la soglia"):
        assert words in second
    visitor.sees(codes[CARLA])
    assert BODIES[CARLA].name not in visitor.page.content()
