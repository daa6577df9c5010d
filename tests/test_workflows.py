"""Every workflow: each verb from each state, and nothing but what its table says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import SimpleNamespace
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from portal import audit, permissions, workflow
from portal.applications.states import APPLICATION, LABELS, ApplicationState
from portal.calls.states import CALL, CALL_QUESTION, CallState, QuestionState
from portal.db import transaction
from portal.errors import Forbidden, WrongState
from portal.evaluation.states import RANKING, SHEET, RankingState, SheetState
from portal.outcomes.states import REMARK, RemarkState
from portal.permissions import Role
from portal.workflow import Move, Workflow

WORKFLOWS: tuple[tuple[Workflow, type[StrEnum]], ...] = (
    (APPLICATION, ApplicationState),
    (CALL, CallState),
    (CALL_QUESTION, QuestionState),
    (SHEET, SheetState),
    (RANKING, RankingState),
    (REMARK, RemarkState),
)
PAIRS = [
    pytest.param(flow, move, state, id=f"{flow.noun}-{move.verb}-{state}")
    for flow, states in WORKFLOWS
    for move in flow.moves.values()
    for state in states
]


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Features' subscribers want real records: they have tests of their own."""
    monkeypatch.setattr(workflow, "_handlers", {})


@dataclass
class Thing:
    """A record of any workflow, owned by user 1 and granted to user 1."""

    state: StrEnum
    id: int = 7
    owner_ids: Any = frozenset({1})
    access_rows: list[Any] = field(default_factory=list)


def actor_for(flow: Workflow, move: Move, thing: Thing) -> Any:
    """Return someone whom the matrix lets do the move on `thing`."""
    for roles, owner_ids in (((), {1}), ((Role.STAFF,), set()), ((Role.EVALUATOR,), set())):
        user = SimpleNamespace(id=1, roles=[held(role) for role in roles])
        thing.owner_ids = owner_ids
        thing.access_rows = [SimpleNamespace(user_id=1, effect="grant", is_in_force=True)]
        if permissions.can(user, flow.deed(move.verb), thing):
            return user
    if permissions.can(permissions.PORTAL, flow.deed(move.verb), thing):
        return permissions.PORTAL
    raise AssertionError(f"nobody may {flow.deed(move.verb)}")


def held(role: Role) -> Any:
    """Return a role held everywhere."""
    return SimpleNamespace(role=role, strand=None, call_code=None)


@pytest.mark.check(21)
@pytest.mark.parametrize(("flow", "move", "state"), PAIRS)
def test_verb_moves_only_from_its_sources(
    db: SQLAlchemy, flow: Workflow, move: Move, state: StrEnum
) -> None:
    thing = Thing(state)
    user = actor_for(flow, move, thing)
    if state in move.sources:
        with transaction():
            flow.advance(thing, move.verb, user)
        assert thing.state is move.target
        assert audit.verify().entries == 1
    else:
        with pytest.raises(WrongState), transaction():
            flow.advance(thing, move.verb, user)
        assert thing.state is state
        assert audit.verify().entries == 0


@pytest.mark.parametrize("flow", [flow for flow, _ in WORKFLOWS], ids=lambda flow: flow.noun)
def test_every_move_has_a_permission_and_a_label(flow: Workflow) -> None:
    assert {flow.deed(verb) for verb in flow.moves} <= set(permissions.ACTIONS)
    assert all(str(move.label) for move in flow.moves.values())


@pytest.mark.check(21)
def test_who_may_not_is_refused_and_nothing_moves(db: SQLAlchemy) -> None:
    thing = Thing(CallState.DRAFT)
    evaluator = SimpleNamespace(id=2, roles=[held(Role.EVALUATOR)])
    with pytest.raises(Forbidden), transaction():
        CALL.advance(thing, "publish", evaluator)
    assert thing.state is CallState.DRAFT


def test_choices_are_the_moves_that_would_be_let_through() -> None:
    staff = SimpleNamespace(id=2, roles=[held(Role.STAFF)])
    thing = Thing(ApplicationState.FORMAL_CHECK, owner_ids=frozenset({1}))
    verbs = [move.verb for move in APPLICATION.choices(thing, staff)]
    assert verbs == ["request_integration", "admit", "declare_inadmissible"]


def test_subscribers_act_in_the_same_transaction(db: SQLAlchemy) -> None:
    heard = []

    def hear(record: Any, actor: Any, **facts: Any) -> None:
        heard.append((record.state, actor.id, facts))
        raise ZeroDivisionError

    workflow.on("call.publish")(hear)
    staff = SimpleNamespace(id=2, roles=[held(Role.STAFF)])
    with pytest.raises(ZeroDivisionError), transaction():
        CALL.advance(Thing(CallState.DRAFT), "publish", staff, note=3)
    assert heard == [(CallState.PUBLISHED, 2, {"note": 3})]
    assert audit.verify().entries == 0


def test_trail_keeps_instants_and_only_names_texts(db: SQLAlchemy) -> None:
    staff = SimpleNamespace(id=2, roles=[held(Role.STAFF)])
    thing = Thing(ApplicationState.FORMAL_CHECK)
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    with transaction():
        APPLICATION.advance(
            thing, "declare_inadmissible", staff, checked_at=at, outcome_reason="a text"
        )
    assert [entry["facts"] for entry in audit.read_chain()] == [
        {"checked_at": "2026-11-22T09:00:00.000000+00:00", "fields": ["outcome_reason"]}
    ]


def test_every_state_has_a_label_people_can_read() -> None:
    assert set(LABELS) == set(ApplicationState)
