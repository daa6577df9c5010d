"""Calls as data: reading a file, and what its texts say to a reader. No database, no request."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from portal import clock, parse
from portal.calls.schemas.definitions import CallSchema
from portal.definitions import DefinitionError, read
from portal.errors import Invalid, declare, mark
from portal.grids.engine import (
    AutomaticCriterion,
    Grid,
    JudgedCriterion,
    cached_grid,
    dump_grid,
    format_points,
    read_grid,
    require_answers,
    to_hundredths,
)
from portal.i18n import format_date, format_instant, gettext, lazy, pick
from portal.questionnaires.engine import (
    Copy,
    Form,
    cached_form,
    dump_form,
    municipality_keys,
    option_labels,
    read_form,
)
from portal.registry.engine import ORGANISATION_LABELS

BLUEPRINTS = Path(__file__).with_name("blueprints")
LARGEST_FILE = 300_000
HUNDRED = Decimal(100)

STRAND_LABELS: Mapping[str, Any] = {
    "social": lazy("Social innovation"),
    "self_employment": lazy("Self-employment"),
}

DEFAULT_TERM_DAYS = 90

AREA_LABELS: Mapping[str, Any] = {
    "bologna": lazy("Municipality of Bologna"),
    "metropolitan": lazy("Other municipalities of the metropolitan city"),
}

# What a file says: kept in columns of the same name, and in `rules`, which SQL never looks into.
COLUMNS = ("title", "summary", "budget", "highest_amount", "names_hidden", "one_per_applicant")
RULES = (
    "blueprint",
    "applicants",
    "procedure_term_days",
    "office",
    "sheet",
    "privacy",
    "checklist",
)

declare(
    {
        "definition_yaml": mark("This is not valid YAML: look at line %(line)s."),
        "definition_size": mark("The file is too large to be the file of a call."),
        "definition_no_title": mark(
            "The form needs a question whose answer is the title of the application."
        ),
        "definition_amounts": mark(
            "The highest amount of the call and the maximum in its form are not the same."
        ),
    }
)


@dataclass(frozen=True)
class CallDefinition:
    """A call as its file describes it, checked as a whole."""

    code: str
    blueprint: str
    strand: str
    opens_at: datetime
    closes_at: datetime
    threshold_hundredths: int
    form: Form
    grid: Grid
    columns: Mapping[str, Any]
    rules: Mapping[str, Any]

    @property
    def form_definition(self) -> dict[str, Any]:
        """The form as data, the same for two files that mean the same."""
        return dump_form(self.form)

    @property
    def grid_definition(self) -> dict[str, Any]:
        """The grid as data, the same for two files that mean the same."""
        return dump_grid(self.grid)


class _Loader(yaml.SafeLoader):
    """YAML without surprises: dates and codes stay texts, `no` is a word, no key comes twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise DefinitionError(
                    f"line {key.start_mark.line + 1}", "definition_repeated", name=key.value
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"(true|false)\Z", "tf"),
    ("int", r"-?(0|[1-9][0-9]*)\Z", "-0123456789"),
    ("null", r"(~|null|)\Z", ["~", "n", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), [*_first])


def read_yaml(text: str) -> dict[str, Any]:
    """The mapping that a call's file holds; DefinitionError says where it is no YAML."""
    if len(text) > LARGEST_FILE:
        raise DefinitionError("call", "definition_size")
    try:
        found = yaml.load(text, Loader=_Loader)  # noqa: S506  a SafeLoader, narrowed  # nosec B506
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        line = place.line + 1 if place else 1
        raise DefinitionError("call", "definition_yaml", line=line) from None
    if not isinstance(found, dict):
        raise DefinitionError("call", "definition_mapping")
    return found


def blueprint_names() -> list[str]:
    """The names of the blueprints that come with the portal."""
    return sorted(path.stem for path in BLUEPRINTS.glob("*.yaml"))


