"""The frame of every page and the error pages: required links, nothing inline, no database."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from jinja2 import Environment

from tests.macros.conftest import TEMPLATES

ERRORS = ("400", "403", "404", "409", "410", "413", "429", "500", "503")


@pytest.fixture
def framed(environment: Environment) -> Environment:
    """The environment with what Flask adds to it."""
    framed = environment.overlay()
    framed.globals = {
        **environment.globals,
        "get_flashed_messages": lambda with_categories: [("error", "Not saved")],
        "request": SimpleNamespace(full_path="/calls?"),
    }
    return framed


def page(framed: Environment, **facts: object) -> str:
    """Return a page of one paragraph."""
    source = (
        '{% extends "base.html" %}{% block title %}Calls{% endblock %}'
        "{% block content %}<p>Here</p>{% endblock %}"
    )
    return framed.from_string(source).render(**facts)


def test_frame_carries_the_required_links(framed: Environment) -> None:
    links = re.findall(r'<a[^>]* href="([^"]+)" data-element="([^"]+)"', page(framed))
    assert links == [
        ("/accounts.sign_in", "personal-area-login"),
        ("/calls.list_calls", "all-services"),
        ("/public.faq", "faq"),
        ("/public.contacts", "contacts"),
        ("/public.contacts#appointment", "appointment-booking"),
        ("/public.report_issue", "report-inefficiency"),
        ("/public.privacy", "privacy-policy-link"),
        ("/public.legal_notes", "legal-notes"),
        ("/public.accessibility_statement", "accessibility-link"),
    ]


def test_frame_speaks_the_language_of_the_page(framed: Environment) -> None:
    assert page(framed, locale="en").split("\n")[3:4] == ['<html lang="en">']
    assert re.findall(r"<title>(.*)</title>", page(framed)) == ["Calls - Insieme per il lavoro"]


def test_skip_links_come_first_and_lead_somewhere(framed: Environment) -> None:
    drawn = page(framed)
    targets = re.findall(r'<a [^>]*href="#([^"]+)"', drawn)[:2]
    assert targets == ["main", "footer"]
    assert [drawn.count(f' id="{target}"') for target in targets] == [1, 1]


def test_user_menu_takes_the_place_of_sign_in(framed: Environment) -> None:
    user = SimpleNamespace(is_authenticated=True, name="Anna & Co")
    drawn = page(framed, current_user=user)
    assert re.findall(r'class="user-name">([^<]*)<', drawn) == ["Anna &amp; Co"]
    assert re.findall(r'action="([^"]+)"', drawn) == ["/public.set_language", "/accounts.sign_out"]
    assert "personal-area-login" not in drawn


def test_menu_says_which_page_is_current(framed: Environment) -> None:
    navigation = [("Home", "/", False), ("Calls", "/calls", True)]
    drawn = page(framed, navigation=navigation)
    assert re.findall(r'<a class="nav-link[^>]*>', drawn) == [
        '<a class="nav-link" href="/">',
        '<a class="nav-link active" href="/calls" aria-current="page">',
    ]


def test_messages_say_how_they_ended(framed: Environment) -> None:
    assert re.findall(r'<div class="notice ([a-z-]+)" role="(\w+)">', page(framed)) == [
        ("tone-danger", "alert")
    ]


def test_demo_is_announced_on_every_page_of_a_demo_alone(framed: Environment) -> None:
    assert page(framed, demo_mode=True, clock_text="noon").count('class="demo-banner"') == 1
    assert page(framed, demo_mode=False).count('class="demo-banner"') == 0


@pytest.mark.parametrize("code", ERRORS)
def test_error_page_says_its_code_and_ways_on(framed: Environment, code: str) -> None:
    drawn = framed.get_template(f"errors/{code}.html").render()
    assert re.findall(r'<p class="eyebrow">(.*)</p>', drawn) == [f"Error {code}"]
    assert drawn.count("<h1>") == 1
    assert len(re.findall(r"<li>[A-Z].*[.]</li>", drawn)) == 2
    assert re.findall(r'<a class="btn [a-z-]+" href="([^"]+)"', drawn) == [
        "/public.home",
        "/public.contacts",
    ]


@pytest.mark.parametrize("code", ["500", "503"])
def test_broken_portal_asks_nothing_of_session_or_user(framed: Environment, code: str) -> None:
    for name in ("csrf_token", "request", "get_flashed_messages"):
        del framed.globals[name]
    drawn = framed.get_template(f"errors/{code}.html").render()
    assert re.findall(r"<form", drawn) == []


def test_error_page_gives_back_what_was_typed_to_be_copied(framed: Environment) -> None:
    typed = [{"label": "Story", "text": "Long & good"}]
    page = framed.get_template("errors/409.html")
    drawn = page.render(explanation="Anna saved first", typed=typed)
    assert re.findall(r"<p>(Anna.*)</p>", drawn) == ["Anna saved first"]
    assert re.findall(r'<label for="typed-1">(.*)</label>', drawn) == ["Story"]
    assert re.findall(r"<textarea[^>]* readonly>\n(.*)</textarea>", drawn) == ["Long &amp; good"]


def test_no_template_holds_script_or_style_inline() -> None:
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:")
    drawn_apart = {"documents", "mail"}
    found = [
        path.relative_to(TEMPLATES).as_posix()
        for path in sorted(TEMPLATES.rglob("*.html"))
        if path.relative_to(TEMPLATES).parts[0] not in drawn_apart
        and inline.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
