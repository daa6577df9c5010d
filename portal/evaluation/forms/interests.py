"""What is typed to declare interests, and to settle what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import HiddenField

from portal import parse
from portal.errors import Invalid, InvalidMany
from portal.evaluation.queries import RELATION_LABELS, TIE_LABELS
from portal.i18n import _, lazy
from portal.web import (
    AreaField,
    ChoiceField,
    PortalForm,
    TextField,
    TickField,
    VersionedForm,
    typed_now,
)

NONE, SOME = "none", "some"
MOST_TIES = 60
# Empty rows at first, and beside the ties on file.
FEWEST_ROWS, ONE_MORE, MORE_ROWS = 3, 1, 3
LONGEST_WORDS, LONGEST_REASON = 500, 2000
PARTS = ("what", "name", "tax_code", "relation")


class YearForm(PortalForm):
    """Whom somebody is tied to; the rows are added by `year_form`."""

    count = HiddenField()
    has_ties = ChoiceField(
        lazy("Are you tied to bodies or people who may apply?"),
        choices=[
            (NONE, lazy("No, to none")),
            (SOME, lazy("Yes, to those I write below")),
        ],
        radio=True,
    )
    declares = TickField(lazy("I declare it"), required=True)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return the fields of each tie."""
        return [
            {part: self[f"tie{number}_{part}"] for part in PARTS}
            for number in range(int(self.count.data or 0))
        ]


def year_form(ties: Sequence[Any], has_declared: bool) -> YearForm:
    """Return the form with the ties declared before, and rows to add others."""
    count = rows_wanted(len(ties))
    fields: dict[str, Any] = {}
    standing: dict[str, Any] = {}
    for number in range(count):
        fields |= tie_fields(number)
        if number < len(ties):
            standing |= {f"tie{number}_{part}": getattr(ties[number], part) for part in PARTS}
    if has_declared:
        standing["has_ties"] = SOME if ties else NONE
    form = type("FilledYearForm", (YearForm,), fields)(data=standing)
    form.count.data = str(count)
    return form


def rows_wanted(standing: int) -> int:
    """Return how many rows the page has: those it had, more where they are asked for."""
    had = parse.carried(typed_now().get("count", "")) or 0
    more = MORE_ROWS if typed_now().get("then") == "more" else 0
    return min(MOST_TIES, max(had + more, standing + (ONE_MORE if standing else FEWEST_ROWS)))


def tie_fields(number: int) -> dict[str, Any]:
    """Return the fields of one tie."""
    choose = ("", _("Choose"))
    return {
        f"tie{number}_what": ChoiceField(
            _("Who is it?"), choices=[choose, *offered(TIE_LABELS)], required=False
        ),
        f"tie{number}_name": TextField(_("Name, or name and surname"), required=False),
        f"tie{number}_tax_code": TextField(
            _("Codice fiscale or partita IVA"),
            parse=parse.tax_code,
            required=False,
            help=_("If you know it: a name alone can be somebody else's."),
        ),
        f"tie{number}_relation": ChoiceField(
            _("What ties you"), choices=[choose, *offered(RELATION_LABELS)], required=False
        ),
    }


def offered(labels: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    """Return the options of a choice from their labels."""
    return [(key.value, label) for key, label in labels.items()]


def ties_said(form: YearForm) -> list[dict[str, str]]:
    """Return the ties typed; InvalidMany by field where one is half filled in, or none is."""
    if form.has_ties.value == NONE:
        return []
    errors: dict[str, Invalid] = {}
    ties = []
    for row in form.rows:
        tie = {part: row[part].value or "" for part in PARTS}
        if not any(tie.values()):
            continue
        ties.append(tie)
        lacking = [part for part in ("what", "name", "relation") if not tie[part]]
        errors |= {row[part].name: Invalid("required", row[part].name) for part in lacking}
    if not ties:
        errors["tie0_name"] = Invalid("required", "tie0_name")
    if errors:
        raise InvalidMany(errors)
    return ties


class CallForm(PortalForm):
    """One answer for each name; the fields are added by `call_form`."""

    declares = TickField(lazy("I declare it"), required=True)
    names: Sequence[Any] = ()

    def of(self, each: Any) -> dict[str, Any]:
        """Return the fields of one name."""
        return {part: self[f"{part}_{each.public_id}"] for part in ("answer", "relation", "words")}


def call_form(names: Sequence[Any]) -> CallForm:
    """Return the form that asks about these names; those answered before stand at none."""
    fields: dict[str, Any] = {"names": tuple(names)}
    for each in names:
        fields[f"answer_{each.public_id}"] = ChoiceField(
            each.name,
            choices=[(NONE, _("No interest")), (SOME, _("I have an interest"))],
            radio=True,
        )
        fields[f"relation_{each.public_id}"] = ChoiceField(
            _("Which?"), choices=[("", _("Choose")), *offered(RELATION_LABELS)], required=False
        )
        fields[f"words_{each.public_id}"] = AreaField(
            _("In a few words"),
            required=False,
            limit=LONGEST_WORDS,
            help=_("Only the office reads it."),
        )
    standing = {f"answer_{each.public_id}": NONE for each in names if each.is_answered}
    form = type("FilledCallForm", (CallForm,), fields)(data=standing)
    if typed_now().get("then") == "rest":
        for each in names:
            answer = form[f"answer_{each.public_id}"]
            answer.data = answer.data or NONE
    return form


def answers_said(form: CallForm) -> dict[str, tuple[str | None, str]]:
    """Return relation and words by name; InvalidMany where an interest does not say which."""
    errors: dict[str, Invalid] = {}
    said: dict[str, tuple[str | None, str]] = {}
    for each in form.names:
        fields = form.of(each)
        if fields["answer"].value != SOME:
            said[each.public_id] = (None, "")
            continue
        if not fields["relation"].value:
            errors[fields["relation"].name] = Invalid("choice_required", fields["relation"].name)
        said[each.public_id] = (fields["relation"].value, fields["words"].value or "")
    if errors:
        raise InvalidMany(errors)
    return said


class SettleForm(VersionedForm):
    """What the office decides on an interest."""

    reason = AreaField(
        lazy("Why"),
        required=False,
        limit=LONGEST_REASON,
        help=lazy("Needed to dismiss or to end it. It stays with the interest."),
    )
