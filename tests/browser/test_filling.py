"""Filling in with a script: answers saved by themselves, never over somebody else's, never lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests import make
from tests.browser import applying
from tests.browser.filling_scene import ADA, UGO
from tests.browser.material import Person, document
from tests.browser.served import ROOT, ServedPortal
from tests.browser.visitor import Visitor

NewVisitor = Callable[..., Visitor]
SAVED = "Salvato alle"
MOST_TEXT = 20
COUNTED = {
    "\N{GRINNING FACE}" * 3: 3,
    "e\N{COMBINING ACUTE ACCENT}": 1,
    "a\nb": 3,
    "x" * 25: 25,
}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(portal: ServedPortal) -> str:
    """The page of the one section of a draft that two people fill in."""
    command = [sys.executable, "-m", "tests.browser.filling_scene"]
    done = subprocess.run(
        command, env=portal.environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return f"/domande/{done.stdout.split()[-1]}/sezioni/all"


@pytest.fixture
def colleague(new_visitor: NewVisitor, address: str) -> Callable[..., Visitor]:
    """Give one of the two a browser with the section open."""

    def open_page(who: Person, width: int = 1280) -> Visitor:
        visitor = new_visitor(width=width)
        applying.sign_in(visitor, who, make.PASSWORD)
        visitor.go(address)
        return visitor

    return open_page


def saves(visitor: Visitor, label: str, typed: str) -> None:
    """Type, leave the field, and read that it was saved."""
    visitor.type(label, typed)
    visitor.labelled(label).press("Tab")
    expect(visitor.page.locator("[data-save-state]")).to_contain_text(SAVED)


def test_answers_save_themselves_and_the_page_follows(
    colleague: Callable[..., Visitor], address: str
) -> None:
    visitor = colleague(ADA, width=360)
    page = visitor.page
    files = page.locator(".file-list li")
    before = files.count()
    saves(visitor, "Titolo", "Orto")
    expect(visitor.labelled("Come si chiama?")).to_be_hidden()
    visitor.pick("Hai un socio?", "Sì")
    expect(visitor.labelled("Come si chiama?")).to_be_visible()
    for row, (item, amount) in enumerate([("Terra", "100,50"), ("Semi", "20")], start=1):
        page.get_by_label(f"Item, riga {row}").fill(item)
        page.get_by_label(f"Amount, riga {row}").fill(amount)
        page.get_by_role("button", name="Aggiungi riga").click()
    totals = page.locator("[data-total='costs-amount'], [data-computed='whole']")
    for place in totals.all():
        expect(place).to_contain_text("120,50")
    page.get_by_role("button", name="Togli riga 1").click()
    for place in totals.all():
        expect(place).to_contain_text("20,00")
    visitor.upload("Carte", document("uno.pdf"), document("due.pdf"))
    expect(files).to_have_count(before + 2)
    expect(page.locator("[data-save-state]")).to_contain_text(SAVED)
    visitor.go(address)
    visitor.holds("Titolo", "Orto")
    expect(files).to_have_count(before + 2)


def test_counter_counts_as_the_server_does(colleague: Callable[..., Visitor]) -> None:
    visitor = colleague(ADA)
    for typed, length in COUNTED.items():
        visitor.type("Racconto", typed)
        left = MOST_TEXT - length
        words = f"Caratteri rimasti: {left}" if left >= 0 else f"Caratteri di troppo: {-left}"
        expect(visitor.page.locator("#question-story-count")).to_have_text(words)


def test_colleagues_are_shown_both_texts(colleague: Callable[..., Visitor]) -> None:
    ada, ugo = colleague(ADA), colleague(UGO)
    saves(ugo, "Titolo", "Orto in piazza")
    ada.expected.add(409)
    ada.type("Titolo", "Orto sul tetto")
    ada.labelled("Titolo").press("Tab")
    box = ada.page.locator(".question [data-conflict]")
    expect(box).to_contain_text("Qualcun altro ha cambiato questa risposta")
    expect(box).to_contain_text("Ugo Lodi")
    expect(box).to_contain_text("Orto in piazza")
    ada.holds("Titolo", "Orto sul tetto")
    box.get_by_role("button", name="Tieni quello che ho scritto").click()
    expect(ada.page.locator("[data-save-state]")).to_contain_text(SAVED)
    ugo.page.reload()
    ugo.holds("Titolo", "Orto sul tetto")


def test_broken_line_is_said_and_tried_again(colleague: Callable[..., Visitor]) -> None:
    visitor = colleague(UGO)
    state = visitor.page.locator("[data-save-state]")
    visitor.page.route("**/campi/*", lambda route: route.abort())
    visitor.type("Titolo", "Orto di notte")
    visitor.labelled("Titolo").press("Tab")
    expect(state).to_contain_text("Non salvato: riprovo")
    visitor.holds("Titolo", "Orto di notte")
    visitor.page.unroute("**/campi/*")
    expect(state).to_contain_text(SAVED, timeout=8_000)
    visitor.page.reload()
    visitor.holds("Titolo", "Orto di notte")


def test_form_sent_at_once_waits_for_its_files(colleague: Callable[..., Visitor]) -> None:
    visitor = colleague(UGO)
    page, files = visitor.page, visitor.page.locator(".file-list li")
    before, held, sent = files.count(), [], []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/file", hold)
    page.on("request", lambda asked: sent.append(asked.is_navigation_request()))
    with page.expect_request("**/file"):
        visitor.upload("Carte", document("tardi.pdf"))
    expect(page.get_by_text("tardi.pdf: invio, ")).to_be_visible()
    page.get_by_role("button", name="Salva", exact=True).first.click()
    expect(page.get_by_text("tardi.pdf: invio, ")).to_be_visible()
    assert (len(held), any(sent)) == (1, False)
    with page.expect_navigation():
        held[0].continue_()
    expect(files).to_have_count(before + 1)
    expect(page.get_by_role("link", name="tardi.pdf")).to_be_visible()


def test_ended_session_is_said_and_saving_goes_on(
    colleague: Callable[..., Visitor], portal: ServedPortal
) -> None:
    visitor = colleague(UGO)
    state = visitor.page.locator("[data-save-state]")
    kept = visitor.page.context.cookies()
    visitor.expected |= {400, 401}
    visitor.page.context.clear_cookies()
    visitor.type("Titolo", "Orto di giorno")
    visitor.labelled("Titolo").press("Tab")
    expect(state).to_contain_text("Accedi di nuovo in un'altra scheda")
    visitor.page.context.add_cookies(kept)
    visitor.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(state).to_contain_text(SAVED)
