"""What a ranking still lacks, in words, with the pages on which it is done."""

from __future__ import annotations

from typing import Any

from flask import url_for

from portal.evaluation import queries
from portal.i18n import _, lazy, message

# What is missing application by application: each is named by the link to its page.
UNCHECKED = lazy("These formal checks are not over:")


def missing_line(hindrance: Any, of_round: Any) -> dict[str, Any]:
    """Return the words of what is missing, and the links to where it is done."""
    name = hindrance.refusal.code
    text = UNCHECKED if name == "ranking_unchecked" else message(hindrance.refusal)
    return {"text": str(text), "links": links(name, hindrance.codes, of_round)}


def links(name: str, codes: Any, of_round: Any) -> list[tuple[str, str]]:
    """Return where it is done: the first applications one by one, or the page of the sheets."""
    if name == "ranking_unchecked":
        page_of, first = "applications.check_application", codes[: queries.MOST_CODES]
        found = [(each, url_for(page_of, practice_code=each)) for each in first]
        return found if len(first) == len(codes) else [*found, the_others(of_round)]
    if name == "ranking_unfinished":
        here = {"code": of_round.call.code, "turno": of_round.number}
        return [(_("See which sheets are missing"), url_for("evaluation.show_progress", **here))]
    return []


def the_others(of_round: Any) -> tuple[str, str]:
    """Return the way to all the applications of the call, where they are too many to name."""
    return _("and others"), url_for("desk.list_applications", call=of_round.call.code)
