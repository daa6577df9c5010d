"""The text of a call's file: YAML read strictly, written in one way, and the lines of its parts."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import yaml

from portal.definitions import DefinitionError
from portal.errors import declare, mark
from portal.i18n import gettext, message

MIME = "application/yaml; charset=utf-8"
LARGEST_FILE = 300_000
WIDTH = 100
LONGEST_PLAIN = 80
DEEPEST = 40
MOST_PARTS = 50_000
_NUMBERLIKE = re.compile(r"[-+.:0-9]+")
# What values raise that a tag names and that are none: a number too long, a day there is not.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)
# Parts of a file whose paths begin with their own name; all others begin with `call`.
_ROOTS = ("form", "grid")

declare(
    {
        "definition_yaml": mark("This is not valid YAML."),
        "definition_size": mark("The file is too large to be the file of a call."),
    }
)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML without surprises: dates and codes stay texts, `no` is a word, no key comes twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "no name", key.start_mark)
            if key.value in seen:
                refusal = DefinitionError("call", "definition_repeated", name=key.value)
                refusal.line = key.start_mark.line + 1
                raise refusal
            seen.add(key.value)
        found: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return found


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"(true|false)\Z", "tf"),
    ("int", r"-?(0|[1-9][0-9]*)\Z", "-0123456789"),
    ("null", r"(~|null|)\Z", ["~", "n", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), [*_first])


def read_yaml(text: str) -> dict[str, Any]:
    """The mapping that a call's file holds; DefinitionError says on which line it is no YAML."""
    if len(text) > LARGEST_FILE:
        raise DefinitionError("call", "definition_size")
    loader = None
    try:
        _require_shallow(text)
        loader = _Loader(text)
        root = loader.get_single_node()
        _require_modest(root)
        found = loader.construct_document(root) if root is not None else None
    except (yaml.YAMLError, *UNREADABLE) as error:
        refusal = DefinitionError("call", "definition_yaml")
        place = getattr(error, "problem_mark", None)
        last = max(1, len(text.splitlines()))
        refusal.line = min(place.line + 1, last) if place else 1
        raise refusal from None
    finally:
        if loader is not None:
            loader.dispose()
    if not isinstance(found, dict):
        raise DefinitionError("call", "definition_mapping")
    return found


def _require_shallow(text: str) -> None:
    """Refuse parts in parts in parts: reading them would use up the stack."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise DefinitionError("call", "definition_size")


def _require_modest(root: Any) -> None:
    """Refuse a file whose repeated parts, written out, would fill the memory or the stack."""
    measures: dict[int, tuple[int, int]] = {}

    def measure(node: Any) -> tuple[int, int]:
        """How many parts there are, and how many stand in one another."""
        if id(node) not in measures:
            measures[id(node)] = MOST_PARTS, 0  # while it is being looked at: it holds itself
            below = node.value if isinstance(node, yaml.CollectionNode) else ()
            parts = [part for each in below for part in (each if type(each) is tuple else (each,))]
            found = [measure(part) for part in parts]
            size, height = 1 + sum(size for size, _ in found), max((h for _, h in found), default=0)
            measures[id(node)] = size, height + isinstance(node, yaml.CollectionNode)
        return measures[id(node)]

    size, height = measure(root)
    if size > MOST_PARTS or height > DEEPEST:
        raise DefinitionError("call", "definition_size")


class _Dumper(yaml.SafeDumper):
    """One way to write a mapping: blocks, short lists of words on one line, no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)

    def write_text(self, text: str) -> Any:
        """Quote what looks like a number, fold what is long, keep the lines of what has several."""
        style = None
        if _NUMBERLIKE.fullmatch(text):
            style = '"'
        elif "\n" in text:
            style = "|"
        elif len(text) > LONGEST_PLAIN:
            style = ">"
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    def write_list(self, items: list[Any]) -> Any:
        """Write words of little length beside each other."""
        words = all(isinstance(item, str | int) and "\n" not in str(item) for item in items)
        flow = words and sum(len(str(item)) + 4 for item in items) <= WIDTH - 20
        return self.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=flow)


_Dumper.add_representer(str, _Dumper.write_text)
_Dumper.add_representer(list, _Dumper.write_list)


def write_yaml(mapping: Mapping[str, Any]) -> str:
    """The one text of a mapping: the same mapping gives the same octets."""
    return yaml.dump(
        dict(mapping),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=WIDTH,
    )


def locate(error: DefinitionError, text: str, without: Collection[str] = ()) -> DefinitionError:
    """The same mistakes, each with its line in the text they were found in.

    What stands in the place of the properties `without` doesn't come from that text.
    """
    try:
        lines = {} if error.code == "definition_size" else lines_of(text)
    except (yaml.YAMLError, *UNREADABLE):
        return error
    given = {f"call.{name}" for name in without}
    for mistake in error.mistakes:
        if mistake.line is None and mistake.field not in given:
            mistake.line = _nearest(lines, mistake.field or "")
    return error


@contextmanager
def located(text: str, without: Collection[str] = ()) -> Iterator[None]:
    """Give the mistakes that are raised their lines in a text; nothing where there is none."""
    try:
        yield
    except DefinitionError as error:
        raise (locate(error, text, without) if text else error) from None


def lines_of(text: str) -> dict[str, int]:
    """The line on which each part of a file begins, by its path."""
    lines: dict[str, int] = {}
    root = yaml.compose(text, Loader=_Loader)
    if isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            path = key.value if key.value in _ROOTS else f"call.{key.value}"
            lines[path] = key.start_mark.line + 1
            _note(lines, path, value)
    return lines


def _note(lines: dict[str, int], path: str, node: Any) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = f"{path}.{key.value}"
            lines[below] = key.start_mark.line + 1
            _note(lines, below, value)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            below = f"{path}[{index}]"
            lines[below] = value.start_mark.line + 1
            _note(lines, below, value)


def _nearest(lines: Mapping[str, int], path: str) -> int:
    """The line of a part, or of what it should stand in."""
    while path:
        if path in lines:
            return lines[path]
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return 1


def describe(error: DefinitionError) -> list[str]:
    """Each mistake in a sentence of the reader's language: line, place, what is wrong."""
    return [describe_one(mistake) for mistake in error.mistakes]


def describe_one(mistake: DefinitionError) -> str:
    """One mistake in a sentence."""
    place = mistake.field or "call"
    if mistake.line is not None:
        place = gettext("line %(line)s, %(path)s", line=mistake.line, path=place)
    return f"{place}: {message(mistake)}"
