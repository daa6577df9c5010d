"""The blueprint of the pages of outcomes, and the words its templates use."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from portal.outcomes import engine

blueprint = Blueprint("outcomes", __name__)


@blueprint.app_template_filter("sample_basis")
def basis_label(basis: Any) -> str:
    """Among what a sample was drawn."""
    return str(engine.BASIS_LABELS[basis])


@blueprint.app_template_filter("remark_state")
def remark_label(state: Any) -> str:
    """What became of a remark."""
    return str(engine.REMARK_LABELS[state])


@blueprint.app_template_filter("remark_tone")
def remark_tone(state: Any) -> str:
    """How it looks."""
    return engine.REMARK_TONES[state]


@blueprint.app_template_filter("check_result")
def result_label(result: Any) -> str:
    """What a check found."""
    return str(engine.CHECK_LABELS[result])


@blueprint.app_template_filter("check_result_tone")
def result_tone(result: Any) -> str:
    """How it looks."""
    return engine.CHECK_TONES[result]
