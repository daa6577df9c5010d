"""What the form of a page would send as it stands."""

from __future__ import annotations

from html.parser import HTMLParser


class Filled(HTMLParser):
    """The fields of a page with their values, as a browser sends them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._area = self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        name = facts.get("name", "")
        if tag == "input" and name:
            ticked = facts.get("type") not in ("radio", "checkbox") or "checked" in facts
            if ticked and facts.get("type") != "file":
                self.values.setdefault(name, []).append(facts.get("value", ""))
        elif tag == "textarea":
            self._area = name
            self.values[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in facts:
            self.values.setdefault(self._select, []).append(facts.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            text = self.values[self._area][0].removeprefix("\r\n").removeprefix("\n")
            self.values[self._area], self._area = [text], ""
        elif tag == "select":
            self._select = ""


def filled(page: str) -> dict[str, list[str]]:
    """Return what a page's form would send, but for the token."""
    values = Filled(page).values
    values.pop("csrf_token", None)
    return values
