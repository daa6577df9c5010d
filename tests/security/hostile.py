"""Texts that would run something if a page took them for more than text, and who typed them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.services import (
    attach_file,
    declare_inadmissible,
    start_check,
    submit_application,
)
from portal.calls.engine import load_blueprint
from portal.calls.models import Call
from portal.calls.services import import_call, publish_call
from portal.db import transaction
from portal.permissions import Role
from portal.registry.models import Applicant
from tests import dossiers, make
from tests.applications.stories import pdf
from tests.make_definitions import COMPLETE, FORM, GRID

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "bad_inputs.json"
DAY = timedelta(days=1)
_numbers = itertools.count(1)
LONGEST = 190  # a line may hold 200 characters
OURS = (
    "\"><svg onload=alert(3)>'><svg/onload=alert(4)>",
    "</title></textarea></script><script>alert(5)</script>",
    "' autofocus onfocus=alert(6) x='",
    "<a href=javascript:alert(7)>x</a><iframe srcdoc='<script>alert(8)</script>'>",
    "<meta http-equiv=refresh content='0; url=//evil.example'><base href=//evil.example>",
    "%(name)s %s {0} {{ config }} ${7*7} <%= 7*7 %>",
    "--><!--#exec cmd=id--> ]]> &lt;script&gt;alert(9)&lt;/script&gt;",
    "<style>*{background:url(//evil.example)}</style>",
)


def vectors() -> list[str]:
    """Return the free texts of the golden list that fit a line, and ours."""
    golden = [
        each["input"]
        for each in json.loads(GOLDEN.read_text(encoding="utf-8"))
        if each["field"] == "free_text" and each["expect"] == "accept"
    ]
    return [text for text in (*golden, *OURS) if len(text) <= LONGEST and text.isprintable()]


def packed() -> list[str]:
    """Return all of them in as few lines as hold them; `javascript:` stands at a beginning."""
    lines: list[str] = []
    rest = sorted(vectors(), key=lambda text: not text.startswith("javascript:"))
    for text in rest:
        home = next((n for n, line in enumerate(lines) if fits(line, text)), None)
        if home is None or text.startswith("javascript:"):
            lines.append(text)
        else:
            lines[home] += f" {text}"
    return lines


def fits(line: str, text: str) -> bool:
    """Tell whether a line has room for one more."""
    return len(line) + 1 + len(text) <= LONGEST


def people(text: str) -> dict[str, User]:
    """Return people whose very names are hostile."""
    return {
        "owner": make.user(name=text),
        "evaluator": make.user(Role.EVALUATOR, name=text),
        "other": make.user(Role.EVALUATOR, name=text),
        "staff": make.user(Role.STAFF, name=text),
        "admin": make.user(Role.ADMIN, name=text),
    }


def body(owner: User, text: str) -> Applicant:
    """Return a body with the text wherever a profile takes one."""
    typed = {"name": text, "address": text, "representative_name": text}
    return make.body(owner, **typed)


def hostile_call(text: str, staff: User, opens: datetime, closes: datetime) -> Call:
    """Return a published call with the text wherever its file has a sentence."""
    form = with_text(FORM, text)
    form["sections"][0]["questions"][0]["limit"] = 200
    written = {"code": f"ostile-{next(_numbers)}", "form": form, "grid": with_text(GRID, text)}
    written |= {"opens": opens, "closes": closes, "one_per_applicant": False}
    written["representative_confirms"] = False
    definition = with_text(load_blueprint("social-innovation"), text) | written
    call = import_call(definition, staff)
    with clock.at(opens - DAY):
        publish_call(call, staff)
    return call


def with_text(rules: Any, text: str) -> Any:
    """Return rules whose every Italian sentence is the text."""
    if isinstance(rules, Mapping):
        return {
            key: text if key in {"it", "en"} else with_text(value, text)
            for key, value in rules.items()
        }
    return [with_text(each, text) for each in rules] if isinstance(rules, list) else rules


def draft(call: Call, applicant: Applicant, owner: User, text: str) -> Application:
    """Return a draft whose texts and file are hostile, with nothing missing."""
    project = {**COMPLETE["project"], "project_title": [text], "description": [text]}
    application = dossiers.filled_in(call, applicant, owner, project=project)
    attach_file(application, "budget", pdf(), "bilancio.pdf", owner)
    with transaction():
        application.attachments[0].file.name = text
    return application


def sent(call: Call, owner: User, text: str) -> Application:
    """Return what a new body sent before the call closed."""
    with clock.at(call.closes_at - timedelta(hours=1)):
        application = draft(call, body(owner, text), owner, text)
        submit_application(application, owner, f"hostile{application.id:08}", clock.now())
    return application


def open_call(text: str, staff: User) -> Call:
    """Return a call that takes applications."""
    return hostile_call(text, staff, clock.now() - 9 * DAY, clock.now() + 9 * DAY)


def closed_call(text: str, staff: User) -> Call:
    """Return a call that closed yesterday."""
    return hostile_call(text, staff, clock.now() - 9 * DAY, clock.now() - DAY)


def judge(
    application: Application, who: Mapping[str, User], text: str, admits: bool = True
) -> Application:
    """Check an application with the text as every reason; admit it to two evaluators, or not."""
    dossiers.check(application, who["staff"], text)
    if admits:
        dossiers.admit(application, who["staff"], [who["evaluator"], who["other"]])
    else:
        declare_inadmissible(application, who["staff"], text)
    return application


def history(text: str) -> tuple[dict[str, User], Application]:
    """Let the text go through all that a call sees; return who did, and what is under check."""
    who = people(text)
    owner = who["owner"]
    draft(open_call(text, who["staff"]), body(owner, text), owner, text)
    call, ranked = closed_call(text, who["staff"]), closed_call(text, who["staff"])
    checking = sent(call, owner, text)
    start_check(checking, who["staff"])
    judge(sent(call, owner, text), who, text, admits=False)
    half = judge(sent(call, owner, text), who, text)
    dossiers.score(half, who["evaluator"], text, sends=False)
    dossiers.score(half, who["other"], text)
    whole = judge(sent(ranked, owner, text), who, text)
    for evaluator in (who["evaluator"], who["other"]):
        dossiers.score(whole, evaluator, text)
    dossiers.rank(ranked, who["staff"])
    return who, checking
