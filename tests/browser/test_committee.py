"""A whole committee in a browser: from the seats to the ranking that everybody reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.accounts.models import User
from portal.db import db
from tests import make
from tests.browser import committee_ending as ending
from tests.browser import committee_judging as judging
from tests.browser import committee_meeting as meeting
from tests.browser.committee_scene import (
    DECLARED,
    DETECTED,
    DOSSIERS,
    PROMOTERS,
    SEATS,
    Scene,
    set_scene,
)
from tests.browser.served import ServedPortal, serve
from tests.browser.visitor import Visitor

NewVisitor = Callable[..., Visitor]
ALL = tuple(PROMOTERS)
PRESENT = ("stand_in", "metro", "diocese", "leaving")


@pytest.fixture
def scene(committed: SQLAlchemy) -> Scene:
    """Five dossiers that wait for their committee."""
    return set_scene()


@pytest.fixture
def committee_portal(scene: Scene, committed: SQLAlchemy, tmp_path: Path) -> Iterator[ServedPortal]:
    """The portal served on them."""
    url = committed.engines[None].url.render_as_string(hide_password=False)
    with serve(url, tmp_path) as served:
        yield served


@pytest.fixture
def people(
    scene: Scene, committee_portal: ServedPortal, new_visitor: NewVisitor
) -> Callable[..., Visitor]:
    """Give somebody of the scene a browser in which he is signed in; nobody, a visitor's."""

    def enter(who: str = "", width: int = 1280) -> Visitor:
        visitor = new_visitor(width=width, at=committee_portal)
        if who:
            visitor.take_session(scene.tokens[who])
        return visitor

    return enter


@pytest.mark.browser
def test_committee_goes_from_its_seats_to_the_published_ranking(
    scene: Scene, people: Callable[..., Visitor], committee_portal: ServedPortal, tmp_path: Path
) -> None:
    office = people("office")
    judges = {who: people(who, width=360 if who == "stand_in" else 1280) for who in SEATS}
    for who in SEATS:
        meeting.appoint(office, who)
    for who, visitor in judges.items():
        judging.declare(visitor, DOSSIERS[DECLARED[1]].body if who == DECLARED[0] else "")
    read_interests(office)
    share_out(office, judges)
    judge_all(scene, judges)
    hold_session(scene, office, committee_portal)
    for who, key in (DECLARED, DETECTED):
        meeting.read_agenda(judges[who], scene.codes.values(), scene.codes[key])
    minutes = meeting.read_minutes(office, tmp_path)
    say_what_happened(minutes, scene)
    ending.publish(office)
    ending.read_ranking(people(width=360), scene)
    make_final(scene, office, committee_portal)
    ending.send_letters(office, scene.codes["party"])
    applicant = people(width=360)
    come_back(scene, applicant, "party", committee_portal)
    ending.read_letter(applicant, scene.codes["party"])


def read_interests(office: Visitor) -> None:
    """The office reads who is kept from what: one said so, one was found to have acted for it."""
    office.go(f"{judging.OFFICE}/interessi")
    rows = office.page.get_by_role("table").last.locator("tbody tr").all_inner_texts()
    found = {
        who: next(row for row in rows if SEATS[who].name in row) for who in ("metro", "diocese")
    }
    assert len(rows) == len(found)
    for (who, key), why in ((DECLARED, "Dichiarato"), (DETECTED, "Agisce o ha agito")):
        assert DOSSIERS[key].body in found[who]
        assert why in found[who]


def share_out(office: Visitor, judges: dict[str, Visitor]) -> None:
    """The portal shares the dossiers out; one evaluator refuses a dossier, and is replaced."""
    judging.plan(office)
    mine = judging.assigned_to(judges["leaving"])
    assert len(mine) == 2
    judging.decline(judges["leaving"], mine[0])
    judging.replace(office, "leaving")
    assert judging.assigned_to(judges["leaving"]) == []


def judge_all(scene: Scene, judges: dict[str, Visitor]) -> None:
    """Each scores what is his, one of them by keyboard, one on a phone; nobody what is kept."""
    given: list[str] = []
    for who, visitor in judges.items():
        mine = judging.assigned_to(visitor)
        give = judging.score_by_keyboard if who == "chair" else judging.score
        for code in mine:
            give(visitor, scene, code)
        given += mine
        barred = {person: key for person, key in (DECLARED, DETECTED)}.get(who)
        assert barred is None or scene.codes[barred] not in mine
    assert sorted(given) == sorted([*scene.codes.values()] * 2)


