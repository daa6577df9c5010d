"""Minutes: what happened, frozen; signed; corrected by further ones; read back from the PDF."""

from __future__ import annotations

import io
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from portal import clock, files
from portal.committee import services
from portal.committee.engine import ItemKind, SignatureKind, VoteKind
from portal.committee.models import CommitteeSession, Minutes, MinutesSignature
from portal.committee.queries import (
    closed_to,
    compose_minutes,
    get_minutes,
    minutes_of,
    shown_minutes,
    whole_agenda,
)
from portal.db import transaction
from portal.documents import draw_document
from portal.errors import Invalid, NotFound, WrongState
from portal.permissions import Effect
from tests import dossiers, make
from tests.committee import stories
from tests.evaluation.stories import closed_call
from tests.files.makers import pdf

DISSENT = "Il piano economico resta fragile."


def whole_session(of: stories.Committee) -> CommitteeSession:
    """A session with a recusal, a consensus, a dissent and the ranking, closed."""
    first, second = stories.judged_dossiers(of, 4, 4)
    make.access(first, of.seat("comune").user, Effect.BAR)
    session = stories.opened(of, first, present=("substitute", "comune", "metro", "diocesi"))
    item = stories.item_on(session, second)
    services.take_item(item, of.staff)
    marks, reasons = {"employment": 5}, {"employment": "Le assunzioni sono tre."}
    services.agree_scores(item, of.staff, item.version, marks, reasons)
    ballots = {promoter.id: services.Ballot(VoteKind.FAVOUR) for promoter in of.promoters.values()}
    ballots[of.promoters["diocesi"].id] = services.Ballot(VoteKind.AGAINST, DISSENT)
    services.cast_votes(item, of.staff, ballots, "Il progetto prosegue.")
    other = stories.item_on(session, first)
    stories.voted(of, other)
    services.save_notes(other, of.staff, other.version, "Se ne discute a lungo.")
    services.close_session(session, of.staff)
    return session


def drawn_text(minutes: Minutes, folder: Path) -> str:
    """What pdftotext reads in the drawn minutes, on one line."""
    draw_document(minutes.document_id)
    assert minutes.document.file is not None
    path = folder / "verbale.pdf"
    with files.open_file(minutes.document.file) as stream:
        path.write_bytes(stream.read())
    read = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return " ".join(read.stdout.decode().split())


@pytest.mark.database
def test_minutes_read_back_from_the_pdf_tell_what_happened(db: SQLAlchemy, tmp_path: Path) -> None:
    of = stories.committee(closed_call())
    session = whole_session(of)
    minutes = services.freeze_minutes(session, of.staff)
    text = drawn_text(minutes, tmp_path)
    told = [
        "Valutatore comune, presidente",
        "al posto di Valutatore comune",
        "Valutatore comune, che non può occuparsi di questo progetto, esce alle",
        "Il numero legale è di 2 promotori",
        "Le assunzioni sono tre.",
        "5 (40)",
        f"contrario. Dissenso: {DISSENT}",
        "Approvato. Favorevoli: 2, contrari: 1, astenuti: 0",
        "Il progetto prosegue.",
        "Se ne discute a lungo.",
    ]
    assert [each for each in told if each not in text] == []
    codes = [each.application.practice_code for each in whole_agenda(session)]  # type: ignore[union-attr]
    assert [code for code in codes if code not in text] == []
    assert minutes.protocol_entry.content_sha256 == minutes.document.sha256


@pytest.mark.database
def test_nothing_of_a_frozen_session_changes(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    session = whole_session(of)
    minutes = services.freeze_minutes(session, of.staff)
    item = whole_agenda(session)[0]
    deeds = [
        lambda: services.freeze_minutes(session, of.staff),
        lambda: services.take_item(item, of.staff),
        lambda: services.save_notes(item, of.staff, item.version, "Altro."),
        lambda: services.note_arrival(session, of.seat("secretary"), of.staff),
        lambda: services.add_item(session, of.staff, ItemKind.OTHER, "Varie"),
    ]
    for deed in deeds:
        with pytest.raises(WrongState):
            deed()
    raw = sa.update(Minutes).where(Minutes.id == minutes.id).values(number=99)
    with pytest.raises(sa.exc.DBAPIError), transaction():
        db.session.execute(raw)


@pytest.mark.database
def test_correction_is_further_minutes_that_name_the_first(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    session = whole_session(of)
    first = services.freeze_minutes(session, of.staff)
    before = dict(first.content)
    further = services.correct_minutes(session, of.staff, "Il presidente era Anna Bianchi.")
    assert (further.number, further.corrects_id, first.content) == (2, first.id, before)
    assert further.protocol_entry.number == first.protocol_entry.number + 1
    assert first.protocol_entry.code in further.document.html
    assert [each.number for each in minutes_of(session)] == [1, 2]


def test_minutes_want_a_word_on_each_item(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    session = stories.opened(of, dossier)
    services.take_item(stories.item_on(session, dossier), of.staff)
    services.close_session(session, of.staff)
    with pytest.raises(Invalid) as refused:
        services.freeze_minutes(session, of.staff)
    assert (refused.value.code, refused.value.facts) == ("minutes_undecided", {"items": "1"})


@pytest.mark.database
def test_signature_is_recorded_once_with_its_file(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    minutes = services.freeze_minutes(whole_session(of), of.staff)
    name, content = pdf()
    chair, today = of.seat("comune"), clock.today()
    kind = SignatureKind.DIGITAL
    services.sign_minutes(minutes, of.staff, chair.id, kind, today, (io.BytesIO(content), name))
    signature = db.session.scalars(sa.select(MinutesSignature)).one()
    assert (signature.member_id, signature.signed_on, signature.file is None) == (
        chair.id,
        today,
        False,
    )
    refusals = {
        "signature_there": (chair.id, SignatureKind.HANDWRITTEN, today),
        "signature_file": (of.seat("metro").id, kind, today),
        "signature_unknown": (of.seat("secretary").id, SignatureKind.HANDWRITTEN, today),
        "signature_day": (
            of.seat("metro").id,
            SignatureKind.HANDWRITTEN,
            today + timedelta(days=1),
        ),
    }
    for code, facts in refusals.items():
        with pytest.raises(Invalid) as refused:
            services.sign_minutes(minutes, of.staff, *facts)
        assert refused.value.code == code


@pytest.mark.database
def test_item_is_blank_to_who_is_barred_until_the_ranking_is_out(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    session = whole_session(of)
    minutes = services.freeze_minutes(session, of.staff)
    barred, other = of.seat("comune").user, of.seat("metro").user
    shown = shown_minutes(compose_minutes(session), closed_to(session, barred))
    assert [item.get("is_blank", False) for item in shown["items"]] == [False, True]
    with pytest.raises(NotFound):
        get_minutes(session, 1, barred, whole=True)
    assert get_minutes(session, 1, other, whole=True).id == minutes.id
    dossiers.rank(of.call, of.staff)
    assert closed_to(session, barred) == []
    assert get_minutes(session, 1, barred, whole=True).id == minutes.id
