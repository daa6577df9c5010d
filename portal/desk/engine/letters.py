"""What stands for something else in the text of a mail, and how it is filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from portal.errors import Invalid, declare, mark
from portal.i18n import lazy

declare(
    {
        "variable_unknown": mark("“%(name)s” stands for nothing here. Use one of the list."),
        "variable_blank": mark("There is nothing to put in the place of %(name)s."),
    }
)

VARIABLES: Mapping[str, Any] = {
    "nome": lazy("Name of who reads"),
    "codice_pratica": lazy("Application code"),
    "protocollo": lazy("Protocol number"),
    "titolo": lazy("Title of the project"),
    "richiedente": lazy("Name of the applicant"),
    "avviso": lazy("Title of the call"),
    "stato": lazy("State of the application"),
    "scadenza": lazy("Day until which we await what was asked for, or else the end of the call"),
}
OPENED = re.compile(r"%\(")
WHOLE = re.compile(r"%\(([a-z_]+)\)s")
STRAY = re.compile(
    r"""  # what other programs fill in
    \$?\{\{?\s*[^\W\d][\w\ .'-]*\}\}?  # {name}, {{ name }}, ${name}
    | \[\[?[^\W\d][\w\ .'-]*\]\]?  # [NAME]
    | <<?[^\W\d][\w\ .'-]*>>?  # <name>, <<name>>
    | (?<![\w%])%[^\W\d]\w*%  # %name%
    """,
    re.VERBOSE,
)
SHOWN = 40  # letters of what is refused


def require_known(text: str) -> None:
    """Raise `variable_unknown` unless all that looks like a variable is one."""
    for found in OPENED.finditer(text):
        whole = WHOLE.match(text, found.start())
        if whole is None or whole[1] not in VARIABLES:
            end = text.find(")", found.start()) + 2
            shown = text[found.start() : end if end > 1 else found.start() + SHOWN]
            raise Invalid("variable_unknown", name=shown[:SHOWN].strip())


def strays_in(*texts: str) -> list[str]:
    """Return what looks like a variable and is none, such as {nome} or [nome]; each once."""
    found = (match[0] for text in texts for match in STRAY.finditer(text))
    return list(dict.fromkeys(each[:SHOWN] for each in found))


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its variables filled in; what is filled in is never read again.

    Raises `variable_unknown`, or `variable_blank` where there is nothing to say.
    """
    require_known(text)

    def value(found: re.Match[str]) -> str:
        if not values.get(found[1], "").strip():
            raise Invalid("variable_blank", name=found[0])
        return values[found[1]]

    return WHOLE.sub(value, text)