def hold_session(scene: Scene, office: Visitor, portal: ServedPortal) -> None:
    """Plan a session, take each item up in turn, agree and vote, close it, freeze the minutes."""
    tomorrow = clock.to_rome(portal.now() + timedelta(days=1))
    meeting.plan(office, tomorrow.strftime("%Y-%m-%dT15:00"))
    meeting.note_present(office, "stand_in")
    office.sees("Promotori presenti: 1. Ne servono 2.")
    meeting.note_present(office, "metro", "diocese")
    meeting.open_session(office)
    decide_dossiers(scene, office)
    office.go(f"{judging.OFFICE}/risultati")
    office.press("Crea la graduatoria")
    approve_ranking(office)
    meeting.close(office)


def approve_ranking(office: Visitor) -> None:
    """Who is kept from a dossier leaves for the ranking too: a substitute is called to vote."""
    meeting.take(office, "Approvazione della graduatoria")
    for who in ("metro", "diocese"):
        office.sees(f"{SEATS[who].name} è fuori dalla stanza")
    office.sees("Può votare 1 promotore e ne servono 2")
    office.sees(f"Chiama {SEATS['leaving'].name}.")
    meeting.note_present(office, "leaving")
    meeting.go_to(office, "Approvazione della graduatoria")
    office.sees(f"{PROMOTERS['metro']} non può votare")
    meeting.vote(office, ("comune", "diocesi"))


def decide_dossiers(scene: Scene, office: Visitor) -> None:
    """Agree on a mark, vote with a dissent, and without who is kept from two of the dossiers."""
    codes = scene.codes
    meeting.take(office, codes["garden"])
    meeting.note(office)
    meeting.agree(office, 4)
    meeting.vote(office, ALL, "metro", dissent=meeting.DISSENT)
    for key in ("oven", "guides"):
        meeting.take(office, codes[key])
        meeting.vote(office, ALL)
    meeting.take(office, codes["sewing"])
    office.sees(f"{SEATS['metro'].name} è fuori dalla stanza")
    meeting.vote(office, ("comune", "diocesi"))
    meeting.take(office, codes["party"])
    office.sees(f"{SEATS['diocese'].name} è fuori dalla stanza")
    office.sees("Un punteggio sotto il minimo di un criterio con veto esclude questo progetto")
    meeting.vote(office, ("comune", "metro"), "comune", "metro")
    office.sees("Respinto")


def say_what_happened(minutes: str, scene: Scene) -> None:
    """The minutes say who was there, who went out, who dissented, what was decided."""
    for who, seat in SEATS.items():
        place = f"{seat.name}, {seat.function.lower()}, {PROMOTERS[seat.promoter]}"
        times = "presente dalle" if who in PRESENT else "assente"
        assert f"{place} (DD/9277/2026, 15 gennaio 2026): {times}" in minutes
    assert f"al posto di {SEATS['chair'].name}" in minutes
    assert f"al posto di {SEATS['diocese'].name}" in minutes
    for who in ("metro", "diocese"):
        kept = "che non può occuparsi di un progetto di questa graduatoria, esce alle"
        assert f"{SEATS[who].name}, {kept}" in minutes
    assert f"{PROMOTERS['metro']} non ha potuto votare" in minutes
    for who, key in (DECLARED, DETECTED):
        item = minutes.partition(f"{scene.codes[key]}:")[2]
        assert f"{SEATS[who].name}, che non può occuparsi di questo progetto, esce alle" in item
    for words in (
        f"Dissenso: {meeting.DISSENT}",
        meeting.NOTED,
        meeting.AGREED,
        meeting.WORDS,
        "Un veto esclude il progetto.",
        "Approvato",
        "Respinto",
    ):
        assert words in minutes


def make_final(scene: Scene, office: Visitor, portal: ServedPortal) -> None:
    """When the term for remarks is over nothing has changed, and the ranking becomes final."""
    portal.set_clock(portal.now() + timedelta(days=20))
    come_back(scene, office, "office", portal)
    office.go(f"{judging.OFFICE}/graduatoria/definitiva")
    office.sees("Non cambia nulla rispetto alla graduatoria provvisoria")
    office.press("Rendi definitiva la graduatoria")
    office.sees("La graduatoria è definitiva")


def come_back(scene: Scene, visitor: Visitor, who: str, portal: ServedPortal) -> None:
    """Sign somebody in anew, some weeks later."""
    with clock.at(portal.now()):
        visitor.take_session(make.session_of(db.session.get_one(User, scene.ids[who])))
