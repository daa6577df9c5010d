"""Filling and sending score sheets, and the automatic points beside them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.applications.services import admit_application, record_check
from portal.audit import AuditEntry
from portal.db import db as database
from portal.db import transaction
from portal.errors import Invalid, InvalidMany, NotFound, Stale, WrongState
from portal.evaluation import consequences
from portal.evaluation.engine import Work
from portal.evaluation.models import AutomaticScore, Tally
from portal.evaluation.queries import (
    automatic_lines,
    judged_lines,
    marks_of,
    next_sheet,
    progress_of,
    work_on,
)
from portal.evaluation.services import compute_automatic_scores, save_sheet, send_sheet
from portal.evaluation.states import SHEET, SheetState
from tests.applications.stories import CHECKLIST, under_check
from tests.evaluation import stories

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]


def test_draft_keeps_what_is_written_blanks_and_all() -> None:
    sheet, who = _blank()
    assert work_on(sheet) is Work.TO_DO
    save_sheet(sheet, who, sheet.version, {"employment": None}, {"employment": "Da capire."})
    assert [(line.mark, line.comment) for line in judged_lines(sheet)] == [
        (None, "Da capire."),
        (None, ""),
    ]
    assert (work_on(sheet), sheet.state, sheet.total_hundredths) == (
        Work.DRAFT,
        SheetState.DRAFT,
        None,
    )


def test_mark_can_be_taken_back() -> None:
    sheet, who = _blank()
    stories.write(sheet, who, {"employment": 3, "sustainability": 1})
    stories.write(sheet, who, {"employment": 3})
    assert marks_of(sheet) == {"employment": 3, "sustainability": None}


def test_blank_is_not_a_zero() -> None:
    sheet, who = _blank()
    save_sheet(sheet, who, sheet.version, {"sustainability": 2}, {})
    with pytest.raises(InvalidMany) as refusal:
        send_sheet(sheet, who)
    assert {field: error.code for field, error in refusal.value.errors.items()} == {
        "employment": "mark_missing",
        "employment_comment": "comment_missing",
    }
    assert (sheet.state, marks_of(sheet)) == (SheetState.DRAFT, {"sustainability": 2})
    stories.write(sheet, who, {"employment": 0, "sustainability": 2})
    send_sheet(sheet, who)
    assert (sheet.state, sheet.total_hundredths) == (SheetState.SENT, 2000)


def test_sent_sheet_is_not_changed_or_sent_again() -> None:
    sheet, who = _blank()
    stories.write(sheet, who, {"employment": 3, "sustainability": 2})
    send_sheet(sheet, who)
    assert sheet.total_hundredths == 4400
    for deed in (lambda: stories.write(sheet, who, {}), lambda: send_sheet(sheet, who)):
        with pytest.raises(WrongState) as refusal:
            deed()
        assert refusal.value.code == "sheet_sent"
    assert marks_of(sheet) == {"employment": 3, "sustainability": 2}


def test_mark_out_of_the_scale_is_refused_and_nothing_kept() -> None:
    sheet, who = _blank()
    with pytest.raises(Invalid) as refusal:
        stories.write(sheet, who, {"employment": 6})
    assert (refusal.value.code, refusal.value.field) == ("mark_out_of_scale", "employment")
    assert marks_of(sheet) == {}


def test_older_page_does_not_write_over_a_newer_saving() -> None:
    sheet, who = _blank()
    seen = sheet.version
    stories.write(sheet, who, {"employment": 3})
    with pytest.raises(Stale):
        save_sheet(sheet, who, seen, {"employment": 1}, {})
    with pytest.raises(Stale):
        send_sheet(sheet, who, seen)
    assert marks_of(sheet) == {"employment": 3}


def test_saving_the_same_again_is_no_change() -> None:
    sheet, who = _blank()
    stories.write(sheet, who, {"employment": 3})
    before = sheet.version
    stories.write(sheet, who, {"employment": 3})
    assert sheet.version == before


def test_nobody_else_writes_in_a_sheet() -> None:
    sheet, who = _blank()
    colleague = stories.evaluator()
    stories.assigned(sheet.application, colleague)
    for other in (colleague, stories.evaluator(), stories.staff()):
        with pytest.raises(NotFound):
            save_sheet(sheet, other, sheet.version, {"employment": 5}, {})
        with pytest.raises(NotFound):
            send_sheet(sheet, other)
    assert marks_of(sheet) == {}


def test_trail_holds_the_total_and_no_comment() -> None:
    sheet, who = _blank()
    stories.write(sheet, who, {"employment": 3, "sustainability": 2})
    send_sheet(sheet, who)
    (entry,) = database.session.scalars(select(AuditEntry).filter_by(action="sheet.send"))
    assert entry.facts["total_hundredths"] == 4400
    assert stories.COMMENTS["employment"] not in str(entry.facts)


def test_reopened_sheet_is_a_draft_again() -> None:
    sheet, who = _blank()
    stories.write(sheet, who, {"employment": 3, "sustainability": 2})
    send_sheet(sheet, who)
    with transaction():
        SHEET.advance(sheet, "reopen", stories.staff())
    assert work_on(sheet) is Work.DRAFT
    stories.write(sheet, who, {"employment": 4, "sustainability": 2})
    send_sheet(sheet, who)
    assert sheet.total_hundredths == 5200


def test_what_is_left_comes_in_reading_order_and_round_again() -> None:
    who, call = stories.evaluator(), stories.closed_call()
    sheets = [stories.assigned(stories.admitted(call), who) for _ in range(4)]
    ordered = sorted(sheets, key=lambda each: (each.reading_order, each.id))
    codes = [each.application.practice_code for each in ordered]
    assert next_sheet(who) == codes[0]
    assert [next_sheet(who, after=each) for each in ordered] == [*codes[1:], codes[0]]
    stories.write(ordered[1], who, {"employment": 3, "sustainability": 2})
    send_sheet(ordered[1], who)
    assert next_sheet(who, after=ordered[0]) == codes[2]
    assert (progress_of(who).total, progress_of(who).left) == (4, 3)
    assert progress_of(stories.evaluator()).total == 0


def test_admission_computes_the_automatic_points_with_their_source() -> None:
    office = stories.staff()
    application = under_check(staff=office)
    met = {item["key"]: ("met", "") for item in CHECKLIST}
    record_check(application, office, met)
    admit_application(application, office)
    lines = automatic_lines(application)
    assert [(line.criterion.key, line.points_hundredths) for line in lines] == [
        ("organisation_type", 600),
        ("territory", 600),
        ("strategic_sector", 1000),
    ]
    assert lines[2].reason == "10 punti su 10: Agricoltura sociale (dalla candidatura)"
    assert (
        database.session.scalars(select(Tally).filter_by(application_id=application.id))
        .one()
        .automatic_hundredths
        == 2200
    )


def test_points_computed_again_take_the_place_of_the_old_ones() -> None:
    office = stories.staff()
    application = under_check(staff=office)
    for _ in range(2):
        consequences.compute_scores(application, office)
    rows = list(database.session.scalars(select(AutomaticScore.points_hundredths)))
    assert sorted(rows) == [600, 600, 1000]
    assert len(compute_automatic_scores(application, office)) == 3


def _blank() -> tuple:
    """A sheet with nothing in it, and its evaluator."""
    who = stories.evaluator()
    return stories.assigned(stories.admitted(stories.closed_call()), who), who
