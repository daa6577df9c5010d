"""Definitions written as files, such as forms, grids and calls: what their parts may hold.

A definition is a mapping of plain values. `read` checks it against a marshmallow schema and says
in a `DefinitionError` what is wrong and where, as `form.sections[1].questions[0].type`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from portal.errors import Invalid, declare, mark
from portal.i18n import DEFAULT_LANGUAGE, LANGUAGES
from portal.money import CENT

Text = Mapping[str, str]
LONGEST_KEY = 64
_KEY = re.compile(r"[a-z][a-z0-9_]*")
# No database keeps these in a text; a file may write them all the same ("\\0").
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_EXACT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?")

declare(
    {
        "definition_wrong": mark("This part is not written as it should be."),
        "definition_missing": mark("This part is missing."),
        "definition_unknown": mark("There is no property of this name."),
        "definition_mapping": mark("Here a mapping of names and values is needed."),
        "definition_list": mark("Here a list is needed."),
        "definition_few": mark("At least %(least)s are needed here."),
        "definition_key": mark(
            "A key begins with a small letter and holds only small letters, digits and _."
        ),
        "definition_repeated": mark("The name %(name)s is used twice."),
        "definition_text": mark("Write a text for each language; the Italian one is needed."),
        "definition_control": mark("Take the characters out that can't be seen."),
        "definition_language": mark("The portal does not speak this language."),
        "definition_number": mark(
            "Write a whole number, or one with at most two decimals between quotation marks."
        ),
        "definition_range": mark("This must be between %(least)s and %(most)s."),
        "definition_choice": mark("Write one of these: %(choices)s."),
        "definition_unsuited": mark("This property does not go with the type %(type)s."),
    }
)

_CODES = {
    "required": "definition_missing",
    "null": "definition_missing",
    "unknown": "definition_unknown",
    "type": "definition_mapping",
}


# The words of marshmallow for these are replaced by names of the table above.
GIVEN: dict[str, str | list[Any] | dict[Any, Any]] = {"required": "required", "null": "null"}


class DefinitionError(Invalid):
    """What is wrong in a definition; `field` is the path of the place.

    The first mistake speaks for all that were found: `others` are the rest. `line` is known where
    the definition was read from a text.
    """

    default_code = "definition_wrong"

    def __init__(self, path: str, code: str | None = None, **facts: object) -> None:
        super().__init__(code, path, **facts)
        self.line: int | None = None
        self.others: list[DefinitionError] = []

    @property
    def mistakes(self) -> list[DefinitionError]:
        """Every mistake that was found, this one first."""
        return [self, *self.others]

    def __str__(self) -> str:
        return f"{self.field}: {self.code}"


class Problem(ValidationError):
    """A marshmallow error that carries one of the portal's codes with its facts.

    `at` names the property, where a check looks at several of them.
    """

    def __init__(self, code: str, at: str = "_schema", **facts: object) -> None:
        self.code, self.facts = code, facts
        super().__init__([self], at)


class Part(Schema):
    """A mapping of a definition: any property it does not know is a mistake."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "unknown", "type": "type"}


class Property(fields.Field[Any]):
    """One property of a part."""

    default_error_messages = GIVEN


class Key(Property):
    """A name that programs use."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not _KEY.fullmatch(value) or len(value) > LONGEST_KEY:
            raise Problem("definition_key")
        return value


class ByLanguage(Property):
    """A text by language, the Italian one compulsory."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise Problem("definition_text")
        if any(language not in LANGUAGES for language in value):
            raise Problem("definition_language")
        texts = {language: value[language] for language in LANGUAGES if language in value}
        if not all(isinstance(text, str) and text.strip() for text in texts.values()):
            raise Problem("definition_text")
        if DEFAULT_LANGUAGE not in texts:
            raise Problem("definition_text")
        if any(_CONTROL.search(text) for text in texts.values()):
            raise Problem("definition_control")
        return {language: text.strip() for language, text in texts.items()}


class Exact(Property):
    """A number with at most two decimals, given whole or as text: a float would not be exact."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Decimal:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not (whole or isinstance(value, str)) or not _EXACT.fullmatch(str(value)):
            raise Problem("definition_number")
        return Decimal(str(value)).quantize(CENT)


class Whole(Property):
    """A whole number within limits."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Problem("definition_number")
        if not self.least <= value <= self.most:
            raise Problem("definition_range", least=self.least, most=self.most)
        return value


class Flag(Property):
    """True or false, not a word that may mean either."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise Problem("definition_choice", choices="true, false")
        return value


class OneOf(Property):
    """One of a few words."""

    def __init__(self, choices: Iterable[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = [str(choice) for choice in choices]

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or value not in self.choices:
            raise Problem("definition_choice", choices=", ".join(self.choices))
        return value


class Parts(fields.List[Any]):
    """A list of parts, with a least number of them; with `unique`, a property no two share."""

    default_error_messages = GIVEN

    def __init__(self, part: Any, least: int = 1, unique: str = "", **kwargs: Any) -> None:
        super().__init__(fields.Nested(part) if isinstance(part, type) else part, **kwargs)
        self.least, self.unique = least, unique

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise Problem("definition_list")
        if len(value) < self.least:
            raise Problem("definition_few", least=self.least)
        found: list[Any] = super()._deserialize(value, attr, data, **kwargs) or []
        name = repeated(part[self.unique] for part in found) if self.unique else None
        if name is not None:
            raise Problem("definition_repeated", name=name)
        return found


def repeated(names: Iterable[str]) -> str | None:
    """The first name that comes twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def read(schema: type[Schema], mapping: object, root: str) -> dict[str, Any]:
    """The checked values of a definition; all that is wrong is raised as one DefinitionError."""
    try:
        found: dict[str, Any] = schema().load(mapping)  # type: ignore[arg-type]
    except ValidationError as refusal:
        raise together(list(_errors(refusal.messages_dict, root))) from None
    return found


def together(errors: Sequence[DefinitionError]) -> DefinitionError:
    """One error that holds the mistakes of several."""
    mistakes = [mistake for error in errors for mistake in error.mistakes]
    for mistake in mistakes:
        mistake.others = []
    mistakes[0].others = mistakes[1:]
    return mistakes[0]


def _errors(messages: Any, path: str) -> Iterator[DefinitionError]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _errors(inner, _join(path, name))
        return
    problem = messages[0]
    if isinstance(problem, Problem):
        yield DefinitionError(path, problem.code, **problem.facts)
    else:
        yield DefinitionError(path, _CODES.get(str(problem), "definition_wrong"))


def _join(path: str, name: Any) -> str:
    if isinstance(name, int):
        return f"{path}[{name}]"
    return path if name == "_schema" else f"{path}.{name}"
