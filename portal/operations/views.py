"""Health for the machines that watch: nothing personal, no versions."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from portal.operations.queries import readiness
from portal.web import PUBLIC, access

blueprint = Blueprint("operations", __name__)


@blueprint.get("/healthz")
@access(PUBLIC)
def show_health() -> ResponseReturnValue:
    """Say that this process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@access(PUBLIC)
def show_readiness() -> ResponseReturnValue:
    """Say whether database and disk are well, how PDFs are fenced in, and what waits."""
    state = readiness()
    status = 200 if state.is_ready else 503
    return jsonify(status="ok" if state.is_ready else "degraded", **state.parts), status
