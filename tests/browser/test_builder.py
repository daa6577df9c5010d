"""Building a form by keyboard, with a script and without, and trying it as an applicant."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import applying
from tests.browser.material import Person
from tests.browser.served import ServedPortal
from tests.browser.visitor import Visitor

NewVisitor = Callable[..., Visitor]

CODE = "modulo-da-fare"
BASE = f"/gestione/avvisi/{CODE}/modulo"
SHARES = "Quanti soci siete?"

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("javascript", "width"), [(True, 1280), (False, 360)])
def test_question_is_built_moved_and_tried(
    portal: ServedPortal, new_visitor: NewVisitor, javascript: bool, width: int
) -> None:
    person = Person("Marta Bassi", f"marta-{width}@esempio.example.org")
    portal.command("user", "invite", person.email, "--role", "staff", "--name", person.name)
    portal.command("call", "import", "labour-intermediaries", "--code", CODE)
    visitor = new_visitor(javascript=javascript, width=width)
    applying.open_account(visitor, person)
    visitor.go(f"/gestione/avvisi/{CODE}")
    visitor.follow("Modulo: sezioni, domande, controlli")
    key = add_question(visitor)
    move_by_keyboard(visitor, key)
    try_it(visitor)
    refuse_to_delete(visitor)


def add_question(visitor: Visitor) -> str:
    """Add a question that is seen only after a yes, and return its key."""
    visitor.follow(re.compile("Aggiungi dopo.*Ci sono altri soggetti"))
    visitor.follow("Numero intero")
    visitor.type("La domanda", SHARES)
    visitor.press("Aggiungi una riga")
    visitor.select("Che cosa, riga 1", "Ci sono altri soggetti nel progetto?")
    visitor.press("Mostra quello che va con le mie scelte")
    visitor.select("Confronto, riga 1", "è")
    visitor.press("Mostra quello che va con le mie scelte")
    visitor.select("Valore, riga 1", "Sì")
    visitor.holds("La domanda", SHARES)
    visitor.press("Salva", exact=True)
    visitor.sees("Si vede solo se “Ci sono altri soggetti nel progetto?” è sì.")
    return "quanti_soci_siete"


def move_by_keyboard(visitor: Visitor, key: str) -> None:
    """Move it down and up again with the keyboard: the focus stays on its button."""
    button = visitor.page.locator(f'button[value="down:question:{key}"]')
    button.focus()
    for _time in range(2):
        with visitor.page.expect_navigation(wait_until="load"):
            visitor.page.keyboard.press("Enter")
        expect(button).to_be_focused()
    visitor.page.locator(f'button[value="up:question:{key}"]').focus()
    with visitor.page.expect_navigation(wait_until="load"):
        visitor.page.keyboard.press("Space")
    expect(visitor.page.locator(f'button[value="up:question:{key}"]')).to_be_focused()


def try_it(visitor: Visitor) -> None:
    """Look at the form as an applicant: the question comes into sight with the answer."""
    visitor.follow("Provalo come chi si candida")
    visitor.press("Il progetto")
    expect(visitor.labelled(SHARES)).to_be_hidden()
    visitor.pick("Ci sono altri soggetti nel progetto?", "Sì")
    visitor.press("Guarda di nuovo")
    expect(visitor.labelled(SHARES)).to_be_visible()
    visitor.sees("Anteprima: non si salva niente")


def refuse_to_delete(visitor: Visitor) -> None:
    """What others depend on stays, and the page says who they are."""
    visitor.go(f"{BASE}/elimina/question/partners")
    visitor.sees("altre parti ne dipendono")
    visitor.sees(SHARES)
    assert visitor.page.get_by_role("button", name="Elimina").count() == 0
