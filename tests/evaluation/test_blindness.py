"""Who judges in a blind round learns nowhere in the portal who applies.

Every address of the portal is asked for, about the dossier where it is about one, as pages and as
programs do.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.accounts.models import User
from portal.applications.models import AccessRow, Application
from portal.applications.queries import kept_files, visible_applications
from portal.applications.services import attach_file, submit_application
from portal.calls.services import publish_call
from portal.db import db as portal_db
from portal.desk.models import PreparedFile
from portal.desk.services import prepare_sheets
from portal.evaluation.models import ScoreSheet
from portal.evaluation.queries import dossier_of, get_sheet
from portal.evaluation.queries.blindness import black_out, pattern_of
from portal.evaluation.services import answer_question, ask_office
from portal.operations.services import work_once
from portal.permissions import Effect, can, could
from portal.web import PUBLIC, declared_access
from tests import dossiers, make
from tests.access_scene import Scene, set_scene
from tests.api.programs import forget_pace, key_of
from tests.browse import mails_to, submit
from tests.conftest import as_it_was, rolled_back
from tests.files.makers import one_page, saved
from tests.files.test_bare import octets_of
from tests.make_definitions import DECLARATIONS, MONEY, PROJECT, question, text

pytestmark = pytest.mark.database

NAME, TITLE, FILE = "Cooperativa Segretissima", "Le Rose di Nessuno", "bilancio-segretissima.pdf"
PROFILE = {
    "name": NAME,
    "tax_code": "12345678903",
    "address": "Vicolo Introvabile 99",
    "phone": "+390519998877",
    "email": "segreti@nascosto.example.org",
    "representative_name": "Zaira Misteriosa",
    "representative_tax_code": "MSTZRA80A41A944E",
}
ANSWERS = {
    "who_else": ["Compagnia del Mistero"],
    "contact": ["chiedi@mistero.example.org"],
    "call_us": ["+390517776655"],
    "story": [
        f"Noi della cooperativa  SEGRETISSIMA portiamo {TITLE} a casa. Scrivi a "
        f"{PROFILE['email']} o a Zaira\nMisteriosa; con noi c'è la Compagnia del Mistero."
    ],
}
TEAM = {
    "key": "team",
    "title": text("Chi siamo", "Who we are"),
    "questions": [
        question("who_else", "short_text", "Chi altri", "Who else", identifies=True),
        question("contact", "email", "Scrivici", "Write to us"),
        question("call_us", "phone", "Chiamaci", "Call us"),
        question("story", "long_text", "La storia", "The story"),
    ],
}
FORM = {"sections": [PROJECT, TEAM, MONEY, DECLARATIONS]}
TELLING = (
    *PROFILE.values(),
    "Zaira",
    TITLE,
    FILE,
    "bilancio-segretissima",
    "Compagnia del Mistero",
    "chiedi@mistero",
    "390517776655",
)
# The names are asked for there, apart from the dossiers they belong to.
NAMES_ASKED = "evaluation.declare_interests"


@dataclass
class Blind:
    """The scene of the access table, and a dossier beside it that is judged blind."""

    scene: Scene
    code: str
    evaluator_id: int
    key: str

    @property
    def evaluator(self) -> User:
        """Who judges it."""
        return portal_db.session.get_one(User, self.evaluator_id)

    @property
    def sheet(self) -> ScoreSheet:
        """His sheet."""
        return get_sheet(self.code, self.evaluator)

    @property
    def application(self) -> Application:
        """The dossier."""
        return self.sheet.application


@pytest.fixture(scope="module")
def blind(app: Flask) -> Iterator[Blind]:
    """A dossier of a blind call, given to the scene's evaluator."""
    with rolled_back(app):
        scene = set_scene()
        staff, evaluator = (
            portal_db.session.get_one(User, scene.ids[role]) for role in ("staff", "assigned")
        )
        code = judged_blind(staff, evaluator).practice_code
        found = Blind(scene, code, evaluator.id, key_of(evaluator))
        while work_once("tests"):
            pass
        yield found


def signed_by(name: str) -> bytes:
    """A PDF whose properties and history name who made it."""
    document = one_page()
    document.docinfo["/Author"] = name
    with document.open_metadata() as history:
        history["dc:title"] = f"Bilancio di {name}"
    return saved(document)


