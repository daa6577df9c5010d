"""Languages: translated sentences, texts stored by language, and how values are written.

Message ids are English, Italian is the default and complete language. Facts go into a sentence as
``%(name)s``; a percent sign of its own is passed as a fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from gettext import NullTranslations
from pathlib import Path

import flask_babel
from babel.dates import format_date as babel_format_date
from babel.numbers import format_decimal
from flask import Flask, g, has_app_context, has_request_context, request, session
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from portal import clock, money
from portal.errors import MESSAGES, PortalError

DEFAULT_LANGUAGE = "it"
LANGUAGES = {"it": "Italiano", "en": "English"}
CATALOGUES = Path(__file__).parent / "translations"

SPOKEN = "spoken"
UserLanguage = Callable[[], str | None]


def spoken() -> tuple[str, NullTranslations]:
    """The language of the page, mail or document being made, and its catalogue.

    Kept for the request: a page asks hundreds of times, and Flask-Babel's own way to the
    catalogue costs more than the rest of the page.
    """
    if not has_app_context():
        return DEFAULT_LANGUAGE, NullTranslations()
    found: tuple[str, NullTranslations] | None = g.get(SPOKEN)
    if found is None:
        locale = flask_babel.get_locale()
        language = known_language(locale.language if locale else None)
        found = (language, flask_babel.get_translations())
        setattr(g, SPOKEN, found)
    return found


def forget_spoken() -> None:
    """Ask for the language again: it has just changed."""
    if has_app_context():
        g.pop(SPOKEN, None)


def gettext(message_id: str, **facts: object) -> str:
    """The sentence in the reader's language, its facts filled in."""
    sentence = spoken()[1].gettext(message_id)
    return sentence % facts if facts else sentence


def ngettext(singular: str, plural: str, num: int, **facts: object) -> str:
    """The sentence that suits ``num``, which is a fact of it too: ``%(num)s``."""
    sentence = spoken()[1].ngettext(singular, plural, num)
    return sentence % {"num": num, **facts}


@pass_eval_context
def template_gettext(context: EvalContext, message_id: str, **facts: object) -> str:
    """What templates call ``_``: the sentence is markup, its facts are escaped."""
    sentence = spoken()[1].gettext(message_id)
    written = as_written(context, sentence)
    return written % facts if facts else written


@pass_eval_context
def template_ngettext(
    context: EvalContext, singular: str, plural: str, num: int, **facts: object
) -> str:
    """The same for sentences that depend on a number."""
    sentence = spoken()[1].ngettext(singular, plural, num)
    return as_written(context, sentence) % {"num": num, **facts}


def as_written(context: EvalContext, sentence: str) -> str:
    """A sentence of ours as markup, where what is put into it is escaped."""
    if not context.autoescape:
        return sentence
    return Markup(sentence)  # noqa: S704 - our own words  # nosec B704


def lazy(message_id: str, **facts: object) -> LazyString:
    """A sentence translated each time it is shown: for labels written at import time."""
    return LazyString(gettext, message_id, **facts)


_ = gettext


def init_app(app: Flask, user_language: UserLanguage | None = None) -> None:
    """Set the languages up; ``user_language`` gives the language of who is signed in, else None."""

    def choose() -> str:
        chosen = user_language() if user_language and has_request_context() else None
        return known_language(chosen or visit_language())

    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(CATALOGUES)
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT_LANGUAGE
    flask_babel.Babel().init_app(app, locale_selector=choose)
    app.jinja_env.globals.update(
        _=template_gettext, gettext=template_gettext, ngettext=template_ngettext
    )
    app.jinja_env.filters.update(
        amount=format_amount,
        day=format_date,
        instant=format_instant,
        number=format_number,
        percent=format_percent,
        pick=pick,
        size=format_size,
    )


def known_language(code: str | None) -> str:
    """The language if the portal speaks it, else Italian."""
    return code if code in LANGUAGES else DEFAULT_LANGUAGE


def visit_language() -> str:
    """The language this visitor switched to, Italian otherwise whatever the browser prefers."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    return known_language(session.get("lang") or request.cookies.get("lang"))


def current_language() -> str:
    """The language of the page, mail or document being made."""
    return spoken()[0]


def forget_choice() -> None:
    """Choose the language anew, within a request that has just changed it."""
    flask_babel.refresh()
    forget_spoken()


@contextmanager
def in_language(code: str | None) -> Iterator[None]:
    """Speak another language for a while: mails and documents use their reader's."""
    forget_spoken()
    try:
        with flask_babel.force_locale(known_language(code)):
            yield
    finally:
        forget_spoken()


def pick(text: Mapping[str, str] | None, locale: str | None = None) -> str:
    """A text stored by language, in the reader's; in Italian where that one is missing or blank."""
    if not text:
        return ""
    return text.get(locale or current_language()) or text.get(DEFAULT_LANGUAGE) or ""


def format_instant(instant: datetime, seconds: bool = False) -> str:
    """The instant on the clocks of Rome: ``22/11/2026, ore 12:00``."""
    local = clock.to_rome(instant)
    time = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    return gettext("%(date)s at %(time)s", date=format_date(local.date()), time=time)


def format_date(day: date) -> str:
    """The day in figures, the same in every language: ``22/11/2026``; of an instant, Rome's day."""
    if isinstance(day, datetime):
        day = clock.rome_date(day)
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def format_long_date(day: date) -> str:
    """The day in words, as letters and acts write it: ``22 novembre 2026``."""
    if isinstance(day, datetime):
        day = clock.rome_date(day)
    return babel_format_date(day, "d MMMM y", locale=current_language())


def format_amount(amount: Decimal) -> str:
    """The amount of euros: ``1.234,56 €``."""
    return money.format_amount(amount, current_language())


def format_number(number: int | Decimal) -> str:
    """The number with grouped thousands and the decimals it has."""
    pattern = "#,##0" if isinstance(number, int) else "#,##0.######"
    return format_decimal(number, pattern, locale=current_language())


def format_percent(percent: Decimal) -> str:
    """The percentage, given as 0 to 100: ``12,5%``."""
    return f"{format_number(percent)}%"


def format_size(octets: int) -> str:
    """The size of a file, as computers show it: ``350 kB``, ``1,2 MB``, ``75,7 GB``."""
    kilobytes = -(-octets // 1024)
    if kilobytes < 1024:
        return f"{format_number(kilobytes)} kB"
    unit, power = ("MB", 2) if octets < 1024**3 else ("GB", 3)
    return f"{format_number((Decimal(octets) / 1024**power).quantize(Decimal('0.1')))} {unit}"


def message(error: PortalError) -> str:
    """What went wrong and what to do, in the reader's language."""
    sentence = MESSAGES.get(error.code) or MESSAGES[error.default_code]
    facts = _Facts({name: _say(name, fact) for name, fact in error.facts.items()})
    return gettext(sentence) % facts


class _Facts(dict[str, str]):
    """The facts of a sentence; one nobody gave shows as a gap, never as a crash."""

    def __missing__(self, name: str) -> str:
        return "…"


def _say(name: str, fact: object) -> str:
    if isinstance(fact, datetime):
        return format_instant(fact)
    if isinstance(fact, date):
        return format_date(fact)
    if isinstance(fact, Decimal):
        return format_percent(fact) if name.endswith("percent") else format_amount(fact)
    return format_number(fact) if isinstance(fact, int) else str(fact)
