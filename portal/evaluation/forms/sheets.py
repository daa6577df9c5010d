"""What is typed in a score sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.errors import Invalid, InvalidMany
from portal.grids.engine import (
    Grid,
    JudgedCriterion,
    format_points,
    is_below_minimum,
    mark_points,
)
from portal.grids.engine.scoring import LONGEST_COMMENT
from portal.i18n import _, pick
from portal.web import AreaField, ChoiceField, VersionedForm, put_errors

COMMENT = "_comment"


class SendForm(VersionedForm):
    """The confirmation, of the sheet as it was read."""


class SheetForm(VersionedForm):
    """Marks and comments; the fields of each criterion are added by `sheet_form`."""

    criteria: Sequence[JudgedCriterion] = ()

    @property
    def marks(self) -> dict[str, int | None]:
        """Return the marks chosen; None where none is."""
        chosen = {each.key: self[mark_name(each)].value for each in self.criteria}
        return {key: int(mark) if mark else None for key, mark in chosen.items()}

    @property
    def comments(self) -> dict[str, str]:
        """Return the comments typed."""
        return {each.key: self[comment_name(each)].value or "" for each in self.criteria}


def mark_name(criterion: JudgedCriterion) -> str:
    """Return the name of the field for a mark."""
    return f"mark_{criterion.key}"


def comment_name(criterion: JudgedCriterion) -> str:
    """Return the name of the field for a comment."""
    return f"comment_{criterion.key}"


def sheet_form(
    grid: Grid,
    version: int,
    marks: Mapping[str, int | None],
    comments: Mapping[str, str],
    is_bound: bool = True,
) -> SheetForm:
    """Return the form of a sheet as it stands; a bound one takes what the request typed."""
    fields: dict[str, Any] = {"criteria": tuple(grid.judged)}
    standing: dict[str, Any] = {"version": str(version)}
    for criterion in grid.judged:
        label = pick(criterion.label)
        fields[mark_name(criterion)] = ChoiceField(
            label, choices=options_of(criterion), required=False, radio=True
        )
        fields[comment_name(criterion)] = AreaField(
            _("Why this mark for “%(criterion)s”", criterion=label),
            required=False,
            limit=LONGEST_COMMENT,
            help=_("Needed to send the scores.") if criterion.comment else "",
        )
        mark = marks.get(criterion.key)
        standing[mark_name(criterion)] = "" if mark is None else str(mark)
        standing[comment_name(criterion)] = comments.get(criterion.key, "")
    filled = type("FilledSheetForm", (SheetForm,), fields)
    return filled(data=standing) if is_bound else filled(formdata=None, data=standing)


def options_of(criterion: JudgedCriterion) -> list[tuple[str, str]]:
    """Return the marks with what each of them means; the first takes a mark back."""
    texts = [pick(text) for text in criterion.guidance]
    marks = [(str(mark), texts[mark] if texts else "") for mark in criterion.marks]
    return [
        ("", _("Not judged yet")),
        *((mark, f"{mark} - {t}" if t else mark) for mark, t in marks),
    ]


def put_sheet_errors(form: SheetForm, refusal: Invalid) -> None:
    """Put refusals of criteria beside the fields of their marks and comments."""
    renamed: dict[str, Invalid] = {}
    for name, error in refusal.errors.items():
        if name is None:
            put_errors(form, error)
            continue
        key = name.removesuffix(COMMENT)
        field = f"comment_{key}" if f"comment_{key}" in form and name != key else f"mark_{name}"
        renamed[field] = error
    if renamed:
        put_errors(form, InvalidMany(renamed))


@dataclass(frozen=True)
class Line:
    """What the page shows of a criterion: its texts, fields, and the points of each mark."""

    criterion: JudgedCriterion
    label: str
    help: str
    maximum: str
    minimum: int | None
    mark: Any
    comment: Any
    points: Mapping[str, int]


def lines_of(form: SheetForm) -> list[Line]:
    """Return the criteria with their fields."""
    return [
        Line(
            criterion=each,
            label=pick(each.label),
            help=pick(each.help),
            maximum=format_points(each.maximum_hundredths),
            minimum=each.minimum,
            mark=form[mark_name(each)],
            comment=form[comment_name(each)],
            points={str(mark): mark_points(each, mark) for mark in each.marks},
        )
        for each in form.criteria
    ]


def differences(
    form: SheetForm, marks: Mapping[str, int | None], comments: Mapping[str, str]
) -> list[dict[str, str]]:
    """Return where what was typed differs from what was saved meanwhile."""
    found = []
    for each in form.criteria:
        kept = (marks.get(each.key), comments.get(each.key, ""))
        typed = (form.marks[each.key], form.comments[each.key])
        if typed != kept:
            found.append({"label": pick(each.label), "yours": said(*typed), "saved": said(*kept)})
    return found


def said(mark: int | None, comment: str) -> str:
    """Return a mark and its comment on one line."""
    shown = _("Not judged yet") if mark is None else str(mark)
    return f"{shown}. {comment}" if comment else shown


def weak_marks(lines: Sequence[Any]) -> list[str]:
    """Return the labels of the criteria whose mark is lower than what is enough."""
    return [
        pick(line.criterion.label) for line in lines if is_below_minimum(line.criterion, line.mark)
    ]
