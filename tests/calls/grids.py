"""A grid that says everything a grid may say, and what one types on the pages to build it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient

from tests.browse import submit
from tests.make_definitions import text

BASE = "/gestione/avvisi/avviso/griglia"
PLACE = "impact_place"
RICH: dict[str, Any] = {
    "criteria": [
        {
            "key": "kind",
            "kind": "automatic",
            "label": text("Tipo", "Type"),
            "help": text("Dal profilo.", "From the profile."),
            "weight": "10.00",
            "source": "organisation_type",
            "points": {"social_coop_b": "10.00", "aps": "6.00", "odv": "6.00"},
            "otherwise": "2.50",
        },
        {
            "key": "territory",
            "kind": "automatic",
            "label": text("Territorio", "Territory"),
            "weight": "10.00",
            "source": f"municipality_area:{PLACE}",
            "points": {"metropolitan": "7.00", "bologna": "6.00"},
            "extra": [
                {
                    "points": "3.00",
                    "label": text("Montagna", "Mountain"),
                    "municipalities": ["037059", "037062"],
                },
                {"points": "1.50", "label": {"it": "Pianura"}, "municipalities": ["037003"]},
            ],
        },
        {
            "key": "priority",
            "kind": "automatic",
            "label": {"it": "Priorità"},
            "weight": "5.00",
            "bonus": True,
            "source": f"priority_area:{PLACE}",
            "points": {"mountain": "5.00", "outskirts": "4.00"},
        },
        {
            "key": "sector",
            "kind": "automatic",
            "label": {"it": "Settore"},
            "weight": "10.00",
            "source": "answer:sector",
            "points": {"social_agriculture": "10.00", "tourism": "8.00"},
        },
        {
            "key": "jobs",
            "kind": "judged",
            "label": text("Lavoro", "Jobs"),
            "help": text("Quanti posti.", "How many jobs."),
            "weight": "40.00",
            "scale": 3,
            "guidance": [text(f"Voto {mark}", f"Mark {mark}") for mark in range(4)],
            "comment": "low",
            "minimum": 2,
            "veto": True,
            "abstain": False,
        },
        {
            "key": "money",
            "kind": "judged",
            "label": {"it": "Soldi"},
            "weight": "30.00",
            "scale": 5,
            "comment": False,
            "minimum": 3,
        },
        {
            "key": "young",
            "kind": "judged",
            "label": {"it": "Giovani"},
            "weight": "3.00",
            "bonus": True,
            "scale": 2,
        },
    ],
    "bonus_ceiling": "6.50",
    "tie_breakers": ["jobs:lowest", "requested_amount", "received_at"],
}


def shown(points: str) -> str:
    """Points as one types them."""
    return points.replace(".", ",")


def typed_of(criterion: Mapping[str, Any]) -> dict[str, Any]:
    """What one types and ticks on the page of a criterion."""
    typed: dict[str, Any] = {"action": "save", "weight": shown(criterion["weight"])}
    for name in ("label", "help"):
        for language, words in criterion.get(name, {}).items():
            typed[f"{name}_{language}"] = words
    for name in ("bonus", "veto"):
        if criterion.get(name):
            typed[name] = "y"
    kinds = {"automatic": automatic_of, "judged": judged_of}
    return typed | kinds[criterion["kind"]](criterion)


def automatic_of(criterion: Mapping[str, Any]) -> dict[str, Any]:
    """What one types of an automatic criterion."""
    typed = {"source": criterion["source"], "otherwise": shown(criterion.get("otherwise", ""))}
    for number, (word, points) in enumerate(criterion["points"].items()):
        typed |= {f"points-{number}-word": word, f"points-{number}-points": shown(points)}
    for number, extra in enumerate(criterion.get("extra", ())):
        typed[f"extra-{number}-points"] = shown(extra["points"])
        typed[f"extra-{number}-municipalities"] = extra["municipalities"]
        for language, words in extra["label"].items():
            typed[f"extra-{number}-{language}"] = words
    return typed


def judged_of(criterion: Mapping[str, Any]) -> dict[str, Any]:
    """What one types of a judged criterion."""
    rule = criterion.get("comment", "always")
    typed = {"scale": str(criterion["scale"]), "comment": "never" if rule is False else rule}
    if "minimum" in criterion:
        typed["minimum"] = str(criterion["minimum"])
    if criterion.get("abstain", True):
        typed["abstain"] = "y"
    for number, words in enumerate(criterion.get("guidance", ())):
        for language, told in words.items():
            typed[f"guidance-{number}-{language}"] = told
    return typed


def build(client: FlaskClient, grid: Mapping[str, Any], version: Any, instead_of: str) -> None:
    """Build a grid on the pages, criterion by criterion; `version` tells that of the call."""
    for criterion in grid["criteria"]:
        address = f"{BASE}/nuovo/{criterion['kind']}"
        typed = {"key": criterion["key"], **typed_of(criterion), "version": version()}
        send(client, address, typed)
    send(client, f"{BASE}/criteri/{instead_of}/elimina", {"version": version()})
    typed = {"bonus_ceiling": shown(grid["bonus_ceiling"]), "action": "save"}
    for number, key in enumerate(each for each in grid["tie_breakers"] if each != "received_at"):
        typed[f"breaker_{number}"] = key
    for criterion in grid["criteria"]:
        typed[f"weight_{criterion['key']}"] = shown(criterion["weight"])
    typed["version"] = version()
    send(client, BASE, typed)


def send(client: FlaskClient, address: str, typed: Mapping[str, Any]) -> None:
    """Save a page."""
    answer = submit(client, address, **typed)
    if answer.status_code != 303:
        raise AssertionError(f"{address}: {answer.get_data(as_text=True)}")
