"""The page of a score sheet: by keyboard, on a small screen, over a bad line, without a script."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.served import ROOT, ServedPortal
from tests.browser.visitor import Visitor

NewVisitor = Callable[..., Visitor]
WORK, MONEY = "Ricadute occupazionali", "Sostenibilità"
WHY = f"Perché questo voto per “{WORK}”"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def given(portal: ServedPortal) -> list[str]:
    """Three practice codes, and the token of who judges them; one of them is sent by a test."""
    command = [sys.executable, "-m", "tests.browser.scoring_scene"]
    done = subprocess.run(
        command, env=portal.environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.split()[-4:]


@pytest.fixture
def evaluator(new_visitor: NewVisitor, given: list[str]) -> Callable[..., Visitor]:
    """Give the evaluator a browser with a sheet open."""

    def open_sheet(number: int, javascript: bool = True, width: int = 1280) -> Visitor:
        visitor = new_visitor(javascript=javascript, width=width)
        visitor.take_session(given[3])
        visitor.go(f"/valutazioni/{given[number]}")
        return visitor

    return open_sheet


def test_marks_are_given_and_kept_by_keyboard_alone(evaluator: Callable[..., Visitor]) -> None:
    visitor = evaluator(0)
    page, radios = visitor.page, visitor.group(WORK).get_by_role("radio")
    radios.first.focus()
    page.keyboard.press("4")
    expect(visitor.group(WORK).get_by_label("4", exact=True)).to_be_checked()
    visitor.sees("32 punti su 70, 1 criteri valutati su 2")
    expect(page.locator("[data-save-state]")).to_contain_text("Salvato alle")
    page.keyboard.press("n")
    expect(visitor.group(WORK).get_by_label("Non valutabile")).to_be_checked()
    visitor.sees("0 punti su 70, 1 criteri valutati su 2")
    page.get_by_label("Usa i tasti dei numeri").uncheck()
    visitor.group(WORK).get_by_label("Non valutabile").focus()
    page.keyboard.press("4")
    expect(visitor.group(WORK).get_by_label("Non valutabile")).to_be_checked()
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Control+Enter")
    assert visitor.path.startswith("/valutazioni/IPL-")
    page.go_back()
    page.reload()
    expect(visitor.group(WORK).get_by_label("Non valutabile")).to_be_checked()


def test_line_that_breaks_takes_no_mark_away(evaluator: Callable[..., Visitor]) -> None:
    visitor = evaluator(1)
    page = visitor.page
    page.route("**/criteri/**", lambda route: route.abort())
    visitor.pick(MONEY, "3")
    expect(page.locator("[data-save-state]")).to_contain_text("Non salvato")
    page.unroute("**/criteri/**")
    expect(page.locator("[data-save-state]")).to_contain_text("Salvato alle")
    page.reload()
    expect(visitor.group(MONEY).get_by_label("3", exact=True)).to_be_checked()


def test_two_windows_choose_which_mark_counts(evaluator: Callable[..., Visitor]) -> None:
    one, other = evaluator(1), evaluator(1)
    one.expected, other.expected = {409}, {409}
    one.pick(WORK, "2")
    expect(one.page.locator("[data-save-state]")).to_contain_text("Salvato alle")
    other.pick(WORK, "5")
    box = other.page.locator("[data-conflict]")
    expect(box).to_contain_text("Sei tu, in un'altra finestra.")
    box.get_by_role("button", name="Tieni quello che ho scritto").click()
    expect(other.page.locator("[data-save-state]")).to_contain_text("Salvato alle")
    one.page.reload()
    expect(one.group(WORK).get_by_label("5", exact=True)).to_be_checked()


def test_file_opens_in_its_place_and_panes_fit_a_phone(evaluator: Callable[..., Visitor]) -> None:
    visitor = evaluator(0, width=320)
    page = visitor.page
    expect(page.locator("#sheet")).to_be_hidden()
    with page.expect_response("**/allegati/**") as handed:
        page.get_by_text("bilancio.pdf").first.click()
    assert handed.value.headers["content-type"] == "application/pdf"
    page.get_by_role("link", name="I tuoi punteggi").click()
    expect(page.locator("#sheet")).to_be_visible()
    expect(page.locator("#dossier")).to_be_hidden()
    assert visitor.evaluate("document.documentElement.scrollWidth") == 320
    visitor.examine()


def test_sheet_is_filled_in_and_sent_without_a_script(evaluator: Callable[..., Visitor]) -> None:
    visitor = evaluator(2, javascript=False, width=320)
    visitor.sees("Bozza, non inviata")
    visitor.pick(WORK, "4")
    visitor.type(WHY, "Due assunzioni.")
    visitor.pick(MONEY, "2")
    visitor.press("Salva la bozza")
    visitor.sees("52 punti su 70, 2 criteri valutati su 2")
    visitor.follow("Chiedi all'ufficio")
    visitor.type("La tua domanda all'ufficio", "Il bilancio è firmato?")
    visitor.press("Invia la domanda")
    visitor.sees("Aspetta una risposta")
    visitor.press("Rileggi e invia")
    visitor.press("Invia i punteggi")
    visitor.sees("Hai inviato i punteggi")