def judged_blind(staff: User, evaluator: User) -> Application:
    """Have an application sent to a blind call, admitted and given to an evaluator."""
    now, day, owner = clock.now(), timedelta(days=1), make.user(name="Zaira Misteriosa")
    call = dossiers.shipped_call(
        "cieco",
        staff,
        opens=now - 20 * day,
        closes=now - 5 * day,
        form=FORM,
        evaluation={"blind": True},
    )
    with clock.at(now - 21 * day):
        publish_call(call, staff)
    with clock.at(now - 6 * day):
        application = dossiers.filled_in(
            call,
            make.body(owner, **PROFILE),
            owner,
            project={**dossiers.stories.COMPLETE["project"], "project_title": [TITLE]},
            team=ANSWERS,
        )
        attach_file(application, "budget", io.BytesIO(signed_by(NAME)), FILE, owner)
        submit_application(application, owner, "blind", clock.now())
    with clock.at(now - 4 * day):
        dossiers.check(application, staff)
        dossiers.admit(application, staff, [evaluator])
    return application


def browser(app: Flask, blind: Blind) -> FlaskClient:
    """A browser in which the evaluator is signed in."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = blind.scene.sessions["assigned"]
        session["_fresh"] = True
    return client


def told_in(answer: Any) -> list[str]:
    """What an answer says of who applies, in its text or in its head."""
    said = answer.get_data().decode(errors="replace") + str(answer.headers)
    return [word for word in TELLING if word.lower() in said.lower()]


def addresses(app: Flask, blind: Blind) -> list[tuple[str, str]]:
    """Every address that the evaluator might open, about the blind dossier where it names one."""
    about = {
        "practice_code": blind.code,
        "code": "cieco",
        "file_public_id": kept_files(blind.application)[0].file.public_id,
    }
    paths, found = app.url_map.bind("localhost"), []
    for rule in app.url_map.iter_rules():
        action = declared_access(app, rule.endpoint, "GET")
        known = {**blind.scene.arguments.get(rule.endpoint, {}), **about}
        arguments = {name: known[name] for name in rule.arguments if name in known}
        if "GET" not in (rule.methods or ()) or len(arguments) < len(rule.arguments):
            continue
        if action is not None and (action == PUBLIC or could(blind.evaluator, action)):
            found.append((rule.endpoint, paths.build(rule.endpoint, arguments)))
    return sorted(found)


@pytest.mark.check(17)
def test_no_address_tells_who_applies(app: Flask, blind: Blind) -> None:
    asked, opened, told = addresses(app, blind), {}, {}
    head = {"Authorization": f"Bearer {blind.key}"}
    with as_it_was():
        client = browser(app, blind)
        for endpoint, path in asked:
            forget_pace()
            with client.get(path, headers=head if path.startswith("/api/v1") else {}) as answer:
                opened[endpoint] = answer.status_code
                if found := told_in(answer):
                    told[endpoint] = found
    told.pop(NAMES_ASKED, None)
    assert told == {}
    for endpoint in ("edit_sheet", "show_file", "list_assignments", "compare_dossiers"):
        assert (endpoint, opened[f"evaluation.{endpoint}"]) == (endpoint, 200)
    for endpoint in ("list_assignments", "show_assignment", "download_file"):
        assert (endpoint, opened[f"evaluation_api.{endpoint}"]) == (endpoint, 200)
    for endpoint in ("show_attachment", "show_application", "show_special"):
        assert (endpoint, opened[f"applications.{endpoint}"]) == (endpoint, 404)


def test_no_refusal_of_a_form_tells_who_applies(app: Flask, blind: Blind) -> None:
    url = f"/valutazioni/{blind.code}"
    with as_it_was():
        client = browser(app, blind)
        refused = submit(client, url, then="send", version="")
        asked = submit(client, f"{url}/quesito", body="")
        assert (refused.status_code, asked.status_code) == (422, 422)
        assert (told_in(refused), told_in(asked)) == ([], [])


def test_dossier_keeps_all_that_names_nobody(blind: Blind) -> None:
    with as_it_was():
        dossier = dossier_of(blind.sheet)
        lines = {
            answer.question.key: list(answer.lines)
            for section in dossier.sections
            for answer in section.answers
        }
        (file,) = dossier.files
    hidden = ["Nascosto: in questa valutazione non sai chi si candida"]
    assert (dossier.title, dossier.applicant) == (f"Progetto {blind.code}", "")
    assert [lines[key] for key in ("project_title", "who_else", "contact", "call_us")] == [
        hidden
    ] * 4
    assert lines["sector"] == ["Agricoltura sociale"]
    assert lines["amount"] != hidden
    (story,) = lines["story"]
    assert story.count("█████") == 4
    assert f"portiamo Progetto {blind.code} a casa" in story
    assert (file.name, file.stored is not None) == ("Allegato 1.pdf", True)


def test_file_is_handed_out_under_its_number(app: Flask, blind: Blind) -> None:
    file_id = kept_files(blind.application)[0].file.public_id
    with (
        as_it_was(),
        browser(app, blind).get(f"/valutazioni/{blind.code}/allegati/{file_id}") as answer,
    ):
        assert answer.headers["Content-Disposition"] == (
            "inline; filename=\"Allegato 1.pdf\"; filename*=UTF-8''Allegato%201.pdf"
        )


def test_file_leaves_without_what_says_who_made_it(app: Flask, blind: Blind) -> None:
    file_id = kept_files(blind.application)[0].file.public_id
    head = {"Authorization": f"Bearer {blind.key}"}
    with as_it_was():
        client = browser(app, blind)
        for path, heads in (
            (f"/valutazioni/{blind.code}/allegati/{file_id}", {}),
            (f"/api/v1/assignments/{blind.code}/files/{file_id}", head),
        ):
            forget_pace()
            with client.get(path, headers=heads) as answer:
                found = octets_of(answer.get_data())
            assert (path, [word for word in TELLING if word.encode() in found]) == (path, [])


@pytest.mark.check(17)
def test_no_hash_of_a_file_is_told(app: Flask, blind: Blind) -> None:
    file = kept_files(blind.application)[0].file
    head = {"Authorization": f"Bearer {blind.key}"}
    with as_it_was():
        client = browser(app, blind)
        forget_pace()
        told = client.get(f"/api/v1/assignments/{blind.code}", headers=head)
        assert [each["sha256"] for each in told.get_json()["files"]] == [None]
        for answer in (told, client.get(f"/valutazioni/{blind.code}")):
            assert file.sha256 not in answer.text
            assert file.name not in answer.text


def test_sheet_is_the_only_door(blind: Blind) -> None:
    with as_it_was():
        who, application = blind.evaluator, blind.application
        rows = portal_db.session.scalars(
            portal_db.select(AccessRow).filter_by(application_id=application.id, user_id=who.id)
        )
        assert [row.effect for row in rows] == [Effect.BLIND]
        assert can(who, "sheet.read", blind.sheet)
        assert not can(who, "application.read", application)
        seen = visible_applications(who).where(Application.id == application.id)
        assert portal_db.session.scalar(seen) is None


def test_mails_and_answers_of_the_office_tell_nothing(blind: Blind) -> None:
    with as_it_was():
        staff = portal_db.session.get_one(User, blind.scene.ids["staff"])
        asked = ask_office(blind.sheet, blind.evaluator, f"È {NAME}?")
        answer_question(asked, staff, f"Sì, {NAME} di Zaira Misteriosa.", True)
        mails = mails_to(blind.evaluator.email)
        said = " ".join(f"{mail.subject} {mail.body}" for mail in mails)
        assert [word for word in TELLING if word.lower() in said.lower()] == []
        assert blind.code in said


def test_print_pack_tells_nothing(blind: Blind, drawn: list[str]) -> None:
    with as_it_was():
        made_id = prepare_sheets(blind.sheet.round, blind.evaluator).id
        while work_once("tests"):
            pass
        made = portal_db.session.get_one(PreparedFile, made_id)
        assert (made.done, made.is_there) == (1, True)
        (page,) = drawn
        assert f"Progetto {blind.code}" in page
        assert [word for word in TELLING if word.lower() in page.lower()] == []
        assert made.file is not None
        assert made.file.name == "da-valutare-cieco.pdf"


@pytest.mark.parametrize(
    ("word", "said", "left"),
    [
        ("Orto Mio", "l'orto\n mio fiorisce", "l'# fiorisce"),
        ("Ada", "Adamo non è Ada.", "Adamo non è #."),
        ("+39051", "chiama +39051, non +390512", "chiama #, non +390512"),
    ],
)
def test_word_is_blacked_out_whole(word: str, said: str, left: str) -> None:
    words = {pattern_of(word): "#"}
    assert black_out([{"a": said, "b": 3}], words) == [{"a": left, "b": 3}]
