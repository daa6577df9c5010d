"""The pages that change a piece of a form: a section, a question, a column, a check.

A page is a form of plain fields and the lines under some prefixes. `part` is what it says, as a
definition writes it; `put` places a mistake beside what it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal import parse
from portal.calls.forms.lines import NUMBER, Lines, OptionLines
from portal.calls.forms.properties import (
    PROPERTY_FIELDS,
    TYPE_LABELS,
    property_value,
    property_written,
)
from portal.calls.forms.trees import ConditionLines, FormulaLines
from portal.definitions import DefinitionError
from portal.errors import Invalid, declare, mark
from portal.i18n import lazy, message
from portal.questionnaires.engine import (
    COLUMN_TYPES,
    MUST_LABELS,
    Form,
    QuestionType,
    free_key,
    key_from,
    part_of,
    suited_to,
)
from portal.web import AreaField, ChoiceField, TextField, VersionedForm

KEY_HELP = lazy(
    "Small letters, digits and _: files, exports and criteria know it by this name. Left blank, it "
    "is made of the text. It never changes afterwards."
)
MESSAGE_HELP = lazy(
    "The portal fills in the two sides and what lies between them, where you write %(names)s.",
    names="%(left)s, %(right)s, %(difference)s",
)
TEXT_LIMIT = 3_000

declare({"formula_missing": mark("Choose an answer, a total or a number to compare.")})


class PieceForm(VersionedForm):
    """The plain fields of a piece."""


def text_pair(name: str, label: Any, required: bool = True, help: Any = "") -> dict[str, Any]:
    """Return the fields of a text in Italian and in English, side by side."""
    return {
        f"{name}_it": AreaField(label, required=required, limit=TEXT_LIMIT, help=help),
        f"{name}_en": AreaField(lazy("The same in English"), required=False, limit=TEXT_LIMIT),
    }


class Piece:
    """A page as it stands: its fields, its lines, where its mistakes go."""

    kind = ""
    texts: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()

    def __init__(self, whole: Mapping[str, Any], form: Form, old: Any, version: int) -> None:
        self.whole, self.read, self.version = whole, form, version
        self.old: Mapping[str, Any] = old or {}
        self.is_new = old is None
        self.outside: list[DefinitionError] = []
        self.told: list[tuple[str, str]] = []
        self.lines: dict[str, Lines] = {}

    def validate(self) -> bool:
        """Look at all that was sent, so that all that is missing is said at once."""
        for name in self.needed:
            self.lines[name].require(message(Invalid("formula_missing")))
        return self.form.validate_on_submit() and not self.has_errors

    def begin(self, fields: Mapping[str, Any], sent: Any, **saved: Any) -> None:
        """Make the form: as saved, or as just sent with its lines."""
        own = {"key": TextField(lazy("Key"), parse=parse.line, required=False, help=KEY_HELP)}
        made = type("Made", (PieceForm,), {**(own if self.is_new else {}), **fields})
        self.form = made(data={**self.saved_texts(), **saved, "version": str(self.version)})
        for lines in self.lines.values():
            if sent:
                lines.take(sent)

    def saved_texts(self) -> dict[str, str]:
        """Return what the texts show."""
        return {
            f"{name}_{language}": self.old.get(name, {}).get(language, "")
            for name in self.texts
            for language in ("it", "en")
        }

    def act(self, action: str) -> None:
        """Do what a button of the lines asks for."""
        _lines, prefix, verb, number = [*action.split(":"), "", "", ""][:4]
        if prefix in self.lines:
            self.lines[prefix].act(verb, int(number) if NUMBER.fullmatch(number) else 0)

    def typed_text(self, name: str) -> dict[str, str]:
        """Return a text by language, as it was typed."""
        pairs = ((each, self.form[f"{name}_{each}"].value) for each in ("it", "en"))
        return {language: text for language, text in pairs if text}

    def key(self, name: str, used: Any) -> str:
        """Return the key of the piece: its own, as typed, or made of its text."""
        if not self.is_new:
            return str(self.old["key"])
        typed = self.form["key"].value
        return typed or free_key(key_from(self.typed_text(name).get("it", "")), list(used))

    @property
    def has_errors(self) -> bool:
        """Tell whether something on the page is wrong."""
        wrong = any(lines.has_errors for lines in self.lines.values())
        return bool(self.form.errors or self.form.form_errors or self.outside or wrong)

    def put(self, refusal: DefinitionError, root: str) -> None:
        """Put each mistake beside what it comes from; others are of parts that depend on this."""
        for mistake in refusal.mistakes:
            path = mistake.field or ""
            if path == root or path.startswith((f"{root}.", f"{root}[")):
                name, _dot, rest = path.removeprefix(root).lstrip(".").partition(".")
                own, bracket, index = name.partition("[")
                self._beside(own, f"{bracket}{index}{'.' if rest else ''}{rest}", mistake)
            else:
                self.outside.append(mistake)

    def _beside(self, name: str, rest: str, mistake: DefinitionError) -> None:
        told = message(mistake)
        if name in self.lines:
            self.lines[name].put(rest, told)
            return
        field = next((each for each in (name, f"{name}_it") if each in self.form), None)
        if field is None:
            self.form.form_errors.append(told)
        else:
            self.form[field].errors = [*self.form[field].errors, told]


class SectionPiece(Piece):
    """A section: its texts, when it is in sight; a new one begins with a question."""

    kind = "section"
    texts = ("title", "help")

    def __init__(self, whole: Any, form: Form, old: Any, version: int, sent: Any) -> None:
        super().__init__(whole, form, old, version)
        before = [
            question
            for section in form.sections[: self.place(whole)]
            for question in section.questions
        ]
        self.lines["visible_if"] = ConditionLines("visible_if", lazy("Shown if"), form, before)
        self.lines["visible_if"].fill(self.old.get("visible_if"))
        fields = text_pair("title", lazy("Title")) | text_pair("help", lazy("Help"), False)
        if self.is_new:
            fields |= text_pair("label", lazy("Its first question"))
        self.begin(fields, sent)

    def place(self, whole: Mapping[str, Any]) -> int:
        """Return the number of the section; a new one comes last."""
        keys = [each["key"] for each in whole["sections"]]
        return keys.index(self.old["key"]) if not self.is_new else len(keys)

    def part(self) -> dict[str, Any]:
        """Return the section as a definition writes it."""
        keys = [each["key"] for each in self.whole["sections"]]
        found: dict[str, Any] = {"key": self.key("title", keys), "title": self.typed_text("title")}
        if self.typed_text("help"):
            found["help"] = self.typed_text("help")
        condition = self.lines["visible_if"].node()
        if condition is not None:
            found["visible_if"] = condition
        return {**found, "questions": self.old.get("questions") or [self._first()]}

    def _first(self) -> dict[str, Any]:
        label = self.typed_text("label")
        used = list(self.read.by_key)
        key = free_key(key_from(label.get("it", "")), used)
        return {"key": key, "type": "short_text", "label": label}


class AskedPiece(Piece):
    """A question, or a column of a table: its type says which properties it shows."""

    texts = ("label", "help")

    def __init__(self, whole: Any, form: Form, old: Any, version: int, **given: Any) -> None:
        super().__init__(whole, form, old, version)
        self.table: str | None = given.get("table")
        self.kind = "column" if self.table else "question"
        self.before = given.get("before", ())
        sent = given["sent"]
        types = COLUMN_TYPES if self.table else tuple(QuestionType)
        typed = sent.get("type") or self.old.get("type") or given.get("type") or "short_text"
        self.type = QuestionType(typed if typed in set(types) else "short_text")
        self.suited = suited_to(self.type, bool(self.table))
        self._begin_lines()
        chosen = [(each.value, TYPE_LABELS[each]) for each in types]
        fields = {"type": ChoiceField(lazy("Type"), choices=chosen)}
        fields |= text_pair("label", lazy("The question") if not self.table else lazy("Heading"))
        if "help" in self.suited:
            fields |= text_pair("help", lazy("Help"), False)
        for name, make in PROPERTY_FIELDS.items():
            if name in self.suited:
                fields[name] = make(self._attachments(given.get("attachments", ())))
        if self.type is QuestionType.TABLE and not self.old.get("columns"):
            fields |= text_pair("column", lazy("Heading of the first column"))
        saved = {name: property_value(name, self.old) for name in PROPERTY_FIELDS}
        self.begin(fields, sent, **saved, type=self.type.value)

    def _attachments(self, listed: Any) -> list[Any]:
        """Return the attachments to choose from, with one that is named and no longer listed."""
        own = self.old.get("template")
        known = [each["key"] for each in listed]
        return [
            *listed,
            *([{"key": own, "title": {"it": own}}] if own not in (None, *known) else []),
        ]

    def _begin_lines(self) -> None:
        if "options" in self.suited:
            self.lines["options"] = OptionLines("options", lazy("Options"))
        questions = list(self.read.questions)
        if "visible_if" in self.suited:
            self.lines["visible_if"] = ConditionLines(
                "visible_if", lazy("Shown if"), self.read, self.before
            )
        if "formula" in self.suited:
            row = self.read.question(self.table).columns if self.table else None
            own = self.old.get("key")
            usable = [each for each in questions if each.key != own]
            self.lines["formula"] = FormulaLines(
                "formula", lazy("How it is computed"), self.read, usable, row
            )
        for name, lines in self.lines.items():
            lines.fill(self.old.get(name))

    def part(self) -> dict[str, Any]:
        """Return the question or column as a definition writes it."""
        used = [each["key"] for each in self._siblings()]
        label = self.typed_text("label")
        found: dict[str, Any] = {
            "key": self.key("label", used),
            "type": self.type.value,
            "label": label,
        }
        if "help" in self.suited and self.typed_text("help"):
            found["help"] = self.typed_text("help")
        for name in PROPERTY_FIELDS:
            if name in self.suited:
                found |= property_written(name, self.form[name].value, self.old)
        for name, lines in self.lines.items():
            node = lines.node()
            if node:
                found[name] = node
        if self.type is QuestionType.TABLE:
            found["columns"] = self.old.get("columns") or [self._first_column()]
        return found

    def _siblings(self) -> list[Any]:
        if self.table:
            return list(part_of(self.whole, "question", self.table).get("columns", ()))
        return [each for section in self.whole["sections"] for each in section["questions"]]

    def _first_column(self) -> dict[str, Any]:
        label = self.typed_text("column")
        return {"key": key_from(label.get("it", "")), "type": "short_text", "label": label}


class CheckPiece(Piece):
    """A check: two formulas, how they must stand, when, and what it says where."""

    kind = "check"
    texts = ("message",)
    needed = ("left", "right")

    def __init__(self, whole: Any, form: Form, old: Any, version: int, sent: Any) -> None:
        super().__init__(whole, form, old, version)
        questions = list(form.questions)
        self.lines["when"] = ConditionLines("when", lazy("Checked only if"), form, questions)
        self.lines["left"] = FormulaLines("left", lazy("First side"), form, questions)
        self.lines["right"] = FormulaLines("right", lazy("Second side"), form, questions)
        for name, lines in self.lines.items():
            lines.fill(self.old.get(name))
        places = [(each.key, each.label.get("it", each.key)) for each in questions]
        fields: dict[str, Any] = {
            "must": ChoiceField(
                lazy("How the first side must stand to the second"),
                choices=[(each.value, label) for each, label in MUST_LABELS.items()],
            ),
            **text_pair("message", lazy("What it says when it fails"), help=MESSAGE_HELP),
            "at": ChoiceField(lazy("Beside which question"), choices=places),
        }
        saved = {"must": self.old.get("must", "equal"), "at": self.old.get("at", "")}
        self.begin(fields, sent, **saved)

    def part(self) -> dict[str, Any]:
        """Return the check as a definition writes it."""
        used = [each["key"] for each in self.whole.get("checks", ())]
        nodes = {name: lines.node() for name, lines in self.lines.items()}
        written = {name: node for name, node in nodes.items() if node is not None}
        return {
            "key": self.key("message", used),
            **written,
            "must": self.form["must"].value,
            "message": self.typed_text("message"),
            "at": self.form["at"].value,
        }
