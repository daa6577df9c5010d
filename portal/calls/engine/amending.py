"""What an amendment may change in a published call, and what it changed, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.calls.engine.windows import keeps_past
from portal.errors import Invalid, declare, mark
from portal.i18n import _, format_amount, lazy, pick

Change = dict[str, Any]

# Fixed once applications may be written: the criteria by law, the window but for an extension.
FIXED: Mapping[str, Any] = {
    "code": lazy("the code"),
    "strand": lazy("the strand"),
    "blueprint": lazy("the blueprint"),
    "kind": lazy("whether the call has a window"),
    "opens": lazy("the opening"),
    "closes": lazy("the closing: extend the call instead"),
    "threshold": lazy("the points that are needed"),
    "grid": lazy("the evaluation criteria"),
    "ranked": lazy("whether there is a ranking"),
    "evaluation": lazy("how the evaluation works"),
    "money": lazy("the budget line"),
    "one_per_applicant": lazy("how many applications each may send"),
}
TEXTS: Mapping[str, Any] = {
    "title": lazy("the title"),
    "summary": lazy("the summary"),
    "applicants": lazy("who may apply"),
    "territory": lazy("where applicants must be"),
    "eligibility": lazy("the questions of “can I apply?”"),
    "assessment_windows": lazy("the windows of assessment"),
    "integration": lazy("how integrations are asked for"),
    "signature_modes": lazy("how an application is signed"),
    "representative_confirms": lazy("whether the legal representative confirms"),
    "stamp_duty": lazy("the stamp duty"),
    "de_minimis": lazy("whether the aid is de minimis"),
    "cup": lazy("the CUP"),
    "programme_code": lazy("the code of the programme"),
    "questions_close_days": lazy("until when questions are answered"),
    "reminder_days": lazy("when drafts are reminded"),
    "attachments": lazy("the documents of the call"),
    "acts": lazy("the acts"),
    "names_hidden": lazy("whether names are published"),
    "procedure_term_days": lazy("the term of the procedure"),
    "office": lazy("the office and its contacts"),
    "privacy": lazy("the privacy notice"),
    "checklist": lazy("the formal check"),
    "sheet.audience": lazy("who it is for"),
    "sheet.description": lazy("the description"),
    "sheet.how_to": lazy("how to apply"),
    "sheet.needed": lazy("what is needed"),
    "sheet.obtained": lazy("what is obtained"),
    "sheet.timeline": lazy("times and deadlines"),
    "sheet.conditions": lazy("the conditions"),
    "sheet.documents": lazy("the list of documents"),
    "sheet.topics": lazy("the topics"),
    "form.checks": lazy("the checks between answers"),
    "form.order": lazy("the order of the questions"),
}
AMOUNTS: Mapping[str, Any] = {
    "budget": lazy("Money available"),
    "highest_amount": lazy("The most one can ask for"),
    "lowest_amount": lazy("The least one can ask for"),
}
PARTS: Mapping[str, Any] = {
    "label": lazy("its words"),
    "help": lazy("its help"),
    "required": lazy("whether it must be answered"),
    "options": lazy("the options"),
    "type": lazy("the kind of answer"),
    "visible_if": lazy("when it is asked"),
    "readers": lazy("who reads the answer"),
    "identifies": lazy("whether it says who applies"),
    "columns": lazy("the columns"),
    "formula": lazy("how it is computed"),
}

declare(
    {
        "amendment_fixed": mark(
            "An amendment can't change %(part)s. Everything else of the file is as you wrote it."
        ),
        "amendment_windows": mark(
            "Windows of assessment that have ended stay as they are; new ones come after them."
        ),
    }
)


def require_amendable(
    before: Mapping[str, Any], after: Mapping[str, Any], instant: datetime
) -> None:
    """Refuse an amendment of what stands fixed since publication."""
    for key, label in FIXED.items():
        if before.get(key) != after.get(key):
            raise Invalid("amendment_fixed", "file", part=str(label))
    old, new = before.get("assessment_windows", []), after.get("assessment_windows", [])
    if old != new and not keeps_past(old, new, instant):
        raise Invalid("amendment_windows", "file")


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return what differs between two calls as data: amounts, texts, then the form."""
    found: list[Change] = []
    for key in AMOUNTS:
        if _money(before.get(key)) != _money(after.get(key)):
            found.append({"what": key, "before": before.get(key), "after": after.get(key)})
    texts = [_flat(each) for each in (before, after)]
    found += [
        {"what": "text", "part": key} for key in TEXTS if texts[0].get(key) != texts[1].get(key)
    ]
    return [*found, *_form_changes(before["form"], after["form"])]


def _money(text: Any) -> Decimal | None:
    return None if text is None else Decimal(text)


def _flat(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of a call by their names in TEXTS."""
    sheet = {f"sheet.{key}": value for key, value in definition.get("sheet", {}).items()}
    form = definition["form"]
    return {**definition, **sheet, "form.checks": form.get("checks", [])}


def _questions(form: Mapping[str, Any]) -> Iterable[tuple[Any, Any]]:
    return (
        (section, question) for section in form["sections"] for question in section["questions"]
    )


def _form_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    old = {question["key"]: (section, question) for section, question in _questions(before)}
    new = {question["key"]: (section, question) for section, question in _questions(after)}
    found = [
        {"what": "question_gone", "key": key, "name": question["label"]}
        for key, (_section, question) in old.items()
        if key not in new
    ]
    for key, (section, question) in new.items():
        named = {"key": key, "name": question["label"], "section": section["title"]}
        if key not in old:
            found.append({"what": "question_added", **named})
        elif old[key][1] != question:
            parts = _parts(old[key][1], question)
            found.append({"what": "question_changed", **named, "parts": parts})
    if [key for key in old if key in new] != [key for key in new if key in old]:
        found.append({"what": "text", "part": "form.order"})
    return [*found, *_section_changes(before, after)]


def _parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return which parts of a question differ; what has no name of its own is a limit."""
    keys = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    return sorted({key if key in PARTS else "limits" for key in keys})


def _section_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    own = ("title", "help", "visible_if")
    old = {each["key"]: [each.get(name) for name in own] for each in before["sections"]}
    return [
        {"what": "section_changed", "name": each["title"]}
        for each in after["sections"]
        if each["key"] in old and old[each["key"]] != [each.get(name) for name in own]
    ]


def change_text(change: Change) -> str:
    """Return one change as a sentence of the reader's language."""
    what, name = change["what"], pick(change.get("name"))
    if what in AMOUNTS:
        amounts = [_amount(change[side]) for side in ("before", "after")]
        facts = {"name": str(AMOUNTS[what]), "before": amounts[0], "after": amounts[1]}
        return _("%(name)s: from %(before)s to %(after)s.", **facts)
    if what == "text":
        return _("Changed: %(name)s.", name=str(TEXTS[change["part"]]))
    if what == "question_gone":
        return _("The question “%(name)s” is no longer asked.", name=name)
    if what == "question_added":
        section = pick(change["section"])
        return _("New question in “%(section)s”: “%(name)s”.", name=name, section=section)
    if what == "section_changed":
        return _("The title or the words of the section “%(name)s” have changed.", name=name)
    parts = ", ".join(str(PARTS.get(part, _("its limits"))) for part in change["parts"])
    return _("The question “%(name)s” has changed: %(parts)s.", name=name, parts=parts)


def _amount(text: Any) -> str:
    return _("none") if text is None else format_amount(Decimal(text))
