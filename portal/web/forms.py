"""Forms: what people type stays as typed, what it means is read by `portal.parse` alone.

A field's `data` is the text that was sent, shown again after an error; its `value` is the parsed
one, valid after `validate()`. WTForms' own number and date fields are not used: they read Italian
wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import (
    BooleanField,
    Field,
    FileField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields import SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import StopValidation
from wtforms.widgets import ListWidget, RadioInput

from portal import i18n, parse
from portal.errors import Invalid
from portal.web.resuming import typed_before

Reader = Callable[[str], Any]


class Parsed:
    """Mixin of the text-like fields: parse on validation, keep the text."""

    def set_reader(self, reader: Reader, required: bool) -> None:
        """Keep what reads the text, and whether a blank is refused."""
        self.reader, self.required, self.value = reader, required, None
        if required:
            self.flags.required = True  # type: ignore[attr-defined]

    def pre_validate(self, form: Any) -> None:
        """Parse the text; turn a refusal into the field's message."""
        text = self.data or ""  # type: ignore[attr-defined]
        if not text.strip() and not self.required:
            return
        try:
            if not text.strip():
                raise Invalid("required")
            self.value = self.reader(text)
        except Invalid as error:
            raise StopValidation(i18n.message(error)) from error


class TextField(Parsed, StringField):
    """One line of text read by a function of `portal.parse`."""

    def __init__(
        self, label: Any, parse: Reader = parse.name, required: bool = True, **kwargs: Any
    ) -> None:
        help_text = kwargs.pop("help", "")
        super().__init__(label, description=help_text, **kwargs)
        self.set_reader(parse, required)


class AreaField(Parsed, TextAreaField):
    """Several lines of text, with a limit that the page counts as the server does."""

    def __init__(
        self, label: Any, required: bool = True, limit: int = 10_000, **kwargs: Any
    ) -> None:
        help_text = kwargs.pop("help", "")
        super().__init__(label, description=help_text, **kwargs)
        self.set_reader(lambda text: parse.free_text(text, limit), required)
        self.max_characters = limit


class SecretField(PasswordField):
    """A password: never trimmed, never shown again."""

    def __init__(self, label: Any, required: bool = True, **kwargs: Any) -> None:
        help_text = kwargs.pop("help", "")
        super().__init__(label, description=help_text, **kwargs)
        self.required = required
        if required:
            self.flags.required = True

    @property
    def value(self) -> str:
        """Return what was typed, to the character."""
        return self.data or ""

    def pre_validate(self, form: Any) -> None:
        if self.required and not self.data:
            raise StopValidation(i18n.message(Invalid("required")))


def as_choices(pairs: Iterable[Any]) -> list[SelectChoice]:
    """Return (key, label) pairs as WTForms wants them."""
    return [pair if isinstance(pair, SelectChoice) else SelectChoice(*pair) for pair in pairs]


class OptionsMixin:
    """Choices that refuse what isn't offered, in the portal's words."""

    choices: Any
    value: Any

    def offered(self) -> set[str]:
        """Return the keys on offer."""
        return {str(key) for key, *_ in self.choices}


class ChoiceField(OptionsMixin, SelectField):
    """One of several options; `radio=True` shows them all."""

    def __new__(cls, *args: Any, radio: bool = False, **kwargs: Any) -> Any:
        return super().__new__(
            RadioChoiceField if radio and cls is ChoiceField else cls, *args, **kwargs
        )

    def __init__(
        self,
        label: Any,
        choices: Sequence[tuple[str, Any]] = (),
        required: bool = True,
        **kwargs: Any,
    ) -> None:
        help_text = kwargs.pop("help", "")
        kwargs.pop("radio", None)
        super().__init__(label, choices=as_choices(choices), description=help_text, **kwargs)
        self.required, self.value = required, None
        if required:
            self.flags.required = True

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            if self.required:
                raise StopValidation(i18n.message(Invalid("choice_required")))
            return
        if self.data not in self.offered():
            raise StopValidation(i18n.message(Invalid("choice_unknown")))
        self.value = self.data


