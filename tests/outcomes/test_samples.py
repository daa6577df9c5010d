"""Sample checks: a draw that anybody can do again, and what was found."""

from __future__ import annotations

import hashlib

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from hypothesis import given
from hypothesis import strategies as st

from portal.applications.models import Application
from portal.applications.services import bar_access
from portal.db import db as database
from portal.errors import Forbidden, Invalid, NotFound, Stale
from portal.evaluation.models import Round
from portal.outcomes.engine import Basis, CheckResult, draw_codes
from portal.outcomes.models import SampleCheck
from portal.outcomes.queries import get_sample_item, items_of, samples_of
from portal.outcomes.services import draw_sample, record_sample_check
from portal.permissions import Role
from tests import make
from tests.browse import submit, words
from tests.evaluation import stories

CODES = st.lists(st.text("ABCDEF", min_size=4, max_size=4), unique=True, max_size=40)


@given(CODES, st.integers(1, 100), st.text("0123456789", min_size=8, max_size=8))
def test_draw_is_the_same_for_the_same_seed_whatever_the_order(
    codes: list[str], percent: int, seed: str
) -> None:
    drawn = draw_codes(codes, percent, seed)
    assert drawn == draw_codes(reversed(codes), percent, seed)
    assert len(drawn) == -(-len(codes) * percent // 100)
    assert set(drawn) <= set(codes)


def test_anybody_can_draw_again_with_a_hash() -> None:
    codes = [f"IPL-000{number}" for number in range(9)]
    by_hand = sorted(codes, key=lambda code: hashlib.sha256(f"seme:{code}".encode()).hexdigest())
    assert draw_codes(codes, 30, "seme") == by_hand[:3]


def judged_round(count: int) -> Round:
    """A round with some applications in it."""
    call = stories.closed_call()
    for _number in range(count):
        stories.admitted(call)
    return make.round_of(call)


@pytest.mark.database
def test_sample_keeps_seed_and_population(db: SQLAlchemy) -> None:
    found, office = judged_round(12), stories.staff()
    sample = draw_sample(found, Basis.ADMITTED, 25, office)
    items = items_of(sample, office)
    codes = [item.application.practice_code for item in items]
    everybody = [
        row[0] for row in database.session.execute(sa.text("SELECT practice_code FROM application"))
    ]
    assert (sample.population, len(items)) == (12, 3)
    assert codes == draw_codes(everybody, 25, sample.seed)
    (line,) = samples_of(found.call, stories.staff())
    assert (line.drawn, line.checked, line.irregular) == (3, 0, 0)


@pytest.mark.database
def test_what_a_check_finds_is_counted_and_needs_a_reason(db: SQLAlchemy) -> None:
    found, office = judged_round(4), stories.staff()
    sample = draw_sample(found, Basis.ADMITTED, 100, office)
    first, second = items_of(sample, office)[:2]
    with pytest.raises(Invalid, match="sample_reason"):
        record_sample_check(first, CheckResult.IRREGULAR, "", office, first.version)
    record_sample_check(first, CheckResult.IRREGULAR, "Contributi non versati.", office, 1)
    record_sample_check(second, CheckResult.REGULAR, "", office, second.version)
    with pytest.raises(Stale):
        record_sample_check(second, CheckResult.WAITING, "", office, 1)
    (line,) = samples_of(found.call, stories.staff())
    assert (line.drawn, line.checked, line.irregular) == (4, 2, 1)


def test_nothing_is_drawn_where_nothing_is_selected(db: SQLAlchemy) -> None:
    with pytest.raises(Invalid, match="sample_empty"):
        draw_sample(judged_round(2), Basis.SELECTED, 10, stories.staff())
    assert database.session.scalar(sa.select(sa.func.count()).select_from(SampleCheck)) == 0


def test_auditors_read_and_draw_nothing(db: SQLAlchemy) -> None:
    with pytest.raises(Forbidden):
        draw_sample(judged_round(2), Basis.ADMITTED, 10, make.user(Role.AUDITOR))


def test_barred_dossier_is_absent_from_the_sample(db: SQLAlchemy) -> None:
    found, office, barred = judged_round(3), stories.staff(), stories.staff()
    sample = draw_sample(found, Basis.ADMITTED, 100, office)
    dossier = items_of(sample, office)[0].application
    bar_access(dossier, barred, "interest")
    assert dossier not in [item.application for item in items_of(sample, barred)]
    with pytest.raises(NotFound):
        get_sample_item(sample, dossier.practice_code, barred)


def test_what_one_applied_with_is_absent_from_the_sample(db: SQLAlchemy) -> None:
    call, office, applicant = stories.closed_call(), stories.staff(), stories.staff()
    own, other = stories.admitted(call, owner=applicant), stories.admitted(call)
    sample = draw_sample(make.round_of(call), Basis.ADMITTED, 100, office)
    assert {item.application for item in items_of(sample, office)} == {own, other}
    assert [item.application for item in items_of(sample, applicant)] == [other]


@pytest.mark.check(22)
def test_draw_is_closed_to_who_is_kept_from_a_dossier_of_its_round(client: FlaskClient) -> None:
    found, office, barred = judged_round(12), stories.staff(), stories.staff()
    sample = draw_sample(found, Basis.ADMITTED, 25, office)
    drawn = {item.application_id for item in items_of(sample, office)}
    judged = database.session.scalars(
        sa.select(Application).where(Application.call_id == found.call_id)
    )
    left_out = next(each for each in judged if each.id not in drawn)
    bar_access(left_out, barred, "interest")
    start = f"/gestione/avvisi/{found.call.code}/controlli"
    for who, status, sees in ((office, 200, True), (barred, 404, False)):
        make.sign_in(client, who)
        page = words(client.get(start))
        assert ("3 su 12" in page, 'name="percent"' in client.get(start).text) == (sees, sees)
        assert ("Di un progetto di questo avviso non ti puoi occupare" in page) is not sees
        for part in (f"/{sample.id}", f"/{sample.id}/elenco.csv"):
            assert (part, client.get(f"{start}{part}").status_code) == (part, status)
    with pytest.raises(NotFound):
        draw_sample(found, Basis.ADMITTED, 25, barred)


def test_staff_draws_checks_and_takes_the_list_along(client: FlaskClient) -> None:
    found = judged_round(3)
    make.sign_in(client, stories.staff())
    start = f"/gestione/avvisi/{found.call.code}/controlli"
    assert "Nessuna estrazione" in words(client.get(start))
    wrong = submit(client, start, turno="1", basis="admitted", percent="0")
    assert wrong.status_code == 422
    drawn = submit(client, start, turno="1", basis="admitted", percent="30")
    assert "Una candidatura estratta." in words(client.get(drawn.location))
    (sample,) = database.session.scalars(sa.select(SampleCheck)).all()
    code = items_of(sample, stories.staff())[0].application.practice_code
    page = f"{drawn.location}/{code}"
    typed = {"result": "irregular", "version": "1"}
    assert "Scrivi in poche parole" in words(submit(client, page, **typed))
    assert submit(client, page, **typed, reason="Bilancio diverso.").status_code == 303
    late = submit(client, page, result="regular", reason="", version="1")
    assert late.status_code == 409
    assert "Bilancio diverso." in words(late)
    table = client.get(f"{drawn.location}/elenco.csv").get_data(as_text=True)
    assert (code in table, "Bilancio diverso." in table, sample.seed in table) == (True,) * 3
