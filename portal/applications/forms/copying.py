"""Choosing the earlier application whose answers are taken over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.i18n import _, format_date, lazy, ngettext, pick
from portal.web import ChoiceField, PortalForm


class CopyForm(PortalForm):
    """The earlier application to copy from."""

    earlier = ChoiceField(lazy("Copy the answers of"), radio=True)


def copy_form(offered: Sequence[Any]) -> CopyForm:
    """Return the form that offers these applications; the newest is chosen already."""
    form = CopyForm()
    form.earlier.choices = [(each.earlier.practice_code, described(each)) for each in offered]
    if not form.is_typed:
        form.earlier.data = offered[0].earlier.practice_code
    return form


def described(offer: Any) -> str:
    """Return an earlier application in a line: its call, code, day, and how much it gives."""
    earlier, count = offer.earlier, len(offer.questions)
    return _(
        "%(call)s, %(code)s of %(day)s: %(answers)s",
        call=pick(earlier.call.title),
        code=earlier.practice_code,
        day=format_date(earlier.started_at.date()),
        answers=ngettext("one answer", "%(num)s answers", count),
    )
