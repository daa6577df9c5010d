"""The Italian catalogue: merged from the fragments in portal/translations/it, compiled, checked.

    python scripts/translations.py compile    write LC_MESSAGES/messages.po and .mo
    python scripts/translations.py check      every sentence of the code is translated, none is idle

Message ids are English, so English needs no catalogue. Both commands exit 1 with the reasons.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
FRAGMENTS = ROOT / "portal" / "translations" / "it"
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy": None, "mark": None}
METHODS = [
    ("**/static/**", "ignore"),
    ("**.py", "python"),
    ("**.html", "jinja2"),
    ("**.txt", "jinja2"),
    ("**.xml", "jinja2"),
]
SOURCES = ("portal", "templates")
OPTIONS = {"**.html": {"silent": "false"}, "**.txt": {"silent": "false"}}
FACT = re.compile(r"%\((\w+)\)[sd]")

Id = str | tuple[str, ...]


def read_fragments(folder: Path, problems: list[str]) -> Catalog:
    """All fragments as one catalogue; what is wrong with them is added to ``problems``."""
    merged = Catalog(locale="it", domain="messages", charset="utf-8", fuzzy=False)
    for path in sorted(folder.glob("*.po")):
        try:
            fragment = read_po(BytesIO(path.read_bytes()), locale="it", abort_invalid=True)
        except PoFileError as error:
            problems.append(f"{path.name}: {error}")
            continue
        for message in fragment:
            if message.id:
                problems.extend(f"{path.name}: {found}" for found in find_faults(message))
                add_once(merged, message, path.name, problems)
    return merged


def add_once(merged: Catalog, message: Message, name: str, problems: list[str]) -> None:
    """Add an entry; one that another fragment translates otherwise is a problem."""
    known = merged.get(message.id)
    if known and known.string != message.string:
        problems.append(f"{name}: translated otherwise in another fragment: {message.id!r}")
    merged[message.id] = Message(message.id, message.string)


def find_faults(message: Message) -> Iterator[str]:
    """Say what is wrong with one entry: missing, fuzzy, a lone percent sign, other facts."""
    ids, strings = as_tuple(message.id), as_tuple(message.string)
    if not all(strings):
        yield f"not translated: {message.id!r}"
        return
    if message.fuzzy:
        yield f"fuzzy: {message.id!r}"
    if any("%" in FACT.sub("", text) for text in ids + strings):
        yield f"a percent sign of its own (pass it as a fact): {message.id!r}"
    if facts_of(ids) != facts_of(strings):
        yield f"the translation names other facts: {message.id!r}"


def facts_of(texts: tuple[str, ...]) -> set[str]:
    """The names of the facts in a sentence; ``num`` may stay unsaid in one of its forms."""
    return {name for text in texts for name in FACT.findall(text)}


def as_tuple(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """The forms of a sentence, singular first."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def extract_ids(root: Path) -> dict[Id, str]:
    """Every sentence that code and templates show, with the first place where it stands."""
    found: dict[Id, str] = {}
    for source in SOURCES:
        if not (root / source).is_dir():
            continue
        for name, line, message_id, _, _ in extract_from_dir(
            root / source, METHODS, OPTIONS, keywords=KEYWORDS
        ):
            found.setdefault(message_id, f"{source}/{name}:{line}")
    return found


def check(root: Path, folder: Path) -> list[str]:
    """Compare the code with the catalogue, both ways."""
    problems: list[str] = []
    catalogue = read_fragments(folder, problems)
    used = extract_ids(root)
    translated = {message.id for message in catalogue if message.id}
    missing = {
        message_id: place for message_id, place in used.items() if message_id not in translated
    }
    problems.extend(
        f"{place}: no Italian for {message_id!r}" for message_id, place in missing.items()
    )
    problems.extend(
        f"no longer used: {message_id!r}" for message_id in sorted(translated - set(used), key=str)
    )
    return problems


def compile_catalogue(folder: Path) -> list[str]:
    """Write the merged catalogue beside the fragments, unless something is wrong with them."""
    problems: list[str] = []
    catalogue = read_fragments(folder, problems)
    if problems:
        return problems
    target = folder / "LC_MESSAGES"
    target.mkdir(exist_ok=True)
    for name, write in (("messages.po", write_po), ("messages.mo", write_mo)):
        octets = BytesIO()
        write(octets, catalogue)
        replace(target / name, octets.getvalue())
    return []


def replace(path: Path, octets: bytes) -> None:
    """Put the new file in place at once: a running portal may be reading the old one."""
    temporary = path.with_suffix(path.suffix + ".new")
    temporary.write_bytes(octets)
    temporary.replace(path)


def main(arguments: list[str]) -> int:
    """Run the command; print what is wrong."""
    if arguments == ["compile"]:
        problems = compile_catalogue(FRAGMENTS)
    elif arguments == ["check"]:
        problems = check(ROOT, FRAGMENTS)
    else:
        problems = ["usage: translations.py compile|check"]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
