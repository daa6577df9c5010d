"""Everything an applicant needs works as plain pages and forms, without any script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.browser import applying
from tests.browser.material import CLOSES, CLOSES_AT, EVA, OPENS
from tests.browser.served import ServedPortal
from tests.browser.visitor import Visitor

CALL = "innovazione-senza-script"


@pytest.mark.browser
def test_application_is_sent_without_javascript(
    portal: ServedPortal, new_visitor: Callable[..., Visitor]
) -> None:
    portal.set_clock(CLOSES_AT - timedelta(days=2))
    window = ("--code", CALL, "--opens", OPENS, "--closes", CLOSES)
    portal.command("call", "import", "social-innovation", *window, "--publish")
    visitor = new_visitor(javascript=False, width=360)
    visitor.go("/")
    visitor.follow("Menu", within="header")
    visitor.follow("Avvisi", within="header")
    visitor.sees("Progetti di innovazione sociale")
    visitor.go(f"/avvisi/{CALL}/modulo")
    code = applying.apply(visitor, CALL, EVA)
    applying.wait_for_receipt(portal, code)
    visitor.go(f"/domande/{code}/ricevuta")
    visitor.sees("Scarica la ricevuta")
    applying.sign_out(visitor)
