"""What is typed in a score sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.errors import Invalid, InvalidMany
from portal.evaluation.engine import NOT_ASSESSABLE, NOTHING, Said, chosen, marks_for_page
from portal.grids.engine import (
    CommentRule,
    Grid,
    JudgedCriterion,
    format_points,
    is_below_minimum,
    mark_points,
)
from portal.grids.engine.scoring import LONGEST_COMMENT
from portal.i18n import _, lazy, pick
from portal.web import (
    AreaField,
    CarriedField,
    ChoiceField,
    PortalForm,
    TickField,
    VersionedForm,
    put_errors,
)

COMMENT = "_comment"


class SendForm(VersionedForm):
    """The confirmation, of the sheet as it was read."""


class VetoForm(SendForm):
    """The confirmation of a sheet that rules the application out."""

    confirms_veto = TickField(
        lazy("I confirm that these marks rule the application out"), required=True
    )


class SheetForm(PortalForm):
    """Marks and comments; the fields of each criterion are added by `sheet_form`.

    `version` is what the page knew of each criterion.
    """

    version = CarriedField()
    criteria: Sequence[JudgedCriterion] = ()

    @property
    def said(self) -> dict[str, Said]:
        """Return what is said of each criterion."""
        return {
            each.key: chosen(
                self[mark_name(each)].value or "", self[comment_name(each)].value or ""
            )
            for each in self.criteria
        }


def mark_name(criterion: JudgedCriterion) -> str:
    """Return the name of the field for a mark."""
    return f"mark_{criterion.key}"


def comment_name(criterion: JudgedCriterion) -> str:
    """Return the name of the field for a comment."""
    return f"comment_{criterion.key}"


def sheet_form(
    grid: Grid, standing: Mapping[str, Said], is_bound: bool = True, only: str | None = None
) -> SheetForm:
    """Return the form of a sheet as it stands, or of one criterion of it.

    A bound one takes what the request typed.
    """
    criteria = tuple(each for each in grid.judged if only in (None, each.key))
    fields: dict[str, Any] = {"criteria": criteria}
    shown: dict[str, Any] = {"version": marks_for_page(standing)}
    for criterion in criteria:
        label, said = pick(criterion.label), standing.get(criterion.key, NOTHING)
        fields[mark_name(criterion)] = ChoiceField(
            label, choices=options_of(criterion), required=False, radio=True
        )
        fields[comment_name(criterion)] = AreaField(
            _("Why this mark for “%(criterion)s”", criterion=label),
            required=False,
            limit=LONGEST_COMMENT,
            help=comment_help(criterion),
        )
        shown[mark_name(criterion)] = said.choice
        shown[comment_name(criterion)] = said.comment
    filled = type("FilledSheetForm", (SheetForm,), fields)
    return filled(data=shown) if is_bound else filled(formdata=None, data=shown)


def comment_help(criterion: JudgedCriterion) -> str:
    """Return when a comment is compulsory, in words."""
    if criterion.comment_rule is CommentRule.NEVER:
        return ""
    if criterion.comment_rule is CommentRule.ALWAYS:
        return _("Needed to send the scores.")
    if criterion.minimum:
        return _(
            "Needed with 0, with %(highest)s, below %(minimum)s and when it is not assessable.",
            highest=criterion.scale,
            minimum=criterion.minimum,
        )
    return _(
        "Needed with 0, with %(highest)s and when it is not assessable.", highest=criterion.scale
    )


def options_of(criterion: JudgedCriterion) -> list[tuple[str, str]]:
    """Return the marks with what each of them means; the first takes a mark back."""
    texts = [pick(text) for text in criterion.guidance]
    marks = [(str(mark), texts[mark] if texts else "") for mark in criterion.marks]
    abstention = [(NOT_ASSESSABLE, _("Not assessable"))] if criterion.allows_abstention else []
    return [
        ("", _("Not judged yet")),
        *((mark, f"{mark} - {t}" if t else mark) for mark, t in marks),
        *abstention,
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
    """What the page shows of a criterion: its texts, fields, and the points of each mark.

    `seen` is what the page knows of it; `points` is empty for a bonus, which adds to no total.
    """

    criterion: JudgedCriterion
    label: str
    help: str
    maximum: str
    rules: Sequence[str]
    mark: Any
    comment: Any
    points: Mapping[str, int]
    seen: str


def lines_of(form: SheetForm, standing: Mapping[str, Said]) -> list[Line]:
    """Return the criteria with their fields."""
    return [
        Line(
            criterion=each,
            label=pick(each.label),
            help=pick(each.help),
            maximum=format_points(each.maximum_hundredths),
            rules=rules_of(each),
            mark=form[mark_name(each)],
            comment=form[comment_name(each)],
            points={}
            if each.is_bonus
            else {str(mark): mark_points(each, mark) for mark in each.marks},
            seen=str(standing.get(each.key, NOTHING).seen),
        )
        for each in form.criteria
    ]


def rules_of(criterion: JudgedCriterion) -> list[str]:
    """Return what a mark does besides its points, said before it is given."""
    found = []
    if criterion.is_bonus:
        found.append(_("It is a bonus: it adds to the 100 points."))
    if criterion.is_veto and criterion.minimum:
        found.append(
            _(
                "Veto: a mark lower than %(mark)s rules the application out, whatever its total.",
                mark=criterion.minimum,
            )
        )
    elif criterion.minimum:
        found.append(_("A mark lower than %(mark)s is not enough.", mark=criterion.minimum))
    return found


def differences(form: SheetForm, standing: Mapping[str, Said]) -> list[dict[str, str]]:
    """Return where what was typed differs from what was saved meanwhile."""
    return [
        {
            "label": pick(each.label),
            "yours": read_out(form.said[each.key]),
            "saved": read_out(standing.get(each.key, NOTHING)),
        }
        for each in form.criteria
        if form.said[each.key] != standing.get(each.key, NOTHING)
    ]


def read_out(said: Said) -> str:
    """Return a mark and its comment on one line."""
    if said.is_not_assessable:
        shown = _("Not assessable")
    else:
        shown = _("Not judged yet") if said.mark is None else str(said.mark)
    return f"{shown}. {said.comment}" if said.comment else shown


def weak_marks(lines: Sequence[Any]) -> list[str]:
    """Return the labels of the criteria whose mark is lower than what is enough."""
    return [
        pick(line.criterion.label)
        for line in lines
        if is_below_minimum(line.criterion, line.mark) and not line.criterion.is_veto
    ]


def vetoes_in(lines: Sequence[Any]) -> list[str]:
    """Return the labels of the criteria whose mark rules the application out."""
    return [
        pick(line.criterion.label)
        for line in lines
        if is_below_minimum(line.criterion, line.mark) and line.criterion.is_veto
    ]
