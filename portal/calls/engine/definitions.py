"""Calls as data: reading their files and blueprints. No database, no request."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from portal import parse
from portal.calls.schemas.definitions import CallSchema
from portal.definitions import DefinitionError, read
from portal.errors import Invalid, declare, mark
from portal.grids.engine import (
    Grid,
    dump_grid,
    read_grid,
    require_answers,
)
from portal.i18n import lazy
from portal.questionnaires.engine import (
    Copy,
    Form,
    dump_form,
    municipality_keys,
    option_labels,
    read_form,
)

BLUEPRINTS = Path(__file__).parent.with_name("blueprints")
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
COLUMNS = (
    "title",
    "summary",
    "budget",
    "lowest_amount",
    "highest_amount",
    "names_hidden",
    "one_per_applicant",
)
# Exact numbers among the rules are kept as texts.
RULES = (
    "blueprint",
    "assessment_windows",
    "money",
    "ranked",
    "de_minimis",
    "cup",
    "programme_code",
    "procedure_term_days",
    "applicants",
    "territory",
    "eligibility",
    "representative_confirms",
    "signature_modes",
    "stamp_duty",
    "integration",
    "questions_close_days",
    "reminder_days",
    "office",
    "acts",
    "attachments",
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
            "The limits of the amount in the call and those in its form are not the same."
        ),
        "definition_no_amount": mark(
            "The form needs a question whose answer is the amount that is asked for."
        ),
        "definition_no_closing": mark("This call has no closing."),
    }
)


@dataclass(frozen=True)
class CallDefinition:
    """A call as its file describes it, checked as a whole."""

    code: str
    blueprint: str
    strand: str
    kind: str
    opens_at: datetime
    closes_at: datetime | None
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
        kind=found["kind"],
        opens_at=found["opens"],
        closes_at=found.get("closes"),
        threshold_hundredths=int(found["threshold"] * 100),
        form=form,
        grid=grid,
        columns={name: found.get(name) for name in COLUMNS},
        rules={name: _kept(found[name]) for name in RULES if name in found},
    )


def _kept(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _require_sense(found: Mapping[str, Any], form: Form) -> None:
    """Refuse parts that are right one by one and wrong together."""
    _require_window(found)
    if not 0 <= found["threshold"] <= HUNDRED:
        raise DefinitionError("call.threshold", "definition_range", least=0, most=100)
    if form.copied(Copy.TITLE) is None:
        raise DefinitionError("form", "definition_no_title")
    asked = form.copied(Copy.REQUESTED_AMOUNT)
    if asked is not None and asked.maximum != found.get("highest_amount"):
        raise DefinitionError("call.highest_amount", "definition_amounts")
    if asked is not None and asked.minimum != found.get("lowest_amount", asked.minimum):
        raise DefinitionError("call.lowest_amount", "definition_amounts")
    if asked is None and "money" in found:
        raise DefinitionError("call.money", "definition_no_amount")


def _require_window(found: Mapping[str, Any]) -> None:
    """Refuse a call that closes before it opens, and moments counted from no closing."""
    if "closes" in found:
        try:
            parse.require_order(found["opens"], found["closes"])
        except Invalid as error:
            raise DefinitionError("call.closes", error.code) from None
        return
    for index, moment in enumerate(found["sheet"]["timeline"]):
        if moment["when"] == "closes":
            raise DefinitionError(f"call.sheet.timeline[{index}].when", "definition_no_closing")
