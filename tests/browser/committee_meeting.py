"""What the office records on pages while a committee meets, item by item, up to its minutes."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Collection
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.committee_scene import CALL, MONEY, PROMOTERS, SEATS
from tests.browser.visitor import Visitor

COMMITTEE = f"/gestione/avvisi/{CALL}/commissione"
SESSION = f"/sedute/{CALL}/1"
ROOM = "Palazzo d'Accursio, sala rossa"
AGREED = "I conti del terzo anno reggono: il comodato è firmato."
DISSENT = "Il piano dei ricavi non convince."
NOTED = "Si guardano i conti del terzo anno."
WORDS = "Come da discussione."


def appoint(office: Visitor, who: str) -> None:
    """Give somebody his seat by an act."""
    seat = SEATS[who]
    office.go(COMMITTEE)
    office.select("Persona", seat.name)
    office.select("Funzione", seat.function)
    office.labelled("Promotore").select_option(label=PROMOTERS[seat.promoter])
    office.type("Atto di nomina", "DD/9277/2026")
    office.type("Giorno della nomina", "15/01/2026")
    office.press("Registra la nomina")
    office.sees("La nomina è registrata")


def plan(office: Visitor, scheduled_at: str) -> None:
    """Plan a session, put all dossiers and the ranking on its agenda, invite the members."""
    office.go(COMMITTEE)
    office.follow("Programma una seduta")
    office.type("Giorno e ora", scheduled_at)
    office.type("Luogo", ROOM)
    office.press("Salva la seduta")
    office.press("Aggiungi tutti, prima i più discussi")
    office.press("Aggiungi la graduatoria")
    office.follow("Torna alla seduta")
    office.press("Convoca il comitato")


def note_present(office: Visitor, *people: str) -> None:
    """Note who comes; the session opens once its quorum is there."""
    office.go(SESSION)
    office.follow("Segna chi c'è")
    for who in people:
        office.press(re.compile(rf"È qui\W+{SEATS[who].name}"))


def open_session(office: Visitor) -> None:
    """Open the session."""
    office.go(SESSION)
    office.press("Apri la seduta")
    office.sees("La seduta è aperta")


def go_to(office: Visitor, words: str) -> None:
    """Open the item that is called so."""
    office.go(SESSION)
    office.follow(words)


def take(office: Visitor, words: str) -> None:
    """Take up the item that is called so."""
    go_to(office, words)
    office.press("Passa a questo punto")
    office.sees("In discussione")


def agree(office: Visitor, mark: int) -> None:
    """Agree on a mark of one criterion."""
    office.page.get_by_text("Concorda i punteggi insieme").click()
    office.select(f"Punteggio concordato: {MONEY}", str(mark))
    office.type(f"Perché: {MONEY}", AGREED)
    office.press("Salva i punteggi concordati")
    office.sees("I punteggi concordati sono salvati")


def note(office: Visitor) -> None:
    """Type what is said: it is kept by itself, and the other forms of the page know."""
    office.type("Appunti della discussione", NOTED)
    expect(office.page.locator("[data-notes-state]")).to_contain_text("Salvato: ")


def vote(office: Visitor, promoters: tuple[str, ...], *against: str, dissent: str = "") -> None:
    """Write the vote of each promoter in the room; nobody else is asked."""
    groups = office.page.locator("#votes fieldset")
    expect(groups).to_have_count(len(promoters))
    for code in promoters:
        says = "Contrario" if code in against else "Favorevole"
        office.pick(PROMOTERS[code], says)
        if code in against and dissent:
            office.type(f"Dissenso: {PROMOTERS[code]}", dissent)
    office.type("La decisione a parole", WORDS)
    office.press("Salva il voto")
    office.sees("Il voto è salvato")


def close(office: Visitor) -> None:
    """Close the session and freeze its minutes."""
    office.go(SESSION)
    office.follow("Chiudi la seduta")
    office.press("Chiudi la seduta")
    office.sees("Questa è un'anteprima")
    office.press("Chiudi il verbale")
    office.sees("Verbale n. 1")


def read_agenda(member: Visitor, codes: Collection[str], kept_from: str) -> None:
    """A member finds every dossier on his agenda but the one that he is kept from."""
    member.go("/sedute")
    member.follow("Seduta 1")
    agenda = member.page.locator("main table").first.inner_text()
    assert {code for code in codes if code in agenda} == {*codes} - {kept_from}


def read_minutes(office: Visitor, folder: Path) -> str:
    """Download the PDF of the minutes as soon as it is drawn, and return its text in one line."""
    office.portal.wait_for(
        "SELECT document.file_id FROM minutes JOIN document ON document.id = document_id"
        " WHERE document.file_id IS NOT NULL"
    )
    office.go(f"{SESSION}/verbale")
    with office.page.expect_download() as download:
        office.page.get_by_role("link", name="Scarica il verbale (PDF)").click()
    paper = folder / "verbale.pdf"
    download.value.save_as(paper)
    command = ["pdftotext", "-layout", str(paper), "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return re.sub(r"\s+", " ", done.stdout)