def load_blueprint(name: str) -> dict[str, Any]:
    """The mapping of a blueprint, whole: ready to be changed and imported."""
    if name not in blueprint_names():
        known = ", ".join(blueprint_names())
        raise DefinitionError("call.based_on", "definition_choice", choices=known)
    return complete(read_yaml((BLUEPRINTS / f"{name}.yaml").read_text(encoding="utf-8")))


def complete(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The definition with everything that it leaves to the blueprint it is based on."""
    own = {name: value for name, value in definition.items() if name != "based_on"}
    if "based_on" not in definition:
        return own
    return _merge(load_blueprint(str(definition["based_on"])), own)


def _merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one mapping over another, part by part; lists and texts by language are replaced."""
    merged = dict(under)
    for name, value in over.items():
        below = merged.get(name)
        if isinstance(value, Mapping) and isinstance(below, Mapping) and "it" not in below:
            merged[name] = _merge(below, value)
        else:
            merged[name] = value
    return merged


def read_call(source: str | Mapping[str, Any]) -> CallDefinition:
    """The call that a file's text, or its mapping, describes; DefinitionError names the path."""
    mapping = read_yaml(source) if isinstance(source, str) else source
    found = read(CallSchema, complete(mapping), "call")
    form, grid = read_form(found["form"]), read_grid(found["grid"])
    require_answers(grid, option_labels(form), municipality_keys(form))
    _require_sense(found, form)
    return CallDefinition(
        code=found["code"],
        blueprint=found["blueprint"],
        strand=found["strand"],
        opens_at=found["opens"],
        closes_at=found["closes"],
        threshold_hundredths=int(found["threshold"] * 100),
        form=form,
        grid=grid,
        columns={name: found.get(name) for name in COLUMNS},
        rules={name: found[name] for name in RULES},
    )


def _require_sense(found: Mapping[str, Any], form: Form) -> None:
    """Refuse parts that are right one by one and wrong together."""
    try:
        parse.require_order(found["opens"], found["closes"])
    except Invalid as error:
        raise DefinitionError("call.closes", error.code) from None
    if not 0 <= found["threshold"] <= HUNDRED:
        raise DefinitionError("call.threshold", "definition_range", least=0, most=100)
    if form.copied(Copy.TITLE) is None:
        raise DefinitionError("form", "definition_no_title")
    asked = form.copied(Copy.REQUESTED_AMOUNT)
    if asked is not None and asked.maximum != found.get("highest_amount"):
        raise DefinitionError("call.highest_amount", "definition_amounts")


def form_of(call: Any) -> Form:
    """The call's form; read once for each content."""
    return cached_form(call.form_definition.definition)


def grid_of(call: Any) -> Grid:
    """The call's scoring grid; read once for each content."""
    return cached_grid(call.grid_definition.definition)


def checklist_of(call: Any) -> list[tuple[str, str]]:
    """The items of the formal check: key, and text in the reader's language."""
    return [(item["key"], pick(item["text"])) for item in call.rules.get("checklist", ())]


def threshold_of(call: Any) -> str:
    """The points that are needed, as they are written."""
    return format_points(call.threshold_hundredths)


def eligible_types(call: Any) -> frozenset[str]:
    """The types of organisation that may apply."""
    return frozenset(call.rules.get("applicants", ()))


def term_of(call: Any) -> int:
    """Within how many days from the closing the procedure must end."""
    return int(call.rules.get("procedure_term_days", DEFAULT_TERM_DAYS))


def decision_due_on(call: Any) -> date:
    """The last day for the decision."""
    return clock.rome_date(call.closes_at) + timedelta(days=term_of(call))


@dataclass(frozen=True)
class Office:
    """Who answers for the call, in the reader's language; what is not known is empty."""

    name: str = ""
    owner: str = ""
    email: str = ""
    certified_email: str = ""
    phone: str = ""
    address: str = ""
    hours: str = ""


def office_of(call: Any) -> Office:
    """The competent office and the procedure owner."""
    return Office(**{name: _said(value) for name, value in call.rules.get("office", {}).items()})


def _said(value: Any) -> str:
    return pick(value) if isinstance(value, Mapping) else str(value)


@dataclass(frozen=True)
class PrivacyNotice:
    """The notice read before an application is started: (title, text) chapters."""

    version: str
    sections: tuple[tuple[str, str], ...]


def privacy_notice_of(call: Any) -> PrivacyNotice:
    """The call's privacy notice, in the reader's language."""
    notice = call.rules.get("privacy", {})
    chapters = ((pick(x["title"]), pick(x["text"])) for x in notice.get("sections", ()))
    return PrivacyNotice(notice.get("version", "1"), tuple(chapters))


@dataclass(frozen=True)
class Event:
    """One moment of the timeline, as the macro of that name shows it."""

    when: str
    iso: str
    title: str
    text: str
    state: str


def timeline_of(call: Any) -> list[Event]:
    """What happens when; the latest moment that has passed is the current one."""
    moments = [
        (item, _moment(call, item["when"])) for item in call.rules.get("sheet", {})["timeline"]
    ]
    moments.sort(key=lambda pair: _begin(pair[1]))
    passed = sum(_begin(moment) <= clock.now() for _, moment in moments)
    return [_event(item, moment, index - passed) for index, (item, moment) in enumerate(moments)]


def _moment(call: Any, when: str | int) -> datetime | date:
    if isinstance(when, str):
        instant: datetime = call.opens_at if when == "opens" else call.closes_at
        return instant
    return clock.rome_date(call.closes_at) + timedelta(days=when)


def _begin(moment: datetime | date) -> datetime:
    if isinstance(moment, datetime):
        return moment
    return clock.from_rome(datetime.combine(moment, datetime.min.time()))


def _event(item: Mapping[str, Any], moment: datetime | date, to_next: int) -> Event:
    if isinstance(moment, datetime):
        when, iso = format_instant(moment), clock.to_rome(moment).isoformat()
    else:
        when, iso = format_date(moment), moment.isoformat()
    return Event(
        when=when,
        iso=iso,
        title=pick(item["title"]),
        text=pick(item.get("text")),
        state="future" if to_next >= 0 else "current" if to_next == -1 else "past",
    )


def texts_of(call: Any, part: str) -> list[str]:
    """The texts under one heading of the service sheet: `audience`, `needed`, `conditions`…"""
    return [pick(text) for text in call.rules.get("sheet", {}).get(part, ())]


@dataclass(frozen=True)
class CriterionText:
    """A criterion as the public page explains it; `lines` says how its points are given."""

    label: str
    help: str
    weight: str
    is_judged: bool
    lines: list[str]


def criteria_of(call: Any) -> list[CriterionText]:
    """The criteria of evaluation, in the reader's language."""
    labels = option_labels(form_of(call))
    return [
        CriterionText(
            label=pick(criterion.label),
            help=pick(criterion.help),
            weight=format_points(criterion.maximum_hundredths),
            is_judged=criterion.is_judged,
            lines=_judged_lines(criterion)
            if isinstance(criterion, JudgedCriterion)
            else _automatic_lines(criterion, labels.get(criterion.question_key, {})),
        )
        for criterion in grid_of(call).criteria
    ]


def _judged_lines(criterion: JudgedCriterion) -> list[str]:
    return [f"{mark}: {pick(text)}" for mark, text in enumerate(criterion.guidance)]


def _automatic_lines(criterion: AutomaticCriterion, options: Mapping[str, Any]) -> list[str]:
    words = {**ORGANISATION_LABELS, **AREA_LABELS} if not options else options
    lines = [
        (_said(words[word]), format_points(to_hundredths(points)))
        for word, points in sorted(criterion.points.items(), key=lambda pair: -pair[1])
    ]
    lines += [
        (pick(extra.label), f"+{format_points(to_hundredths(extra.points))}")
        for extra in criterion.extra
    ]
    if criterion.otherwise:
        lines.append((gettext("All others"), format_points(to_hundredths(criterion.otherwise))))
    return [f"{label}: {points}" for label, points in lines]
