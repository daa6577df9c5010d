"""The blueprint of the committee's pages, and the words its templates use."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from portal.committee import engine, states

blueprint = Blueprint("committee", __name__)


@blueprint.app_template_filter("session_label")
def session_label(state: Any) -> str:
    """Where a session stands, in words."""
    return str(states.LABELS[state])


@blueprint.app_template_filter("session_tone")
def session_tone(state: Any) -> str:
    """How it looks."""
    return states.TONES[state]


@blueprint.app_template_filter("seat_function")
def function_label(function: Any) -> str:
    """What somebody does in a committee."""
    return str(engine.FUNCTION_LABELS[function])


@blueprint.app_template_filter("item_kind")
def kind_label(kind: Any) -> str:
    """What an item is about."""
    return str(engine.KIND_LABELS[kind])


@blueprint.app_template_filter("decision_label")
def decision_label(outcome: Any) -> str:
    """What was decided."""
    return str(engine.OUTCOME_LABELS[outcome])


@blueprint.app_template_filter("decision_tone")
def decision_tone(outcome: Any) -> str:
    """How it looks."""
    return engine.OUTCOME_TONES[outcome]


@blueprint.app_template_filter("vote_label")
def vote_label(vote: Any) -> str:
    """How a promoter voted."""
    return str(engine.VOTE_LABELS[vote])


@blueprint.app_template_filter("signature_kind")
def signature_label(kind: Any) -> str:
    """How somebody signed."""
    return str(engine.SIGNATURE_LABELS[kind])
