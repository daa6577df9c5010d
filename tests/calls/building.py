"""A draft whose form says everything a form can say, and what one types to build it on pages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from flask.testing import FlaskClient

from portal.calls import engine, services
from portal.calls.models import Call
from portal.permissions import Role
from portal.questionnaires.engine import GROUPS, OPERATIONS, dump_form, read_form, to_rows
from tests import make
from tests.browse import submit

BASE = "/gestione/avvisi/prova/modulo"
TEXTS = ("label", "title", "help", "message")
GRID = {
    "criteria": [
        {"key": "idea", "kind": "judged", "label": {"it": "Idea"}, "weight": "100", "scale": 5}
    ]
}
RICH: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "rich_form.yaml").read_text(encoding="utf-8")
)
WHOLE = dump_form(read_form(RICH))


def draft(form: Mapping[str, Any] = RICH, **changes: Any) -> Call:
    """A draft with this form, whose criteria look at no answer."""
    definition = {**engine.load_blueprint("labour-intermediaries"), "code": "prova"}
    model = {"key": "model", "title": {"it": "Modello"}, "kind": "template"}
    facts = {"form": form, "grid": GRID, "attachments": [model], **changes}
    kept = {name: value for name, value in facts.items() if value is not None}
    return services.import_call({**definition, **kept}, make.user(Role.STAFF))


def start() -> dict[str, Any]:
    """The form to begin with: two questions that the call asks for."""
    first = RICH["sections"][0]
    kept = [first["questions"][0], first["questions"][-1]]
    return {"sections": [{"key": "start", "title": {"it": "Prima"}, "questions": kept}]}


def typed_of(part: Mapping[str, Any]) -> dict[str, Any]:
    """What one types on the page of a section, a question, a column or a check."""
    typed: dict[str, Any] = {"action": "save"}
    for name, value in {"required": True, **part}.items():
        if name not in ("columns", "questions"):
            typed |= typed_property(name, value)
    return typed


def typed_property(name: str, value: Any) -> dict[str, Any]:
    """What one types for one property; a box that is not ticked is not sent."""
    if name in TEXTS:
        return {f"{name}_{language}": text for language, text in value.items()}
    if name in ("visible_if", "when"):
        return tree(name, value, GROUPS)
    if name in ("formula", "left", "right"):
        return tree(name, value, OPERATIONS)
    if name == "options":
        return options(value)
    if name in ("minimum", "maximum"):
        return {name: value.replace(".", ",")}
    return {name: "y" if value is True else value} if value is not False else {}


def options(found: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The lines of options."""
    typed = {}
    for number, each in enumerate(found):
        for name, text in {"key": each["key"], **each["label"]}.items():
            typed[f"options-{number}-{name}"] = text
    return typed


def tree(prefix: str, node: Any, names: Any) -> dict[str, Any]:
    """The lines of a condition or formula."""
    how, rows = to_rows(node, names)
    typed: dict[str, Any] = {f"{prefix}-how": how}
    for number, row in enumerate(rows):
        cells = {"what": f"g:{row.how}"} if row.how else leaf(row.leaf)
        for name, text in {"depth": str(row.depth), **cells}.items():
            typed[f"{prefix}-{number}-{name}"] = text
    return typed


def leaf(found: Any) -> dict[str, Any]:
    """The controls of one line."""
    if isinstance(found, str):
        return {"what": "n:", "number": found.replace(".", ",")}
    subject = {name: found[name] for name in ("question", "column", "profile") if name in found}
    rest = {name: value for name, value in found.items() if name not in subject}
    match subject:
        case {"question": question, "column": column}:
            what = f"t:{question}.{column}"
        case {"question": question}:
            what = f"q:{question}"
        case {"column": column}:
            what = f"c:{column}"
        case {"profile": fact}:
            what = f"p:{fact}"
        case _:
            return {"what": f"r:{found['rows']}"}
    for compare, value in rest.items():
        return {"what": what, "compare": compare, "value": typed_value(subject, value)}
    return {"what": what}


def typed_value(subject: Mapping[str, Any], value: Any) -> Any:
    """The value of a comparison as one types or chooses it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if subject.get("question") == "day":
        return "/".join(reversed(value.split("-")))
    return value.replace(".", ",") if isinstance(value, str) else value


def build(client: FlaskClient, wanted: Mapping[str, Any]) -> None:
    """Build what is missing on the pages, as a person would, part by part."""
    for section in wanted["sections"]:
        key, (first, *others) = section["key"], section["questions"]
        if key != "start":
            given = {**typed_of(section), "label_it": first["label"]["it"]}
            send(client, f"{BASE}/sezioni/nuova", given)
        send(client, f"{BASE}/sezioni/{key}", typed_of(section))
        send(client, f"{BASE}/domande/{first['key']}", typed_of(first))
        before = first["key"]
        for question in others:
            if question["key"] != "amount":
                add_question(client, f"{BASE}/sezioni/{key}/nuova?dopo={before}", question)
                before = question["key"]
    for check in wanted["checks"]:
        send(client, f"{BASE}/controlli/nuovo", typed_of(check))


def add_question(client: FlaskClient, address: str, question: Mapping[str, Any]) -> None:
    """Add a question, and the columns of a table one by one."""
    first, *others = question.get("columns", [{}])
    heading = {"column_it": first["label"]["it"]} if first else {}
    send(client, f"{address}&tipo={question['type']}", {**typed_of(question), **heading})
    table = f"{BASE}/domande/{question['key']}/colonne"
    if first:
        send(client, f"{table}/{first['key']}", typed_of(first))
    for column in others:
        send(client, table, typed_of(column))


def send(client: FlaskClient, address: str, typed: Mapping[str, Any]) -> None:
    """Save a page."""
    answer = submit(client, address, **typed)
    if answer.status_code != 303:
        raise AssertionError(f"{address}: {answer.get_data(as_text=True)}")
