"""Calls of the demo: read from a blueprint with changes, and published at an instant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal import clock
from portal.calls.engine import load_blueprint
from portal.calls.models import Call
from portal.calls.services import import_call, publish_call
from portal.demo.services.cast import Cast


def add_call(cast: Cast, blueprint: str, published: datetime, **changes: Any) -> Call:
    """Import a shipped blueprint with changes and publish it."""
    return import_and_publish(cast, {**load_blueprint(blueprint), **changes}, published)


def import_and_publish(cast: Cast, definition: Mapping[str, Any], published: datetime) -> Call:
    """Import a definition and publish it, both at one instant."""
    with clock.at(published):
        call = import_call(definition, cast["staff"])
        publish_call(call, cast["staff"])
    return call
