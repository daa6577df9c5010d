"""Forms of the builder that hold no piece: moving parts, deleting one, the form as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from portal.calls.engine import LARGEST_FILE
from portal.i18n import LANGUAGES, current_language, lazy
from portal.questionnaires.engine import FACT_VALUES
from portal.registry.engine import MUNICIPALITIES, ORGANISATION_LABELS
from portal.web import AreaField, ChoiceField, FilterForm, UploadField, VersionedForm

MOST_KEPT = 500_000


class ArrangeForm(VersionedForm):
    """The outline: its buttons move, copy and delete."""


class FormFileForm(VersionedForm):
    """The form as a text, changed here or uploaded."""

    text = AreaField(lazy("The form (YAML)"), required=False, limit=LARGEST_FILE)
    file = UploadField(
        lazy("Or a file in its place"), help=lazy("If you choose one, the text above is not read.")
    )


class PreviewForm(FilterForm):
    """As whom, and in which language, one looks at a form."""

    organisation_type = ChoiceField(
        lazy("As"), choices=list(ORGANISATION_LABELS.items()), required=False
    )
    municipality_code = ChoiceField(
        lazy("Seat or home in"),
        choices=list(FACT_VALUES["municipality_code"].items()),
        required=False,
    )
    language = ChoiceField(lazy("Language"), choices=list(LANGUAGES.items()), required=False)

    @property
    def spoken(self) -> str:
        """Return the language to show the form in."""
        return self.language.data if self.language.data in LANGUAGES else current_language()

    @property
    def profile(self) -> dict[str, str]:
        """Return the profile that conditions look at."""
        kind, code = self.organisation_type.data or "", self.municipality_code.data or ""
        place = MUNICIPALITIES.get(code)
        return {
            "organisation_type": kind,
            "kind": "person" if kind == "natural_person" else "body",
            "area": place.area if place else "",
            "municipality_code": code,
        }


def read_kept(text: str) -> dict[str, list[str]]:
    """Return the answers that a preview carries from page to page; anything else is none."""
    try:
        found = json.loads(text[:MOST_KEPT] or "{}")
    except ValueError:
        return {}
    if not isinstance(found, Mapping):
        return {}
    return {
        str(key): [str(text) for text in typed]
        for key, typed in found.items()
        if isinstance(typed, list)
    }


def write_kept(typed: Mapping[str, Any]) -> str:
    """Return the answers as the preview carries them."""
    return json.dumps({key: list(texts) for key, texts in typed.items()})
