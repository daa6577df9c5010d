"""The Italian catalogue is complete, or the check says what is missing and where."""

from __future__ import annotations

from gettext import GNUTranslations
from pathlib import Path

import pytest

from scripts import translations

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one module and one page, with an empty catalogue."""
    (tmp_path / "portal").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "it").mkdir()
    (tmp_path / "portal" / "calls.py").write_text(
        'label = lazy("Calls")\nMESSAGES = {"x": mark("Too " "late")}\nngettext("one", "many", 2)\n'
    )
    (tmp_path / "templates" / "home.html").write_text("{{ _('Home') }}{% trans %}Bye{% endtrans %}")
    return tmp_path


def fragment(project: Path, name: str, *entries: str) -> None:
    (project / "it" / f"{name}.po").write_text(HEADER + "\n\n".join(entries) + "\n")


def entry(message_id: str, text: str) -> str:
    return f'msgid "{message_id}"\nmsgstr "{text}"'


COUNTED = 'msgid "one"\nmsgid_plural "many"\nmsgstr[0] "uno"\nmsgstr[1] "molti"'
PYTHON = (entry("Calls", "Avvisi"), entry("Too late", "Troppo tardi"), COUNTED)
PAGES = (entry("Home", "Pagina iniziale"), entry("Bye", "Ciao"))


def test_check_passes_where_every_sentence_is_translated(project: Path) -> None:
    fragment(project, "python", *PYTHON)
    fragment(project, "pages", *PAGES, entry("Calls", "Avvisi"))
    assert translations.check(project, project / "it") == []


def test_check_names_what_is_missing_and_what_is_idle(project: Path) -> None:
    fragment(project, "python", *PYTHON[:2], entry("Good-bye", "Addio"))
    fragment(project, "pages", *PAGES[:1])
    assert translations.check(project, project / "it") == [
        "portal/calls.py:3: no Italian for ('one', 'many')",
        "templates/home.html:1: no Italian for 'Bye'",
        "no longer used: 'Good-bye'",
    ]


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ([entry("Home", "")], "pages.po: not translated: 'Home'"),
        (["#, fuzzy\n" + PAGES[0]], "pages.po: fuzzy: 'Home'"),
        (
            [entry("%(day)s left", "%(days)s")],
            "pages.po: the translation names other facts: '%(day)s left'",
        ),
        (
            [entry("100%", "100 per cento")],
            "pages.po: a percent sign of its own (pass it as a fact): '100%'",
        ),
        (
            [entry("Calls", "Bandi")],
            "python.po: translated otherwise in another fragment: 'Calls'",
        ),
        (
            ['msgid "one"\nmsgid_plural "many"\nmsgstr[0] "uno"\nmsgstr[1] ""'],
            "pages.po: not translated: ('one', 'many')",
        ),
    ],
)
def test_compile_refuses_a_faulty_entry(project: Path, entries: list[str], problem: str) -> None:
    fragment(project, "pages", *entries)
    if "python.po" in problem:
        fragment(project, "python", PYTHON[0])
    assert translations.compile_catalogue(project / "it") == [problem]
    assert not (project / "it" / "LC_MESSAGES").exists()


def test_compile_refuses_a_broken_file(project: Path) -> None:
    fragment(project, "pages", 'msgid "Home\nmsgstr')
    problems = translations.compile_catalogue(project / "it")
    assert [problem.split(":")[0] for problem in problems] == ["pages.po"]


def test_compile_merges_the_fragments_into_one_catalogue(project: Path) -> None:
    fragment(project, "python", *PYTHON)
    fragment(project, "pages", *PAGES)
    assert translations.compile_catalogue(project / "it") == []
    with (project / "it" / "LC_MESSAGES" / "messages.mo").open("rb") as octets:
        italian = GNUTranslations(octets)
    assert [italian.gettext(text) for text in ("Calls", "Home")] == ["Avvisi", "Pagina iniziale"]
    assert [italian.ngettext("one", "many", number) for number in (1, 2)] == ["uno", "molti"]
    assert sorted(path.name for path in (project / "it" / "LC_MESSAGES").iterdir()) == [
        "messages.mo",
        "messages.po",
    ]


def test_command_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert translations.main([]) == 1
    assert capsys.readouterr().out == "usage: translations.py compile|check\n"
