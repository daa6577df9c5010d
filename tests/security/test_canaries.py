"""What each role must not learn is planted as words that stand nowhere else, and looked for."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.services import submit_application
from portal.calls.models import Call
from portal.calls.services import publish_call
from portal.evaluation.queries import get_sheet
from portal.evaluation.services import send_sheet
from portal.operations.services import work_once
from portal.permissions import Role
from tests import dossiers, make
from tests.browse import words
from tests.conftest import rolled_back
from tests.make_definitions import COMPLETE
from tests.security.walking import Visit, walk

pytestmark = [pytest.mark.database, pytest.mark.uncounted]

NAME, TITLE, ANSWER = "Zanzibarina", "Zibibboteca", "Zufolerebbe"
PRIVATE = ("Zoccolanti", "zigomatica", "3339871234", make.BODY_TAX_CODE)
NOTE, DRAFT = "Zuzzurellone", "Zenzeroso"
# What the evaluators write: on the dossier where the first has not sent, and on the one ranked.
FIRST, SECOND = "Zazzeruto", "Zimarrone"
BOTH_SENT = {"Zaffiroide", "Zampillante"}
ACCOUNT = "zampognara"
STARTS = ("/", "/avvisi", "/graduatorie", "/area-personale", "/valutazioni", "/pratiche")
STARTS += ("/gestione/avvisi", "/profili", "/account", "/graduatorie/riservato", "/persone")
DAY = timedelta(days=1)

OFFICE = {NAME, TITLE, ANSWER, *PRIVATE, NOTE, ACCOUNT}
# The office reads the sheets that were sent, and no others.
SHEETS_SENT = {SECOND, *BOTH_SENT}
# What each may read; an evaluator reads the other's sheet once his own is sent, not before. Every
# other canary in any of their answers is a leak.
MAY_READ: dict[str, set[str]] = {
    "visitor": set(),
    "stranger": set(),
    "owner": {NAME, TITLE, ANSWER, *PRIVATE, DRAFT, ACCOUNT},
    "first": {NAME, TITLE, ANSWER, FIRST, *BOTH_SENT},
    "second": {NAME, TITLE, ANSWER, SECOND, *BOTH_SENT},
    "unassigned": set(),
    "staff": OFFICE | SHEETS_SENT,
    "other_staff": set(),
    "auditor": OFFICE | SHEETS_SENT,
    "admin": {ACCOUNT},
    "tutor": set(),
    "bank": set(),
}
EVERY = OFFICE | SHEETS_SENT | {FIRST, DRAFT}


@dataclass
class Planted:
    """The browsers of who looks for canaries, and the code of a dossier that holds them."""

    browsers: dict[str, FlaskClient]
    code: str


def people() -> dict[str, User]:
    """Return everybody but the visitor."""
    return {
        "stranger": make.user(),
        "owner": make.user(name="Persona qualunque", email=f"{ACCOUNT}@esempio.example.org"),
        "first": make.user(Role.EVALUATOR),
        "second": make.user(Role.EVALUATOR),
        "unassigned": make.user(Role.EVALUATOR),
        "staff": make.user(Role.STAFF),
        "other_staff": make.user(make.held(Role.STAFF, strand="self_employment")),
        "auditor": make.user(Role.AUDITOR),
        "admin": make.user(Role.ADMIN),
        "tutor": make.user(Role.TUTOR),
        "bank": make.user(Role.BANK),
    }


def make_call(code: str, staff: User) -> Call:
    """Return a published call whose names are not to be shown."""
    call = dossiers.shipped_call(code, staff, names_hidden=True)
    publish_call(call, staff)
    return call


def apply(call: Call, who: dict[str, User], title: str) -> Application:
    """Return a draft of the owner's with canaries in it."""
    name, address, phone = f"Ente {NAME}", f"Via {PRIVATE[0]} 7", f"+39{PRIVATE[2]}"
    email = f"{PRIVATE[1]}@esempio.example.org"
    facts = {"name": name, "address": address, "phone": phone, "email": email}
    body = make.body(who["owner"], **facts)
    project = {**COMPLETE["project"], "project_title": [title], "description": [ANSWER]}
    return dossiers.filled_in(call, body, who["owner"], project=project)