class RadioChoiceField(ChoiceField, RadioField):
    """The same with every option in sight."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()


class ManyField(OptionsMixin, SelectMultipleField):
    """Any number of options."""

    def __init__(
        self,
        label: Any,
        choices: Iterable[tuple[str, Any]] = (),
        required: bool = True,
        **kwargs: Any,
    ) -> None:
        help_text = kwargs.pop("help", "")
        super().__init__(label, choices=as_choices(choices), description=help_text, **kwargs)
        self.required, self.value = required, []
        if required:
            self.flags.required = True

    def pre_validate(self, form: Any) -> None:
        if not self.data and self.required:
            raise StopValidation(i18n.message(Invalid("choice_required")))
        if not set(self.data or ()) <= self.offered():
            raise StopValidation(i18n.message(Invalid("choice_unknown")))
        self.value = list(self.data or ())


class TickField(BooleanField):
    """A box to tick; `required` ones must be."""

    def __init__(self, label: Any, required: bool = False, **kwargs: Any) -> None:
        help_text = kwargs.pop("help", "")
        super().__init__(label, description=help_text, **kwargs)
        self.required = required
        if required:
            self.flags.required = True

    @property
    def value(self) -> bool:
        """Return whether it was ticked."""
        return bool(self.data)

    def pre_validate(self, form: Any) -> None:
        if self.required and not self.data:
            raise StopValidation(i18n.message(Invalid("tick_required")))


class UploadField(MultipleFileField):
    """Files; what they are is judged by `portal.files` in the service."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        help_text = kwargs.pop("help", "")
        super().__init__(label, description=help_text, **kwargs)

    @property
    def value(self) -> list[Any]:
        """Return the files that have a name or a content."""
        return [file for file in self.data or () if getattr(file, "filename", "")]


class PortalForm(FlaskForm):
    """A form of the portal; `values()` is what a service wants.

    On a page that brings an interrupted form back it holds what was typed then, not yet sent.
    """

    class Meta(FlaskForm.Meta):
        """Where a form takes what was typed from."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            sent = without_stray_files(form, super().wrap_formdata(form, formdata))
            return typed_before() if sent is None and formdata is not None else sent

    @property
    def is_typed(self) -> bool:
        """Tell whether somebody has typed in it, now or before it was interrupted."""
        return self.is_submitted() or typed_before() is not None

    def values(self) -> dict[str, Any]:
        """Return the parsed values by field name, without token and buttons."""
        return {name: field.value for name, field in self._fields.items() if has_value(field)}


def without_stray_files(form: Any, sent: Any) -> Any:
    """Return what was sent without files in the place of texts, which no page asks for."""
    if not isinstance(sent, CombinedMultiDict):
        return sent
    asked = {name for name, field in form._fields.items() if isinstance(field, FileField)}
    pairs = sent.items(multi=True)
    return MultiDict([pair for pair in pairs if isinstance(pair[1], str) or pair[0] in asked])


class FilterForm(PortalForm):
    """Search and filters of a list: sent by GET, it changes nothing and carries no token."""

    class Meta(PortalForm.Meta):
        """As every form, but for the token."""

        csrf = False


class CarriedField(HiddenField):
    """What a page carries along of what it showed, to tell whether that still stands.

    A form sent without it carries nothing: what stands now is never taken for it.
    """

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = valuelist[0] if valuelist else ""


UNKNOWN = -1  # a version that no record has


def carried_version(text: Any) -> int:
    """Return the version that a page carries; UNKNOWN for what no page wrote."""
    version = parse.carried(str(text or ""))
    return UNKNOWN if version is None else version


class VersionedForm(PortalForm):
    """A form that changes a record; `version` is that of the record as the page showed it."""

    version = CarriedField()

    @property
    def known_version(self) -> int:
        """Return the version that the person was looking at."""
        return carried_version(self.version.data)


def has_value(field: Field) -> bool:
    """Tell whether a field carries a parsed value."""
    return isinstance(
        field, Parsed | SecretField | ChoiceField | ManyField | TickField | UploadField
    )


def put_errors(form: Any, invalid: Invalid) -> None:
    """Put a service's refusals beside their fields; those of no field go above the form."""
    for name, error in invalid.errors.items():
        message = i18n.message(error)
        if name is not None and name in form:
            form[name].errors = [*form[name].errors, message]
        else:
            form.form_errors.append(message)
