"""A line that breaks takes nothing away: the form stays as it is until the portal is reached."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, expect

from tests.browser.visitor import Visitor

STORY = "Il pulsante non risponde.\nHo provato tre volte."


@pytest.mark.browser
@pytest.mark.check(69)
def test_form_waits_until_the_portal_is_reached(new_visitor: Callable[..., Visitor]) -> None:
    visitor = new_visitor(width=360)
    page, send = visitor.page, "Invia la segnalazione"
    visitor.go("/segnala-disservizio")
    visitor.type("Che cosa è successo", STORY)
    visitor.type("Il tuo indirizzo e-mail", "anna@esempio.example.org")
    page.route("**/healthz", lambda route: route.abort())  # the line is dead, and nobody knows yet
    page.get_by_role("button", name=send).click()
    told = page.locator("main form [role='status']", has_text="Ora il portale non si raggiunge")
    expect(told).to_be_visible()
    expect(visitor.labelled("Che cosa è successo")).to_have_value(STORY)
    page.unroute("**/healthz")
    visitor.press(send)
    visitor.sees("La segnalazione è arrivata all'ufficio")


@pytest.mark.browser
def test_who_leaves_something_unsaved_is_asked(new_visitor: Callable[..., Visitor]) -> None:
    visitor, asked = new_visitor(), []
    page = visitor.page

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    visitor.go("/segnala-disservizio")
    page.on("dialog", answer)
    page.close(run_before_unload=True)
    assert asked == []
    page = page.context.new_page()
    page.on("dialog", answer)
    page.goto(f"{visitor.portal.url}/segnala-disservizio")
    page.get_by_label("Che cosa è successo").first.press_sequentially("Testo")
    page.close(run_before_unload=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert not page.is_closed()