def judge(application: Application, who: dict[str, User], comments: Iterable[str]) -> None:
    """Bring a dossier to its two sheets: the second is sent, the first is not."""
    dossiers.check(application, who["staff"], NOTE)
    dossiers.admit(application, who["staff"], [who["first"], who["second"]])
    first, second = comments
    dossiers.score(application, who["first"], first, sends=False)
    dossiers.score(application, who["second"], second)


@pytest.fixture(scope="module")
def planted(app: Flask) -> Iterator[Planted]:
    """One dossier being judged, one ranked, one draft, all full of canaries."""
    with rolled_back(app):
        who = people()
        apply(make_call("aperto", who["staff"]), who, DRAFT)
        closed = []
        for code in ("giudicato", "riservato"):
            call = make_call(code, who["staff"])
            application = apply(call, who, TITLE)
            submit_application(application, who["owner"], f"canary{code}", clock.now())
            closed.append(application)
        with clock.at(clock.now() + 10 * DAY):
            judge(closed[0], who, (FIRST, SECOND))
            judge(closed[1], who, sorted(BOTH_SENT))
            rank(closed[1], who)
        browsers = {role: make.sign_in(app.test_client(), user) for role, user in who.items()}
        code = closed[0].practice_code
        while work_once("tests"):  # the receipts are drawn
            pass
        yield Planted({"visitor": app.test_client(), **browsers}, code)


def rank(application: Application, who: dict[str, User]) -> None:
    """Send what is missing, draw the ranking and publish it."""
    send_sheet(get_sheet(application.practice_code, who["first"]), who["first"])
    dossiers.rank(application.call, who["staff"])


SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PACKED = {"application/zip", SHEET}


def text_of(visit: Visit) -> str:
    """Return all that an answer says, in a PDF too, and in what it is called."""
    told = f"{visit.path} {visit.answer.headers}"
    if visit.answer.mimetype == "application/pdf":
        return (
            told
            + subprocess.run(
                ["pdftotext", "-", "-"], input=visit.answer.data, capture_output=True, check=True
            ).stdout.decode()
        )
    if visit.answer.mimetype in PACKED:
        return told + unpacked(visit.answer.data)
    return told + visit.answer.text


def unpacked(content: bytes) -> str:
    """Return all that an archive or a spreadsheet holds, with its names."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        told = [
            f"{name} {archive.read(name).decode('utf-8', 'replace')}" for name in archive.namelist()
        ]
    return " ".join(told)


@pytest.mark.check(18, 22)
@pytest.mark.parametrize("role", MAY_READ)
def test_no_answer_tells_what_its_reader_may_not_know(planted: Planted, role: str) -> None:
    code, found = planted.code, {}
    own = [f"/pratiche/{code}", f"/domande/{code}/ricevuta", f"/domande/{code}/ricevuta.pdf"]
    own += [f"/pratiche/{code}/istruttoria", f"/valutazioni/{code}"]
    for visit in walk(planted.browsers[role], [*STARTS, *own], most=3):
        text = text_of(visit).casefold()
        for word in EVERY:
            if word.casefold() in text:
                found.setdefault(word, visit.path)
    assert {word: path for word, path in found.items() if word not in MAY_READ[role]} == {}
    assert set(found) == MAY_READ[role]


SEARCHED = ("/pratiche", "/gestione/avvisi", "/area-personale", "/valutazioni")


@pytest.mark.check(18, 22)
@pytest.mark.parametrize("role", sorted(MAY_READ.keys() - {"visitor", "staff", "auditor"}))
def test_search_answers_as_if_nothing_were_there(planted: Planted, role: str) -> None:
    client = planted.browsers[role]
    for path in SEARCHED:
        for word in (NAME, TITLE, planted.code):
            # The word itself stands in the search field, so less of it is asked for.
            asked, nothing = client.get(f"{path}?q={word[:-2]}"), client.get(f"{path}?q=Nulla")
            assert (path, word, told(asked)) == (path, word, told(nothing))


def told(answer: Any) -> tuple[int, str]:
    """Return status and text of a page."""
    return answer.status_code, words(answer)
