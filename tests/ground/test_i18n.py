"""Languages: Italian unless somebody chose, texts by language, values as people write them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask, session

from portal import i18n
from portal.errors import Invalid, NotFound, PortalError, WrongState
from scripts.translations import compile_catalogue

NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)
SIZES = (1, 350 * 1024, 20 * 1024**2, 1_258_292, 81_067_507_712)
REQUIRED = {
    "it": "Compila questo campo: serve per andare avanti.",
    "en": "Fill in this field: it is needed to go on.",
}


@pytest.fixture
def account() -> dict[str, str | None]:
    """The language of who is signed in, if any."""
    return {"language": None}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, account: dict[str, str | None]) -> Flask:
    """A site of one page, with the ground's own translations."""
    folder = tmp_path / "it"
    folder.mkdir()
    shutil.copy(i18n.CATALOGUES / "it" / "errors.po", folder)
    assert compile_catalogue(folder) == []
    monkeypatch.setattr(i18n, "CATALOGUES", tmp_path)
    site = Flask("site")
    site.secret_key = "for this test"
    i18n.init_app(site, lambda: account["language"])
    site.add_url_rule("/", "page", lambda: i18n.message(Invalid("required")))
    return site


@pytest.fixture
def spoken(site: Flask) -> Iterator[None]:
    """Where sentences are said outside any request, as by a worker."""
    with site.app_context():
        yield


def test_page_is_italian_whatever_the_browser_prefers(site: Flask) -> None:
    page = site.test_client().get("/", headers={"Accept-Language": "en, de;q=0.5"})
    assert page.text == REQUIRED["it"]


@pytest.mark.parametrize(("chosen", "language"), [("en", "en"), ("it", "it"), ("xx", "it")])
def test_page_speaks_the_language_chosen_for_the_visit(
    site: Flask, chosen: str, language: str
) -> None:
    visitor = site.test_client()
    with visitor.session_transaction() as visit:
        visit["lang"] = chosen
    assert visitor.get("/").text == REQUIRED[language]
    returning = site.test_client()
    returning.set_cookie("lang", chosen)
    assert returning.get("/").text == REQUIRED[language]


def test_page_speaks_the_language_of_the_account(
    site: Flask, account: dict[str, str | None]
) -> None:
    visitor = site.test_client()
    visitor.set_cookie("lang", "it")
    account["language"] = "en"
    assert visitor.get("/").text == REQUIRED["en"]


def test_choice_is_forgotten_when_it_changes_within_a_request(site: Flask) -> None:
    with site.test_request_context("/"):
        assert i18n.current_language() == "it"
        session["lang"] = "en"
        assert i18n.current_language() == "it"
        i18n.forget_choice()
        assert i18n.current_language() == "en"


@pytest.mark.usefixtures("spoken")
def test_in_language_speaks_to_another_reader_for_a_while() -> None:
    label = i18n.lazy("Answer yes or no.")
    with i18n.in_language("en"):
        assert str(label) == "Answer yes or no."
        with i18n.in_language("it"):
            assert str(label) == "Rispondi sì o no."
        assert i18n.current_language() == "en"
    assert str(label) == "Rispondi sì o no."
    with i18n.in_language(None):
        assert i18n.current_language() == "it"


@pytest.mark.usefixtures("spoken")
def test_ngettext_counts_in_english_where_there_is_no_italian() -> None:
    one, many = (i18n.ngettext("%(num)s call", "%(num)s calls", number) for number in (1, 2))
    assert (one, many) == ("1 call", "2 calls")


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize(
    ("text", "language", "picked"),
    [
        ({"it": "Avviso", "en": "Call"}, "en", "Call"),
        ({"it": "Avviso", "en": "Call"}, "it", "Avviso"),
        ({"it": "Avviso", "en": ""}, "en", "Avviso"),
        ({"it": "Avviso"}, "en", "Avviso"),
        ({}, "en", ""),
        (None, "it", ""),
    ],
)
def test_pick_falls_back_to_italian(
    text: dict[str, str] | None, language: str, picked: str
) -> None:
    with i18n.in_language(language):
        assert i18n.pick(text) == picked
    assert i18n.pick(text, language) == picked


@pytest.mark.usefixtures("spoken")
def test_values_are_written_as_italians_do() -> None:
    assert i18n.format_instant(NOON) == "22/11/2026, ore 12:00"
    assert i18n.format_instant(NOON, seconds=True) == "22/11/2026, ore 12:00:00"
    assert i18n.format_date(date(2026, 5, 9)) == "09/05/2026"
    assert i18n.format_date(datetime(2026, 5, 8, 22, tzinfo=UTC)) == "09/05/2026"
    assert i18n.format_long_date(datetime(2026, 5, 8, 22, tzinfo=UTC)) == "9 maggio 2026"
    assert i18n.format_amount(Decimal("1234.5")) == "1.234,50\xa0€"
    assert i18n.format_number(10_000) == "10.000"
    assert i18n.format_number(Decimal("8.50")) == "8,5"
    assert i18n.format_percent(Decimal("12.50")) == "12,5%"
    assert [i18n.format_size(size) for size in SIZES] == [
        "1 kB",
        "350 kB",
        "20 MB",
        "1,2 MB",
        "75,5 GB",
    ]


@pytest.mark.usefixtures("spoken")
def test_values_are_written_for_readers_of_english() -> None:
    with i18n.in_language("en"):
        assert i18n.format_instant(NOON) == "22/11/2026 at 12:00"
        assert i18n.format_long_date(date(2026, 5, 9)) == "9 May 2026"
        assert i18n.format_amount(Decimal("1234.5")) == "€1,234.50"


def test_templates_write_values_through_filters(site: Flask) -> None:
    shown = "{{ sum|amount }} {{ at|instant }} {{ at|day }} {{ text|pick }} {{ _('Calls') }}"
    with site.test_request_context("/"):
        text = site.jinja_env.from_string(shown).render(
            sum=Decimal(5), at=NOON, text={"it": "Avviso"}
        )
    assert text == "5,00\xa0€ 22/11/2026, ore 12:00 22/11/2026 Avviso Calls"


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            Invalid("too_long", length=10_001, maximum=10_000),
            "Il testo è troppo lungo: ha 10.001 caratteri e ne può avere al massimo 10.000. "
            "Accorcialo.",
        ),
        (
            Invalid("amount_range", minimum=Decimal("0.01"), maximum=Decimal("25000.00")),
            "L'importo deve essere tra 0,01\xa0€ e 25.000,00\xa0€.",
        ),
        (
            Invalid("percent_total", total_percent=Decimal("99.99")),
            "La somma delle percentuali deve fare 100: adesso fa 99,99%.",
        ),
        (
            Invalid("date_range", minimum="1900", maximum="2100"),
            "L'anno deve essere tra 1900 e 2100. Controllalo.",
        ),
        (
            Invalid("number_range", minimum=NOON),
            "Il numero deve essere tra 22/11/2026, ore 12:00 e ….",
        ),
        (
            Invalid("number_range", minimum=date(2026, 5, 9), maximum=2),
            "Il numero deve essere tra 09/05/2026 e 2.",
        ),
        (
            NotFound("call_unheard_of"),
            "Non troviamo questa pagina. Controlla l'indirizzo, oppure riparti dalla pagina "
            "iniziale.",
        ),
        (
            WrongState(state="closed"),
            "Questa operazione non è più possibile, o non lo è ancora. Ricarica la pagina per "
            "vedere a che punto siamo.",
        ),
    ],
)
def test_message_says_the_facts_in_the_readers_language(error: PortalError, text: str) -> None:
    assert i18n.message(error) == text
