"""What fields are called, for the pages that show again what was typed without its form.

The form itself is not at hand there: of the portal's forms the one that fits the names best gives
the labels. Features whose fields follow from a definition add a source of their own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from flask import request
from sqlalchemy.exc import SQLAlchemyError
from wtforms import HiddenField

from portal.db import db
from portal.i18n import gettext
from portal.kept import Typed
from portal.web.forms import PortalForm
from portal.web.typed import OWN, is_from_here, typed_in_request

Source = Callable[[Collection[str]], Mapping[str, str]]
_sources: list[Source] = []


def add_labels(source: Source) -> Source:
    """Ask `source` for the labels of fields that follow from a definition."""
    _sources.append(source)
    return source


def typed_rows(reads: bool = True) -> list[dict[str, str]]:
    """Return what the request typed as lines of label and text, to be copied.

    Nothing of what another site sent. Without `reads` the database is left alone.
    """
    typed = typed_in_request()
    if not typed.fields or not is_from_here():
        return []
    return rows_of(typed, reads, set(request.form))


def rows_of(typed: Typed, reads: bool = True, names: Collection[str] = ()) -> list[dict[str, str]]:
    """Return fields as lines of label and text, without what nobody typed.

    `names` are those of all fields of the form, where more is known than was kept.
    """
    fields = [(name, text) for name, text in typed.fields if name not in OWN and text.strip()]
    form = best_form(names or {name for name, _text in typed.fields})
    labels = {**labels_in(form), **(labels_from_sources(fields) if reads else {})}
    hidden = hidden_in(form)
    shown = [(name, text) for name, text in fields if name not in hidden]
    return [
        {"label": str(labels.get(name) or numbered(number)), "text": said(form, name, text)}
        for number, (name, text) in enumerate(shown, 1)
    ]


def labels_from_sources(fields: Collection[tuple[str, str]]) -> dict[str, str]:
    """Return the labels that the features' definitions give."""
    names = {name for name, _text in fields}
    found: dict[str, str] = {}
    try:
        for source in _sources:
            found.update(source(names))
    except SQLAlchemyError:  # a page that says what went wrong goes without
        db.session.rollback()
    return found


def best_form(names: Collection[str]) -> type[PortalForm] | None:
    """Return the form that has most of these fields, and the fewest others."""
    wanted = set(names)
    ranked = [
        (len(wanted & set(fields_of(form))), -len(fields_of(form)), form.__qualname__, form)
        for form in all_forms(PortalForm)
    ]
    best = max(ranked, key=lambda row: row[:3], default=None)
    return best[3] if best and best[0] else None


def all_forms(form: type[PortalForm]) -> Iterator[type[PortalForm]]:
    """Yield the forms written in modules; those made for one page come and go."""
    for each in form.__subclasses__():
        if getattr(sys.modules.get(each.__module__), each.__name__, None) is each:
            yield each
        yield from all_forms(each)


def fields_of(form: type[PortalForm] | None) -> dict[str, Any]:
    """Return the fields of a form class, not yet bound."""
    found = {name: getattr(form, name) for name in dir(form)} if form else {}
    return {name: field for name, field in found.items() if hasattr(field, "_formfield")}


def labels_in(form: type[PortalForm] | None) -> dict[str, str]:
    """Return the labels of a form class."""
    fields = fields_of(form)
    return {name: field.args[0] for name, field in fields.items() if field.args}


def hidden_in(form: type[PortalForm] | None) -> set[str]:
    """Return the fields of a form class that nobody types in."""
    fields = fields_of(form)
    return {name for name, field in fields.items() if issubclass(field.field_class, HiddenField)}


def said(form: type[PortalForm] | None, name: str, text: str) -> str:
    """Return a text as the page showed it: the label of a choice."""
    field = fields_of(form).get(name)
    choices = field.kwargs.get("choices", ()) if field is not None else ()
    return next((str(label) for key, label, *_ in choices if str(key) == text), text)


def numbered(number: int) -> str:
    """Name a field whose question stands in a database that is away, for whoever typed there."""
    return gettext("Answer %(number)s", number=number)
