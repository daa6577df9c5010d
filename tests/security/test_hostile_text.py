"""Hostile text in every field that people type in: read as text wherever it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal import outbox
from portal.documents.models import Document
from portal.outbox import Mail
from tests import make
from tests.security import hostile
from tests.security.walking import Page, Visit, walk

pytestmark = pytest.mark.uncounted

STARTS = {
    "visitor": ("/", "/avvisi", "/graduatorie", "/accedi"),
    "owner": ("/area-personale", "/profili", "/account"),
    "evaluator": ("/valutazioni", "/account"),
    "staff": ("/pratiche", "/gestione/avvisi", "/account"),
    "admin": ("/gestione/avvisi",),
}
# Where somebody else's typing is shown: a walk that misses one of these walks too little.
SHOWN_ON = {
    "accounts.show_account",
    "applications.check_application",
    "applications.edit_section",
    "applications.review_application",
    "applications.show_application",
    "applications.show_receipt",
    "applications.start_application",
    "calls.list_calls",
    "calls.manage_calls",
    "calls.show_call",
    "calls.show_form",
    "desk.list_applications",
    "desk.show_dossier",
    "desk.show_personal_area",
    "evaluation.assign_evaluators",
    "evaluation.edit_sheet",
    "evaluation.list_assignments",
    "evaluation.show_explanation",
    "evaluation.show_interests",
    "evaluation.show_judge",
    "evaluation.show_progress",
    "evaluation.show_results",
    "outcomes.list_rankings",
    "outcomes.show_ranking",
    "public.home",
    "registry.edit_profile",
    "registry.list_profiles",
}


def visits(app: Flask, text: str) -> Iterator[Visit]:
    """Open every kind of page as everybody, about records full of the text."""
    who, checking = hostile.history(text)
    asked = quote(text, safe="")
    for role, starts in STARTS.items():
        client = app.test_client()
        if role in who:
            make.sign_in(client, who[role])
        more = [f"{starts[0]}?q={asked}&state={asked}&next={asked}"]
        if role == "staff":
            more.append(f"/pratiche/{checking.practice_code}/istruttoria")
            more.append(f"/gestione/avvisi/{checking.call.code}")
        yield from walk(client, [*starts, *more])


@pytest.mark.check(27)
@pytest.mark.parametrize("text", hostile.packed(), ids=lambda text: ascii(text[:24]))
def test_what_people_type_is_only_ever_read(app: Flask, db: SQLAlchemy, text: str) -> None:
    shown = set()
    for visit in visits(app, text):
        if visit.page is not None:
            assert (visit.path, visit.page.dangers) == (visit.path, [])
            shown |= {visit.endpoint} if visit.page.holds(text) else set()
    assert SHOWN_ON - shown == set()
    assert foreign_parts() == []
    assert plain_mails(text) >= 4


def foreign_parts() -> list[str]:
    """Return what documents hold besides what their templates write."""
    found = []
    for html in make.db.session.scalars(sa.select(Document.html)):
        page = Page(html)
        found += [danger for danger in page.dangers if danger != "<style>"]
        assert "pdfkit-" not in [text[:7] for text in page.texts]
    return found


def plain_mails(text: str) -> int:
    """Return how many mails carry the text; all of them are plain ones."""
    mails = list(make.db.session.scalars(sa.select(Mail)))
    messages = [outbox.as_message(mail) for mail in mails]
    assert {message.get_content_type() for message in messages} == {"text/plain"}
    return sum(text in message.get_content() for message in messages)


@pytest.mark.parametrize("text", [text for text in hostile.vectors() if "<" in text])
def test_reader_would_notice_it_unescaped(text: str) -> None:
    quiet = "<meta content=" in text or "<%=" in text or "<!--" in text
    assert bool(Page(f"<p>{text}</p>").dangers) is not quiet


@pytest.mark.parametrize(
    ("facts", "dangers"),
    [
        ('src="/valutazioni/IPL-AAAA-BBBB/allegati/a1_b-2#navpanes=0&view=FitH"', []),
        ('src="/valutazioni/IPL-AAAA-BBBB/allegati/a1_b-2"', ["<iframe>"]),
        ('src="/valutazioni/../account#navpanes=0&view=FitH"', ["<iframe>"]),
        ('src="//esempio.example.org/a#navpanes=0&view=FitH"', ["<iframe>"] * 2),
        ('src="/x" onload="alert(1)"', ["<iframe>"] * 2),
        ("", ["<iframe>"]),
    ],
)
def test_reader_lets_the_frame_of_a_dossiers_pdf_alone_pass(facts: str, dangers: list[str]) -> None:
    found = Page(f'<iframe {facts} title="Bilancio.pdf" loading="lazy"></iframe>').dangers
    assert [danger[:7] + ">" for danger in found] == dangers
