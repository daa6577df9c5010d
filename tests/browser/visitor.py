"""A person at a browser, who finds things by the words that can be read on the page.

Every page a person comes to is examined: accessibility by axe, and whatever the browser complains
of (scripts, the security policy, files that are missing).
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import CDPSession, ConsoleMessage, Locator, Page, Response, expect

from tests.browser.served import ROOT, ServedPortal

AXE = ROOT / "assets" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# What tells apart pages of one kind: practice codes, mailed tokens, numbers of records.
CODES = re.compile(r"IPL(-[0-9A-Z]{4})+|[\w-]{22,}|(?<=/)\d+(?=/|$)")
RUN_AXE = "axe.run(document, {runOnly: %s, resultTypes: ['violations']})"
VIOLATIONS = (
    "(async () => JSON.stringify((await %s).violations.map("
    "rule => [rule.id, rule.nodes.map(node => node.target.join(' '))])))()"
)
IS_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@cache
def axe_source() -> str:
    """The accessibility checker, as npm brought it."""
    return AXE.read_text(encoding="utf-8")


def examined_pages() -> set[tuple[str, ...]]:
    """Return an empty memory of the pages that have been examined."""
    return set()


class Visitor:
    """Somebody at a browser."""

    def __init__(
        self,
        portal: ServedPortal,
        page: Page,
        examined: set[tuple[str, ...]],
        javascript: bool = True,
    ) -> None:
        self.portal, self.page, self.examined = portal, page, examined
        self.javascript = javascript
        self.complaints: list[str] = []
        self.expected: set[int] = set()  # refusals that a story is about
        self.devtools: CDPSession = page.context.new_cdp_session(page)
        page.on("pageerror", lambda error: self.complain(f"script error: {error}"))
        page.on("console", self.hear)
        page.on("response", self.look_at_status)

    def complain(self, what: str) -> None:
        """Note what is wrong and where."""
        self.complaints.append(f"{urlsplit(self.page.url).path}: {what}")

    def hear(self, message: ConsoleMessage) -> None:
        """Note errors and warnings; the status of answers is looked at elsewhere."""
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complain(f"{message.type}: {message.text}")

    def look_at_status(self, response: Response) -> None:
        """Note a crash of a page, and anything else that a page needs and doesn't get."""
        is_page = response.request.is_navigation_request()
        if response.status in self.expected:
            return
        if response.status >= 500 or (response.status >= 400 and not is_page):
            self.complain(f"{response.status} {response.url}")

    def take_session(self, token: str) -> None:
        """Be signed in by the token of an open session."""
        self.page.context.add_cookies([self.portal.cookie(token)])

    # --- going from page to page ---------------------------------------------------------------

    def go(self, path: str) -> None:
        """Open an address."""
        self.page.goto(path if path.startswith("http") else self.portal.url + path)
        self.examine()

    def follow(
        self, name: str | re.Pattern[str], within: str = "main", exact: bool = False
    ) -> None:
        """Click a link by its words."""
        self.page.locator(within).get_by_role("link", name=name, exact=exact).first.click()
        self.page.wait_for_load_state()
        self.examine()

    def press(self, name: str | re.Pattern[str], within: str = "main", exact: bool = False) -> None:
        """Press a button by its words and wait for the page it leads to."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator(within).get_by_role("button", name=name, exact=exact).first.click()
        self.examine()

    @property
    def path(self) -> str:
        """Where the person is."""
        return urlsplit(self.page.url).path

    # --- filling in ----------------------------------------------------------------------------

    def labelled(self, label: str) -> Locator:
        """The field with this label: all of it, but for what is said of optional ones."""
        words = re.compile(rf"^\s*{re.escape(label)}\s*(\(facoltativ[oa]\))?\s*$")
        return self.page.locator("main").get_by_label(words).first

    def type(self, label: str, text: str) -> None:
        """Type a text into a field."""
        self.labelled(label).fill(text)

    def select(self, label: str, option: str) -> None:
        """Choose an option of a list."""
        self.labelled(label).select_option(label=option)

    def pick(self, group: str, option: str) -> None:
        """Choose one of the options that stand under a question."""
        self.group(group).get_by_label(option, exact=True).check()

    def group(self, legend: str) -> Locator:
        """The options that stand under a question."""
        return self.page.locator("main").get_by_role("group", name=legend).first

    def tick(self, label: str) -> None:
        """Tick a box."""
        self.page.locator("main").get_by_label(label).first.check()

    def upload(self, label: str, *files: dict[str, Any] | str | Path) -> None:
        """Choose files for a field."""
        self.page.locator("main").get_by_label(label).first.set_input_files([*files])

    def holds(self, label: str, text: str) -> None:
        """The field still holds this text."""
        expect(self.labelled(label)).to_have_value(text)

    # --- reading -------------------------------------------------------------------------------

    def sees(self, text: str, within: str = "main") -> None:
        """The text can be read on the page."""
        expect(self.page.locator(within)).to_contain_text(text)

    def sees_error(self, label: str, text: str) -> None:
        """What is wrong stands in the summary and beside the field, which it is tied to."""
        expect(self.page.locator("[data-error-summary]")).to_contain_text(text)
        field = self.labelled(label)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(re.escape(text)))

    @property
    def heading(self) -> str:
        """The heading of the page."""
        return self.page.locator("h1").inner_text().strip()

    # --- judging -------------------------------------------------------------------------------

    def examine(self) -> None:
        """Note every violation of the page, unless one just like it has been examined."""
        if not self.javascript:
            return
        errors = self.page.locator("[data-error-summary]").count()
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        address, heading = (CODES.sub("*", text) for text in (self.path, self.heading))
        kind = (address, heading, str(errors), str(width))
        if kind in self.examined:
            return
        self.examined.add(kind)
        self.evaluate(axe_source())
        found = self.evaluate(VIOLATIONS % (RUN_AXE % json.dumps(RULES)))
        for rule, targets in json.loads(found):
            self.complain(f"axe {rule}: {targets}")
        if self.evaluate(IS_TOO_WIDE):
            self.complain("wider than the screen")

    def evaluate(self, script: str) -> Any:
        """Run a script over the debugging protocol, which the page's policy doesn't bind."""
        answer = self.devtools.send(
            "Runtime.evaluate",
            {"expression": script, "awaitPromise": True, "returnByValue": True},
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")
