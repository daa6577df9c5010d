"""What evaluators and the office do on pages before a committee meets."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.committee_scene import CALL, DOSSIERS, MONEY, SEATS, WORK, Scene
from tests.browser.visitor import Visitor

OFFICE = f"/gestione/avvisi/{CALL}"
SHEET = re.compile(r"/valutazioni/(IPL-\w{4}-\w{4})")
VETO = "L'occupazione prevista non c'è: nessuna assunzione, nessun tirocinio."


def declare(visitor: Visitor, interest: str = "", call: str = CALL) -> None:
    """Declare for the year, then on each name of the call; `interest` names one body."""
    visitor.go("/valutazioni/interessi")
    visitor.pick("Sei legato a enti o persone che potrebbero candidarsi?", "No, a nessuno")
    visitor.tick("Lo dichiaro")
    visitor.press("Dichiara per dodici mesi")
    visitor.go(f"/valutazioni/{call}/interessi")
    if interest:
        visitor.pick(interest, "Ho un interesse")
        boxes = visitor.page.locator("main details", has_text=interest)
        boxes.locator("summary").click()
        boxes.get_by_label("Quale?").select_option(
            label="Cariche: consiglio direttivo, organi, appartenenza"
        )
    visitor.press("Segna “Nessun interesse” dove non ho risposto")
    visitor.tick("Lo dichiaro")
    visitor.press("Dichiara", exact=True)


def plan(office: Visitor) -> None:
    """Have the portal work out who judges what, read why, and confirm it."""
    office.go(f"{OFFICE}/assegnazioni/automatica")
    for seat in SEATS.values():
        expect(office.page.get_by_label(seat.name)).to_be_checked()
    office.type("Valutatori per ogni candidatura", "2")
    office.press("Mostra il piano")
    office.sees("Chi riceve che cosa, e perché")
    office.press("Assegna e scrivi ai valutatori")


def assigned_to(visitor: Visitor) -> list[str]:
    """The codes of the dossiers that an evaluator finds in his list."""
    visitor.go("/valutazioni")
    links = visitor.page.locator("main a[href^='/valutazioni/IPL-']").all()
    found = (SHEET.fullmatch(link.get_attribute("href") or "") for link in links)
    return list(dict.fromkeys(each.group(1) for each in found if each))


def decline(visitor: Visitor, code: str) -> None:
    """Refuse one dossier for want of time."""
    visitor.go(f"/valutazioni/{code}/rinuncia")
    visitor.pick("Perché", "Non ho tempo entro la data prevista")
    visitor.press("Rinuncia a valutarla")
    visitor.sees("A cui hai rinunciato")


def replace(office: Visitor, leaving: str) -> None:
    """Give what was refused to the most suitable, then all the rest that somebody has."""
    office.go(f"{OFFICE}/avanzamento")
    office.sees(f"{SEATS[leaving].name} ha rinunciato")
    office.follow("Trova un sostituto")
    office.page.locator("input[name=evaluator]").first.check()
    office.press("Assegna e scrivi")
    office.go(f"{OFFICE}/avanzamento")
    office.follow(f"Sostituisci {SEATS[leaving].name}")
    office.press("Mostra che cosa succederà")
    office.press("Passa le schede")


def score(visitor: Visitor, scene: Scene, code: str) -> None:
    """Give the marks of a dossier by mouse and send them; on a phone the grid has a tab."""
    marks = DOSSIERS[scene.key_of(code)].marks
    visitor.go(f"/valutazioni/{code}")
    visitor.sees("Bozza, non inviata")
    grid = visitor.page.get_by_role("navigation").get_by_role("link", name="I tuoi punteggi")
    if grid.is_visible():
        grid.click()
    for criterion, mark in zip((WORK, MONEY), marks, strict=True):
        visitor.pick(criterion, str(mark))
    comment(visitor, marks[0])
    visitor.press("Rileggi e invia")
    send(visitor, marks[0])


def score_by_keyboard(visitor: Visitor, scene: Scene, code: str) -> None:
    """Give the marks of a dossier and send them without a mouse."""
    marks = DOSSIERS[scene.key_of(code)].marks
    visitor.go(f"/valutazioni/{code}")
    keyboard = visitor.page.keyboard
    for criterion, mark in zip((WORK, MONEY), marks, strict=True):
        visitor.group(criterion).get_by_role("radio").first.focus()
        keyboard.press(str(mark))
        expect(visitor.group(criterion).get_by_label(str(mark), exact=True)).to_be_checked()
    comment(visitor, marks[0])
    with visitor.page.expect_navigation(wait_until="load"):
        keyboard.press("Control+Enter")
    visitor.go(f"/valutazioni/{code}/invia")
    visitor.sees(f"{marks[0]} su 5")
    send(visitor, marks[0])


def comment(visitor: Visitor, mark: int) -> None:
    """Say why, where the grid asks for it: below what is enough, and at the ends of the scale."""
    if mark in (0, 1, 5):
        words = VETO if mark < 2 else "Due assunzioni stabili entro l'anno."
        visitor.type(f"Perché questo voto per “{WORK}”", words)


def send(visitor: Visitor, mark: int) -> None:
    """Send what was read again; a veto is confirmed."""
    if mark < 2:
        visitor.sees("Veto")
        visitor.tick("Confermo che questi voti escludono la candidatura")
    visitor.press("Invia i punteggi")
    visitor.sees("Hai inviato i punteggi")
