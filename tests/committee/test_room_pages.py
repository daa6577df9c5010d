"""The room on its page: going from item to item, agreeing on scores, voting."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from portal.committee import services
from portal.committee.engine import DecisionOutcome
from portal.committee.models import AgendaItem
from portal.committee.queries import decision_on, votes_on, whole_agenda
from portal.committee.states import SessionState
from portal.evaluation.queries import consensus_on
from tests import make
from tests.browse import beside, submit, words
from tests.committee import stories
from tests.committee.stories import address
from tests.evaluation.stories import closed_call

MARKS = {"mark_employment": "5", "reason_employment": "Le assunzioni sono tre."}


def in_the_room(client: FlaskClient, *totals: int) -> tuple[stories.Committee, list[AgendaItem]]:
    """The office at its desk, the first item under discussion."""
    of = stories.committee(closed_call())
    first, *_others = stories.judged_dossiers(of, *totals)
    session = stories.opened(of, first)
    items = list(whole_agenda(session))
    services.take_item(items[0], of.staff)
    make.sign_in(client, of.staff)
    return of, items


def room(item: AgendaItem, rest: str = "") -> str:
    return address(item.session, f"/punti/{item.id}{rest}")


def ballots(of: stories.Committee, vote: str = "favour") -> dict[str, str]:
    """How all promoters vote, as the form sends it."""
    return {f"vote_{promoter.id}": vote for promoter in of.promoters.values()}


def test_notes_are_saved_going_to_the_next_item_and_back(client: FlaskClient) -> None:
    _of, (first, second) = in_the_room(client, 4, 4)
    typed = {"version": str(first.version), "notes": "Convince."}
    assert submit(client, room(first), **typed, then="next").location == room(second)
    assert (first.notes, first.is_current, second.is_current) == ("Convince.", False, True)
    typed = {"version": str(second.version), "notes": "Dubbi sui costi."}
    assert submit(client, room(second), **typed, then="previous").location == room(first)
    assert (second.notes, first.is_current) == ("Dubbi sui costi.", True)
    typed = {"version": str(first.version), "notes": "Convince tutti."}
    assert submit(client, room(first), **typed).location == room(first)
    assert "Appunti salvati." in words(client.get(room(first)))


def test_notes_put_right_after_the_closing_take_nothing_up(client: FlaskClient) -> None:
    of, (first, second) = in_the_room(client, 4, 4)
    services.close_session(first.session, of.staff)
    typed = {"version": str(first.version), "notes": "Corretto.", "then": "next"}
    assert submit(client, room(first), **typed).location == room(second)
    assert first.session.state is SessionState.CLOSED
    assert (first.notes, second.began_at) == ("Corretto.", None)


def test_scores_agreed_on_count_once_on_the_page_they_were_read(client: FlaskClient) -> None:
    _of, (item,) = in_the_room(client, 4)
    opened = str(item.version)
    done = submit(client, room(item, "/punteggi"), room(item), **MARKS, version=opened)
    assert done.location == room(item)
    assert "I punteggi concordati sono salvati" in words(client.get(room(item)))
    late = {**MARKS, "mark_employment": "1", "version": opened}
    stale = submit(client, room(item, "/punteggi"), room(item), **late)
    told = words(stale)
    assert (stale.status_code, "Il punto nel frattempo è cambiato." in told) == (422, True)
    assert item.application is not None
    agreed = consensus_on(item.application, item.session.round)
    assert {key: found.mark for key, found in agreed.items()} == {"employment": 5}


def test_decision_is_told_with_its_votes(client: FlaskClient) -> None:
    of, (item,) = in_the_room(client, 4)
    own = of.promoters["diocesi"].id
    odd = {**ballots(of), f"dissent_{own}": "Il piano è fragile."}
    refused = submit(client, room(item, "/voto"), room(item), **odd)
    assert (refused.status_code, beside(refused, f"dissent_{own}")) == (
        422,
        "Chi è favorevole non ha dissensi: lascia vuoto.",
    )
    assert decision_on(item) is None
    odd[f"vote_{own}"] = "against"
    assert submit(client, room(item, "/voto"), room(item), **odd).location == room(item)
    told = words(client.get(room(item)))
    assert "Il voto è salvato." in told
    assert "Più della metà dei promotori presenti è favorevole." in told
    decision = decision_on(item)
    assert decision is not None
    assert decision.outcome is DecisionOutcome.APPROVED
    dissents = {vote.promoter_id: vote.dissent for vote in votes_on(item)}
    assert dissents[own] == "Il piano è fragile."


@pytest.mark.parametrize("deed", ["/voto", "/punteggi"])
def test_item_that_is_over_takes_neither_votes_nor_scores(client: FlaskClient, deed: str) -> None:
    of, (first, second) = in_the_room(client, 4, 4)
    page = room(first)
    services.take_item(second, of.staff)
    typed = {**ballots(of), **MARKS, "version": str(first.version)}
    assert submit(client, room(first, deed), room(second), **typed).location == page
    assert "Questo punto non è in discussione: prima passaci." in words(client.get(page))
    assert (decision_on(first), list(votes_on(first))) == (None, [])
    assert consensus_on(first.application, first.session.round) == {}  # type: ignore[arg-type]
