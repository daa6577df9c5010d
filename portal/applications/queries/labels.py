"""What the fields are called whose names follow from a published call: questions, marks, items."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from portal.calls.engine import checklist_of, form_of, grid_of
from portal.calls.models import Call
from portal.calls.queries import public_calls
from portal.i18n import _, pick


def field_labels(names: Collection[str]) -> dict[str, str]:
    """Return the labels of these fields, where a published call knows them."""
    calls = public_calls()
    newest_last = (*reversed(calls.closed), *calls.coming, *calls.open)
    return {name: label for call in newest_last for name, label in labels_of(call) if name in names}


def labels_of(call: Call) -> Iterator[tuple[str, str]]:
    """Yield the fields that a call gives to its pages."""
    for question in form_of(call).questions:
        yield question.key, pick(question.label)
    for criterion in grid_of(call).judged:
        label = pick(criterion.label)
        yield f"mark_{criterion.key}", label
        yield f"comment_{criterion.key}", _("Why this mark for “%(criterion)s”", criterion=label)
    for key, text in checklist_of(call):
        yield f"outcome_{key}", text
        yield f"reason_{key}", f"{_('Reason, or note for the office')}: {text}"
