"""A dossier with its blank score sheet on paper, for who reads on paper."""

from __future__ import annotations

from typing import Any

from portal import clock, documents
from portal.evaluation.queries import automatic_lines, dossier_of, grid_of_sheet
from portal.i18n import _, in_language


def draw_sheet(sheet: Any, language: str) -> bytes:
    """Return a dossier as its evaluator may read it, and the grid to fill in by hand, as PDF."""
    with in_language(language):
        title = _("Dossier %(code)s", code=sheet.application.practice_code)
        facts = {
            "dossier": dossier_of(sheet),
            "automatic": automatic_lines(sheet.application),
            "grid": grid_of_sheet(sheet),
            "made_at": clock.now(),
        }
    return documents.draw_page("sheet", title=title, language=language, **facts)
