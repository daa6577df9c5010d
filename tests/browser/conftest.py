"""One served portal and one Chromium for all browser tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import launch
from tests.browser.served import ServedPortal, serve
from tests.browser.visitor import Visitor, examined_pages
from tests.databases import Databases


@pytest.fixture(scope="session")
def portal(
    databases: Databases,
    template_url: str,
    catalogue: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[ServedPortal]:
    """The portal with its worker, on a database of its own."""
    with serve(databases.copy(template_url), tmp_path_factory.mktemp("served")) as served:
        yield served


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


NewVisitor = Callable[..., Visitor]


@pytest.fixture
def new_visitor(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[NewVisitor]:
    """Give a person a browser of their own; at the end nothing may have been complained of.

    They look at the portal of all tests, unless another one is named.
    """
    visitors: list[Visitor] = []
    examined = examined_pages()

    def make(javascript: bool = True, width: int = 1280, at: ServedPortal | None = None) -> Visitor:
        portal = at or request.getfixturevalue("portal")
        context = chromium.new_context(
            java_script_enabled=javascript,
            viewport={"width": width, "height": 900},
            locale="it-IT",
            accept_downloads=True,
        )
        context.set_default_timeout(15_000)
        visitors.append(Visitor(portal, context.new_page(), examined, javascript))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.page.context.close()
    assert [line for visitor in visitors for line in visitor.complaints] == []
