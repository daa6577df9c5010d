"""A bare Jinja environment: macros need no app, only the few globals that the portal gives them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

Draw = Callable[..., str]


def flat(html: str) -> str:
    """Return the markup without its layout: one space for white space, none around tags."""
    return re.sub(r"\s*(</?[a-z][^>]*>)\s*", r"\1", re.sub(r"\s+", " ", html)).strip()


@pytest.fixture(scope="session")
def environment() -> Environment:
    """An environment that speaks the message ids themselves."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        asset=lambda name: f"/static/{name}",
        url_for=lambda endpoint: f"/{endpoint}",
        csrf_token=lambda: "token",
        resumed=lambda: None,
        resumed_token=lambda: "",
        asked_again=lambda name: [],
    )
    environment.filters["pick"] = lambda text: text and text["it"]
    environment.filters["size"] = lambda octets: f"{octets // 1_000_000} MB"
    return environment


@pytest.fixture
def draw(environment: Environment) -> Draw:
    """Draw a macro of a file, as a page would; ``inside`` is what its call block holds."""

    def drawn(file: str, macro: str, *args: Any, inside: str | None = None, **facts: Any) -> str:
        call = f"{macro}(*args, **facts)"
        use = (
            f"{{{{ {call} }}}}" if inside is None else f"{{% call {call} %}}{inside}{{% endcall %}}"
        )
        page = environment.from_string(f'{{% from "macros/{file}.html" import {macro} %}}{use}')
        return flat(page.render(args=args, facts=facts))

    return drawn
