"""What a call says to a reader: office, texts, timeline, criteria, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any

from portal import clock
from portal.calls.engine.definitions import AREA_LABELS
from portal.calls.engine.rules import (
    SIGNATURE_LABELS,
    integration_of,
    is_rolling,
    representative_confirms,
    signature_modes_of,
    stamp_duty_of,
    territory_of,
)
from portal.calls.schemas.procedure import Territory
from portal.grids.engine import (
    Area,
    AutomaticCriterion,
    Grid,
    JudgedCriterion,
    cached_grid,
    format_points,
    to_hundredths,
)
from portal.i18n import (
    format_amount,
    format_date,
    format_instant,
    gettext,
    in_language,
    lazy,
    ngettext,
    pick,
)
from portal.questionnaires.engine import Form, cached_form, option_labels
from portal.registry.engine import MUNICIPALITIES, ORGANISATION_LABELS


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


def call_facts(call: Any, language: str) -> dict[str, Any]:
    """What every mail about a call says of it, in the language of its reader."""
    with in_language(language):
        return {"call_title": pick(call.title), "office": office_of(call)}


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
    """What happens when; the latest moment that has passed is the current one.

    In a rolling call days count from the sending: such moments come last and have no date.
    """
    items = call.rules.get("sheet", {}).get("timeline", ())
    dated: list[tuple[Any, datetime | date]] = []
    counted: list[tuple[Any, int]] = []
    for item in items:
        moment = _moment(call, item["when"])
        if isinstance(moment, int):
            counted.append((item, moment))
        else:
            dated.append((item, moment))
    dated.sort(key=lambda pair: _begin(pair[1]))
    passed = sum(_begin(moment) <= clock.now() for _, moment in dated)
    events = [_event(item, moment, place - passed) for place, (item, moment) in enumerate(dated)]
    counted.sort(key=itemgetter(1))
    return events + [_counted(item, days) for item, days in counted]


def _moment(call: Any, when: str | int) -> datetime | date | int:
    if isinstance(when, str):
        instant: datetime = call.opens_at if when == "opens" else call.closes_at
        return instant
    return when if is_rolling(call) else clock.rome_date(call.closes_at) + timedelta(days=when)


def _begin(moment: datetime | date) -> datetime:
    if isinstance(moment, datetime):
        return moment
    return clock.midnight(moment)


def _event(item: Mapping[str, Any], moment: datetime | date, to_next: int) -> Event:
    if isinstance(moment, datetime):
        when, iso = format_instant(moment), clock.to_rome(moment).isoformat()
    else:
        when, iso = format_date(moment), moment.isoformat()
    state = "future" if to_next >= 0 else "current" if to_next == -1 else "past"
    return Event(when, iso, pick(item["title"]), pick(item.get("text")), state)


def _counted(item: Mapping[str, Any], days: int) -> Event:
    when = ngettext("%(num)s day after you send", "%(num)s days after you send", days)
    return Event(when, "", pick(item["title"]), pick(item.get("text")), "future")


def texts_of(call: Any, part: str) -> list[str]:
    """The texts under one heading of the service sheet: `audience`, `needed`, `conditions`…"""
    return [pick(text) for text in call.rules.get("sheet", {}).get(part, ())]


TERRITORY_SENTENCES = {
    Territory.METROPOLITAN: lazy(
        "The seat or the home must be in the metropolitan city of Bologna."
    ),
    Territory.BOLOGNA: lazy("The seat or the home must be in the municipality of Bologna."),
}


def asked_of(call: Any) -> list[str]:
    """What the call asks beside the form: seat, confirmation, signature, stamp duty, answers."""
    found = []
    if territory_of(call) in TERRITORY_SENTENCES:
        found.append(str(TERRITORY_SENTENCES[territory_of(call)]))
    if representative_confirms(call):
        found.append(
            gettext("The legal representative confirms the application before it is sent.")
        )
    modes = [str(SIGNATURE_LABELS[mode]) for mode in signature_modes_of(call)]
    if modes:
        found.append(gettext("The application has to be signed: %(ways)s.", ways="; ".join(modes)))
    duty = stamp_duty_of(call)
    if duty is not None:
        shown = format_amount(duty)
        found.append(gettext("Stamp duty of %(amount)s, unless the law frees you.", amount=shown))
    days = integration_of(call).days
    found.append(
        gettext("If something has to be completed you have %(days)s days to answer.", days=days)
    )
    return found


@dataclass(frozen=True)
class CriterionText:
    """A criterion as the public page explains it; `lines` says how its points are given."""

    label: str
    help: str
    weight: str
    is_judged: bool
    lines: list[str]
    is_bonus: bool = False


def criteria_of(call: Any, areas: Iterable[Area] = ()) -> list[CriterionText]:
    """The criteria of evaluation, in the reader's language.

    A published grid holds its priority areas; `areas` are those of the table, for a draft.
    """
    labels, grid = option_labels(form_of(call)), grid_of(call)
    known = {each.key: each for each in (*areas, *grid.areas)}
    return [
        CriterionText(
            label=pick(criterion.label),
            help=pick(criterion.help),
            weight=format_points(criterion.maximum_hundredths),
            is_judged=criterion.is_judged,
            is_bonus=criterion.is_bonus,
            lines=_judged_lines(criterion)
            if isinstance(criterion, JudgedCriterion)
            else _automatic_lines(criterion, _words_of(criterion, labels, known)),
        )
        for criterion in grid.criteria
    ]


def _judged_lines(criterion: JudgedCriterion) -> list[str]:
    lines = [f"{mark}: {pick(text)}" for mark, text in enumerate(criterion.guidance)]
    if criterion.is_veto:
        lines.append(gettext("A mark below %(least)s excludes.", least=criterion.minimum))
    elif criterion.minimum is not None:
        lines.append(gettext("At least a %(least)s is needed.", least=criterion.minimum))
    return lines


def _words_of(
    criterion: AutomaticCriterion, labels: Mapping[str, Any], areas: Mapping[str, Area]
) -> Mapping[str, Any]:
    """What the words that points are given for say; an area not in the table says its key."""
    if criterion.is_by_area:
        return {x: area_text(areas[x]) if x in areas else x for x in criterion.points}
    return labels.get(criterion.question_key) or {**ORGANISATION_LABELS, **AREA_LABELS}


def area_text(area: Area) -> str:
    """A priority area with the names of its municipalities."""
    names = ", ".join(sorted(MUNICIPALITIES[code].name for code in area.municipalities))
    return f"{pick(area.label)} ({names})" if names else pick(area.label)


def _automatic_lines(criterion: AutomaticCriterion, words: Mapping[str, Any]) -> list[str]:
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
