"""The blueprints that come with the portal, and files that are based on one."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.calls.engine.notation import read_yaml
from portal.definitions import DefinitionError

BLUEPRINTS = Path(__file__).parent.with_name("blueprints")


def blueprint_names() -> list[str]:
    """The names of the blueprints that come with the portal."""
    return sorted(path.stem for path in BLUEPRINTS.glob("*.yaml"))


def blueprint_text(name: str) -> str:
    """The file of a blueprint as it ships."""
    if name not in blueprint_names():
        known = ", ".join(blueprint_names())
        raise DefinitionError("call.based_on", "definition_choice", choices=known)
    return (BLUEPRINTS / f"{name}.yaml").read_text(encoding="utf-8")


def load_blueprint(name: str) -> dict[str, Any]:
    """The mapping of a blueprint: the caller's own, to be changed and imported."""
    return copy.deepcopy(_mapping_of(blueprint_text(name)))


@lru_cache(maxsize=16)
def _mapping_of(text: str) -> dict[str, Any]:
    return read_yaml(text)


def complete(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The definition with everything that it leaves to the blueprint it is based on."""
    own = {name: value for name, value in definition.items() if name != "based_on"}
    if "based_on" not in definition:
        return own
    return _merge(load_blueprint(str(definition["based_on"])), own)


def _merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one mapping over another, part by part; lists and texts by language are replaced."""
    merged = dict(under)
    for name, value in over.items():
        below = merged.get(name)
        if isinstance(value, Mapping) and isinstance(below, Mapping) and "it" not in below:
            merged[name] = _merge(below, value)
        else:
            merged[name] = value
    return merged
