"""Hostile HTML draws as text where people typed it, and reaches nothing even where it is HTML."""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from flask_sqlalchemy import SQLAlchemy

from portal import documents
from portal.documents.boxing import DrawingFailed
from portal.documents.drawing import Engine, draw
from tests import make
from tests.applications import stories
from tests.documents.attacks import attacks
from tests.documents.conftest import SECRET, Fake, issue_receipt, text_of
from tests.documents.listener import listening

ATTACKS = list(attacks(0, ""))
PAGE = '<html><head><meta charset="utf-8"></head><body><p>Ecco la ricevuta.</p>{}</body></html>'
FIELDS = ("application_title", "applicant", "tax_code", "call_title", "practice_code")

pytestmark = pytest.mark.check(39)


def test_listener_hears_a_renderer_that_is_not_boxed_in() -> None:
    with listening() as listener:
        page = PAGE.format(f'<img src="http://127.0.0.1:{listener.port}/img">')
        words = ["wkhtmltopdf", "--quiet", "-", "-"]
        environment = {"PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen"}
        subprocess.run(
            words, input=page.encode(), capture_output=True, env=environment, check=False
        )

    assert {call.split()[1] for call in listener.calls} == {b"/img"}


@pytest.mark.parametrize("name", ATTACKS)
def test_page_reaches_and_reads_nothing_even_without_a_namespace(
    proxy_alone: None, secret: Path, name: str
) -> None:
    with listening() as listener:
        page = PAGE.format(attacks(listener.port, str(secret))[name])
        try:
            text = text_of(draw(page))
        except DrawingFailed:
            text = ""  # no PDF at all is what a refused refresh leaves

    assert listener.calls == []
    assert SECRET not in text


def test_weasyprint_reaches_and_reads_nothing_even_without_a_namespace(
    proxy_alone: None, secret: Path
) -> None:
    documents.configure_drawing(engine=Engine.WEASYPRINT)
    with listening() as listener:
        text = text_of(draw(PAGE.format("".join(attacks(listener.port, str(secret)).values()))))

    assert listener.calls == []
    assert "Ecco la ricevuta." in text
    assert SECRET not in text


def drawn_in_the_end(page: str) -> bytes:
    """Draw as the job does: a renderer that crashes on a hostile page is started again."""
    for _ in range(9):
        with suppress(DrawingFailed):
            return draw(page)
    return draw(page)


def test_page_reaches_nothing_in_the_best_box_of_this_machine(engine: Engine, secret: Path) -> None:
    with listening() as listener:
        calls = attacks(listener.port, str(secret))
        page = PAGE.format("".join(part for name, part in calls.items() if "refresh" not in name))
        text = text_of(drawn_in_the_end(page))

    assert listener.calls == []
    assert "Ecco la ricevuta." in text
    assert SECRET not in text


def squeezed(text: str) -> str:
    """The text without the blanks and line breaks that setting it on sheets puts in."""
    return re.sub(r"\s", "", text)


def test_attacks_typed_into_every_field_are_text_on_the_receipt(
    db: SQLAlchemy, engine: Engine, secret: Path
) -> None:
    with listening() as listener:
        vectors = attacks(listener.port, str(secret))
        typed = " ".join(vectors.values())
        file = {"question": "Bilancio", "name": typed, "size": "1 kB", "sha256": "ab" * 32}
        document = issue_receipt(**dict.fromkeys(FIELDS, typed), files=[file])
        text = squeezed(text_of(draw(document.html), "-raw"))

    assert listener.calls == []
    assert SECRET not in text
    seen = {name: text.count(squeezed(vector)) for name, vector in vectors.items()}
    assert {name for name, count in seen.items() if count < len(FIELDS) + 1} == set()


def test_attacks_pass_the_services_as_text(db: SQLAlchemy) -> None:
    owner = make.user()
    attack = '<iframe src="file:///etc/passwd">'
    title = '<meta name="pdfkit-allow" content="/"><img src="http://127.0.0.1/img">'
    application = stories.draft(owner=owner, applicant=make.body(owner, name=attack))
    stories.fill(
        application, owner, project={**stories.COMPLETE["project"], "project_title": [title]}
    )
    stories.services.submit_application(application, owner, stories.KEY, stories.clock.now())
    assert application.submission is not None
    receipt = application.submission.receipt
    assert receipt is not None

    text = squeezed(text_of(draw(receipt.html), "-raw"))

    assert re.findall(r"<(?:meta name|iframe)", receipt.html) == []
    # The only picture is the square code of the receipt's own page.
    assert re.findall(r"<img src=.(.{14})", receipt.html) == ["data:image/svg"]
    assert "&lt;iframe src=" in receipt.html
    assert (squeezed(attack) in text, squeezed(title) in text) == (True, True)


@pytest.mark.check(40)
def test_page_gives_no_options_to_the_command(fake: Fake, tmp_path: Path) -> None:
    fake(f'printf "%s\\n" "$@" > {tmp_path}/words; printf %%PDF')
    meta = '<meta name="pdfkit-allow" content="/"><meta content="x" name=\'pdfkit-cookie-jar\'>'

    draw(PAGE.format(meta))

    assert (tmp_path / "words").read_text().split("\n")[:-1] == [
        "--page-size", "A4", "--encoding", "UTF-8",
        "--margin-top", "16mm", "--margin-bottom", "20mm",
        "--margin-left", "18mm", "--margin-right", "18mm",
        "--disable-local-file-access", "--disable-javascript", "--disable-plugins",
        "--proxy", "http://127.0.0.1:1",
        "--load-error-handling", "ignore", "--load-media-error-handling", "ignore",
        "--quiet", "-", "-",
    ]  # fmt: skip


@pytest.mark.check(40)
def test_weasyprint_is_told_nothing_but_its_program(fake: Fake, tmp_path: Path) -> None:
    fake(f'printf "%s\\n" "$@" > {tmp_path}/words; printf %%PDF')
    documents.configure_drawing(engine=Engine.WEASYPRINT)

    draw(PAGE.format('<meta name="pdfkit-allow" content="/">'))

    flag, program, *others = (tmp_path / "words").read_text().split()
    assert (flag, Path(program).name, others) == ("-I", "weasy.py", [])
