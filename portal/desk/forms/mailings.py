"""What the office types when it writes to many."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal import parse
from portal.desk.services.mailings import LONGEST_BODY, LONGEST_SUBJECT, read_leaving
from portal.i18n import lazy
from portal.web import AreaField, ChoiceField, ManyField, PortalForm, TextField, VersionedForm

NOW, LATER = "now", "later"
OPTIONAL = lazy("Leave it blank and everybody reads the Italian text.")


def line(text: str) -> str:
    """Read the subject of a mail."""
    return parse.line(text, LONGEST_SUBJECT)


class TextsForm(VersionedForm):
    """Subject and text in both languages; the service says what is wrong with them."""

    subject_it = TextField(lazy("Subject"), parse=line)
    body_it = AreaField(lazy("Text"), limit=LONGEST_BODY)
    subject_en = TextField(lazy("Subject in English"), parse=line, required=False, help=OPTIONAL)
    body_en = AreaField(lazy("Text in English"), limit=LONGEST_BODY, required=False)

    def texts(self, part: str) -> dict[str, str]:
        """Return what was typed of a part, by language."""
        return {each: str(self[f"{part}_{each}"].data or "") for each in ("it", "en")}


class TemplateForm(TextsForm):
    """A template."""

    name = TextField(lazy("Name of the template"), parse=parse.line)


class LetterForm(PortalForm):
    """One letter, word for word."""

    subject = TextField(lazy("Subject"), parse=line)
    body = AreaField(lazy("Text"), limit=LONGEST_BODY)


class LeaveForm(VersionedForm):
    """When the mails leave."""

    when = ChoiceField(
        lazy("When do they leave?"),
        choices=[(NOW, lazy("At once")), (LATER, lazy("On a day and at an hour"))],
        radio=True,
    )
    leaves_at = TextField(
        lazy("Day and hour"),
        parse=read_leaving,
        required=False,
        help=lazy("Time of Rome. Until then you can take them back."),
        render_kw={"type": "datetime-local"},
    )


class ChooseReadersForm(PortalForm):
    """All the applications of a call in given states."""

    call = ChoiceField(lazy("Call"))
    states = ManyField(lazy("Applications in these states"))


def choose_readers_form(calls: Iterable[Any], states: Iterable[Any]) -> Any:
    """Return the form with the calls and states that there are."""
    form = ChooseReadersForm()
    form.call.choices = [("", lazy("Choose")), *calls]
    form.states.choices = list(states)
    return form
