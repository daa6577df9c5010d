"""What an evaluator says of one criterion, and which text stands when two windows differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.applications.engine import Seen, merge, seen_of, write_marks
from portal.errors import Stale

NOT_ASSESSABLE = "na"


@dataclass(frozen=True)
class Said:
    """A mark and a comment; blank, not assessable and zero are three things."""

    mark: int | None = None
    comment: str = ""
    is_not_assessable: bool = False

    @property
    def choice(self) -> str:
        """Return what is chosen, as a page carries it."""
        if self.is_not_assessable:
            return NOT_ASSESSABLE
        return "" if self.mark is None else str(self.mark)

    @property
    def typed(self) -> list[str]:
        """Return what the fields of the criterion hold."""
        return [self.choice, self.comment]

    @property
    def seen(self) -> Seen:
        """Return what a page knows that shows this."""
        return seen_of(0, self.typed)


NOTHING = Said()


def chosen(choice: str, comment: str) -> Said:
    """Return what a choice and a comment say."""
    if choice == NOT_ASSESSABLE:
        return Said(None, comment, True)
    return Said(int(choice) if choice else None, comment)


def marks_for_page(standing: Mapping[str, Said]) -> str:
    """Return what the page of a sheet carries of what it shows."""
    return write_marks({key: said.seen for key, said in standing.items()})


def changes_to_keep(
    mine: Mapping[str, Said], standing: Mapping[str, Said], seen: Mapping[str, Seen]
) -> dict[str, Said]:
    """Return what a page changed since it was opened; Stale where another one did too."""
    found = {}
    for key, said in mine.items():
        saved = standing.get(key, NOTHING)
        kept = merge(said.typed, saved.typed, seen.get(key))
        if kept is None:
            raise Stale
        if said != saved and list(kept) == said.typed:
            found[key] = said
    return found
