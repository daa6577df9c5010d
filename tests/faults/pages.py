"""Reading a page as a browser does that has only forms and links."""

from __future__ import annotations

from html.parser import HTMLParser


class Forms(HTMLParser):
    """Collects the forms of a page: where each goes and what it would send."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, or one of its fields."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("action", ""), {}))
        elif tag in {"input", "textarea"} and self.found and given.get("name"):
            self.found[-1][1][given["name"]] = given.get("value", "")
            self.area = given["name"] if tag == "textarea" else ""

    def handle_data(self, data: str) -> None:
        """Add to the text of an area."""
        if self.area:
            self.found[-1][1][self.area] += data

    def handle_endtag(self, tag: str) -> None:
        """Close an area."""
        if tag == "textarea":
            self.area = ""


def form_in(text: str, part: str) -> tuple[str, dict[str, str]]:
    """Return where the form of a page goes whose address holds `part`, and what it sends."""
    forms = Forms()
    forms.feed(text)
    found = [form for form in forms.found if part in form[0]]
    assert found, f"the page has no form that goes to {part}"
    return found[0]
