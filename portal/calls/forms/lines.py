"""Lines of controls that are added, taken away and moved on a page, without a script too.

The names of the controls are `prefix-number-field`. Buttons send `lines:prefix:verb:number`; the
page comes back with the lines changed and everything typed still there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from portal.questionnaires.engine import free_key, key_from

MOST_LINES = 100
DEEPEST_LINE = 5
NUMBER = re.compile(r"[0-9]{1,3}")


@dataclass
class Line:
    """One line: what was typed or chosen in each of its controls, and what is wrong with it."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    error: str = ""
    controls: dict[str, Any] = field(default_factory=dict)

    def said(self, name: str) -> str:
        """Return what stands in a control."""
        return next(iter(self.texts.get(name, ())), "")

    def many(self, name: str) -> list[str]:
        """Return what is chosen in a control that takes several."""
        return [text for text in self.texts.get(name, ()) if text]

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing is typed in it."""
        names = [name for name in self.texts if name != "depth"]
        return not any(self.many(name) for name in names)

    @property
    def depth(self) -> int:
        """Return how far in it stands."""
        text = self.said("depth")
        return min(int(text), DEEPEST_LINE) if NUMBER.fullmatch(text) else 0

    @depth.setter
    def depth(self, depth: int) -> None:
        self.texts["depth"] = [str(max(0, min(depth, DEEPEST_LINE)))]


class Lines:
    """The lines under one prefix; `focus` is the one that a button has just touched."""

    names: ClassVar[tuple[str, ...]] = ()

    def __init__(self, prefix: str, label: Any) -> None:
        self.prefix, self.label = prefix, label
        self.lines: list[Line] = []
        self.how, self.error = "", ""
        self.focus: int | None = None

    def take(self, sent: Any) -> None:
        """Take the lines that a page sent, in their order."""
        pattern = re.compile(rf"{self.prefix}-([0-9]{{1,3}})-({'|'.join(self.names)})")
        found: dict[int, Line] = {}
        for name in sent:
            match = pattern.fullmatch(name)
            if match:
                line = found.setdefault(int(match[1]), Line())
                line.texts[match[2]] = [text.strip() for text in sent.getlist(name)]
        self.lines = [found[number] for number in sorted(found)][:MOST_LINES]
        self.how = sent.get(f"{self.prefix}-how", "")

    def act(self, verb: str, number: int) -> None:
        """Do what a button asks for."""
        if verb in ("add", "group"):
            self.lines.append(Line())
            self.focus = len(self.lines) - 1
        elif verb == "below" and number < len(self.lines):
            self.lines.insert(number + 1, Line())
            self.lines[number + 1].depth = self.lines[number].depth + self.takes_in(number)
            self.focus = number + 1
        elif verb == "show":
            self.focus = len(self.lines) - 1
        elif 0 <= number < len(self.lines):
            self._move(verb, number)

    def takes_in(self, number: int) -> int:
        """Return 1 where the lines below a line may stand in it."""
        return 0

    def _move(self, verb: str, number: int) -> None:
        line = self.lines[number]
        step = {"up": -1, "down": 1}.get(verb, 0)
        self.focus = number
        if verb == "remove":
            self.lines.pop(number)
            self.focus = min(number, len(self.lines) - 1)
        elif step and 0 <= number + step < len(self.lines):
            self.lines.insert(number + step, self.lines.pop(number))
            self.focus = number + step
        elif verb in ("in", "out"):
            line.depth += 1 if verb == "in" else -1

    def fill(self, node: Any) -> None:
        """Show what a definition says."""
        raise NotImplementedError

    def node(self) -> Any:
        """Return what the lines say as a definition writes it."""
        raise NotImplementedError

    def put(self, path: str, message: str) -> None:
        """Put a mistake beside the line it comes from, as `[2]` or `[2].key` names it."""
        number = re.match(r"\[(\d+)\]", path)
        if number and int(number[1]) < len(self.lines):
            self.lines[int(number[1])].error = message
        else:
            self.error = message

    def require(self, message: str) -> None:
        """Say so where the lines hold nothing."""
        if self.node() is None and not self.has_errors:
            self.error = message

    @property
    def has_errors(self) -> bool:
        """Tell whether anything is wrong in it."""
        return bool(self.error or any(line.error for line in self.lines))


class OptionLines(Lines):
    """The answers to choose from: a text in each language, a key that is made of it if blank."""

    names = ("key", "it", "en")

    def fill(self, options: Any) -> None:
        """Show the options of a definition."""
        self.lines = [
            Line({"key": [each["key"]], **{k: [v] for k, v in each["label"].items()}})
            for each in options or ()
        ]

    def node(self) -> list[Mapping[str, Any]]:
        """Return the options as a definition writes them; lines left blank are none."""
        found: list[Mapping[str, Any]] = []
        self.lines = [line for line in self.lines if not line.is_blank]
        for line in self.lines:
            label = {name: line.said(name) for name in ("it", "en") if line.said(name)}
            used = [each["key"] for each in found]
            key = line.said("key") or free_key(key_from(line.said("it")), used)
            found.append({"key": key, "label": label})
        return found
