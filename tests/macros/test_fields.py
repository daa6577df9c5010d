"""Fields and forms: label above, help and error tied to the control, nothing lost on the way."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from tests.macros.conftest import Draw, flat


def choices(**labels: str) -> list[SelectChoice]:
    """Return the choices of a field, by value."""
    return [SelectChoice(value, label) for value, label in labels.items()]


class PartnerForm(Form):
    """A partner, inside the form of a project."""

    name = StringField("Partner", [InputRequired("Write the partner's name")])


class ProjectForm(Form):
    """One field of each kind."""

    version = HiddenField()
    title = StringField("Title", [InputRequired("Write a title")], description="A short one")
    nickname = StringField("Nickname", [Length(max=40)])
    story = TextAreaField("Story", [InputRequired(), Length(max=2000)])
    town = SelectField("Town", choices=choices(bo="Bologna", im="Imola"))
    kind = RadioField("Kind", [InputRequired("Choose a kind")], choices=choices(a="APS", b="ODV"))
    areas = SelectMultipleField("Areas", choices=choices(farm="Farming", tour="Tourism"))
    statute = FileField("Statute", [InputRequired()])
    read = BooleanField("I have read", [InputRequired("Tick it")])
    partner = FormField(PartnerForm)
    partners = FieldList(FormField(PartnerForm), min_entries=1)


FILLED = {
    "version": "4",
    "title": "Bread & roses",
    "story": "One\nTwo",
    "town": "im",
    "kind": "b",
    "areas": "tour",
    "read": "y",
    "statute": "statute.pdf",
    "partner-name": "Coop",
    "partners-0-name": "Circle",
}


def form_with(**changes: str) -> ProjectForm:
    """Return the form as posted, already judged."""
    form = ProjectForm(MultiDict({**FILLED, **changes}))
    form.validate()
    return form


def test_filled_form_has_no_errors(draw: Draw) -> None:
    form = form_with()
    assert form.errors == {}
    assert draw("forms", "error_summary", form) == ""
    assert draw("forms", "title_error", form) == ""


def test_text_field_keeps_its_value_and_names_its_help(draw: Draw) -> None:
    drawn = draw("fields", "field", form_with().title, width="m", autocomplete="off")
    assert drawn == (
        '<div class="portal-field"><label for="title">Title</label>'
        '<p class="form-text" id="title-help">A short one</p>'
        '<div class="portal-affix field-m"><input aria-describedby="title-help" autocomplete="off" '
        'class="form-control" id="title" name="title" required type="text" '
        'value="Bread &amp; roses"></div></div>'
    )


def test_wrong_field_ties_help_and_error_to_its_control(draw: Draw) -> None:
    drawn = draw("fields", "field", form_with(title="").title)
    assert drawn == (
        '<div class="portal-field has-error"><label for="title">Title</label>'
        '<p class="form-text" id="title-help">A short one</p>'
        '<p class="field-error" id="title-error"><span class="visually-hidden">Error:</span>'
        'Write a title</p><div class="portal-affix">'
        '<input aria-describedby="title-help title-error" aria-invalid="true"'
        ' class="form-control" id="title" name="title" required type="text" '
        'value=""></div></div>'
    )


def test_optional_field_says_so_and_the_browser_cuts_nothing(draw: Draw) -> None:
    assert draw("fields", "field", form_with().nickname, suffix="€") == (
        '<div class="portal-field"><label for="nickname">Nickname'
        '<span class="optional">(optional)</span></label><div class="portal-affix">'
        '<input class="form-control" id="nickname" name="nickname" type="text" value="">'
        '<span class="portal-affix-text" aria-hidden="true">€</span></div></div>'
    )


def test_long_text_says_its_limit(draw: Draw) -> None:
    assert draw("fields", "field", form_with().story, rows=9) == (
        '<div class="portal-field"><label for="story">Story</label>'
        '<textarea aria-describedby="story-count" class="form-control" data-count="2000" '
        'id="story" name="story" required rows="9">One Two</textarea>'
        '<p class="form-text count" id="story-count" data-left="Characters left: {count}" '
        'data-over="Characters too many: {count}">At most 2000 characters</p>'
        '<p class="visually-hidden" aria-live="polite" data-count-spoken></p></div>'
    )


def test_select_shows_the_choice_made(draw: Draw) -> None:
    assert draw("choices", "select", form_with().town, width="s", autosubmit=True) == (
        '<div class="portal-field"><label for="town">Town<span class="optional">(optional)</span>'
        '</label><select class="form-control form-select field-s" data-autosubmit id="town" '
        'name="town"><option value="bo">Bologna</option>'
        '<option selected value="im">Imola</option></select></div>'
    )


def test_radios_are_a_group_with_a_legend(draw: Draw) -> None:
    assert draw("fields", "field", form_with().kind) == (
        '<fieldset class="portal-field portal-choices" id="kind"><legend>Kind</legend>'
        '<div class="choices"><div class="choice">'
        '<input type="radio" id="kind-0" name="kind" value="a"><label for="kind-0">APS</label>'
        '</div><div class="choice"><input type="radio" id="kind-1" name="kind" value="b" checked>'
        '<label for="kind-1">ODV</label></div></div></fieldset>'
    )


def test_several_choices_are_ticks_not_a_list_to_hold_keys_on(draw: Draw) -> None:
    assert draw("fields", "field", form_with(areas="9").areas, optional=False) == (
        '<fieldset class="portal-field portal-choices has-error" id="areas" '
        'aria-describedby="areas-error"><legend>Areas</legend><p class="field-error" '
        'id="areas-error"><span class="visually-hidden">Error:</span>'
        "&#39;9&#39; is not a valid choice for this field.</p>"
        '<div class="choices"><div class="choice"><input type="checkbox" id="areas-0" name="areas" '
        'value="farm" aria-invalid="true"><label for="areas-0">Farming</label></div>'
        '<div class="choice"><input type="checkbox" id="areas-1" name="areas" value="tour" '
        'aria-invalid="true"><label for="areas-1">Tourism</label></div></div></fieldset>'
    )


def test_single_tick_has_its_words_beside_it(draw: Draw) -> None:
    assert draw("fields", "field", form_with().read) == (
        '<div class="portal-field"><div class="choice">'
        '<input checked id="read" name="read" required type="checkbox" value="y">'
        '<label for="read">I have read</label></div></div>'
    )


def test_upload_lists_kept_files_each_with_its_way_out(draw: Draw) -> None:
    kept = [
        {"id": 8, "name": "old.pdf", "size_text": "1,2 MB", "url": "/8", "status_text": "Kept"},
    ]
    drawn = draw("upload", "upload", form_with().statute, kept, max_bytes=10_000_000, accept=".pdf")
    kept_line = (
        '<div class="file-text"><a href="/8">old.pdf</a><span class="file-size">1,2 MB</span>'
        '<span class="file-status file-info">'
    )
    button = (
        '<button type="submit" class="btn btn-link btn-sm" name="remove" value="8">Take away'
        '<span class="visually-hidden">old.pdf</span></button>'
    )
    control = (
        '<input accept=".pdf" aria-describedby="statute-count" class="form-control" '
        'data-max-bytes="10000000" id="statute" name="statute" required type="file">'
    )
    assert [drawn.count(part) for part in (kept_line, button, control, ">At most 10 MB<")] == [
        1,
        1,
        1,
        1,
    ]


def test_hidden_field_has_no_label(draw: Draw) -> None:
    hidden = '<input id="version" name="version" type="hidden" value="4">'
    assert draw("fields", "field", form_with().version) == hidden
    assert draw("fields", "hidden", "next", "/a?b&c") == (
        '<input type="hidden" name="next" value="/a?b&amp;c">'
    )


@pytest.mark.parametrize(
    ("name", "kind", "anchor"),
    [
        ("title", "input", "title"),
        ("story", "textarea", "story"),
        ("town", "select", "town"),
        ("kind", "radios", "kind-0"),
        ("areas", "checkboxes", "areas-0"),
        ("statute", "upload", "statute"),
        ("read", "checkbox", "read"),
        ("version", "hidden", "version"),
    ],
)
def test_each_field_gets_its_control_and_its_anchor(
    draw: Draw, name: str, kind: str, anchor: str
) -> None:
    field = form_with()[name]
    assert (draw("kinds", "kind", field), draw("kinds", "anchor", field)) == (kind, anchor)


def test_error_summary_leads_to_each_wrong_field_however_deep(draw: Draw) -> None:
    form = form_with(title="", kind="", **{"partner-name": "", "partners-0-name": ""})
    form.form_errors = ["Two answers disagree"]
    drawn = draw("forms", "error_summary", form, [("The call is closed", "")])
    assert drawn.split("<ul>")[1] == (
        "<li>The call is closed</li><li>Two answers disagree</li>"
        '<li><a href="#title">Title</a>: Write a title</li>'
        '<li><a href="#kind-0">Kind</a>: Choose a kind</li>'
        '<li><a href="#partner-name">Partner</a>: Write the partner&#39;s name</li>'
        '<li><a href="#partners-0-name">Partner</a>: Write the partner&#39;s name</li></ul></div>'
    )
    assert drawn.startswith(
        '<div class="error-summary" role="alert" aria-labelledby="error-summary-title" '
        'tabindex="-1" data-error-summary><h2 id="error-summary-title">'
    )
    assert draw("forms", "title_error", form) == "Error:"


@pytest.mark.parametrize("has_fields", [False, True])
def test_form_opens_with_its_hidden_fields_and_one_token(draw: Draw, has_fields: bool) -> None:
    form = form_with() if has_fields else None
    version = '<input id="version" name="version" type="hidden" value="4">' if form else ""
    drawn = draw("forms", "form_open", form, "/save", multipart=True, shortcut=True)
    assert drawn == (
        '<form method="post" action="/save" enctype="multipart/form-data" data-shortcut novalidate>'
        f'{version}<input type="hidden" name="csrf_token" value="token">'
    )
    assert "csrf_token" not in draw("forms", "form_open", form, method="get")


def test_submit_row_puts_the_main_button_first(draw: Draw) -> None:
    others = [{"label": "Leave", "name": "then", "value": "exit"}, {"label": "Help", "url": "/h"}]
    drawn = draw("forms", "submit_row", "Save", "then", "go", secondary=others, back_url="/back")
    assert drawn.split("<svg")[0] == (
        '<div class="submit-row">'
        '<button type="submit" class="btn btn-primary" name="then" value="go">Save</button>'
        '<button type="submit" class="btn btn-outline-primary" name="then" value="exit">Leave'
        '</button><a class="btn btn-outline-primary" href="/h">Help</a>'
        '<a class="submit-back" href="/back">'
    )


def test_fieldset_ties_its_help_and_errors_to_the_group(draw: Draw) -> None:
    drawn = draw(
        "forms", "fieldset", "Costs", "In euros", ["Too much"], "costs", "h2", inside="<i></i>"
    )
    assert drawn == (
        '<fieldset class="portal-fieldset has-error" id="costs" '
        'aria-describedby="costs-help costs-error"><legend><h2>Costs</h2></legend>'
        '<p class="form-text" id="costs-help">In euros</p><p class="field-error" id="costs-error">'
        '<span class="visually-hidden">Error:</span>Too much</p><i></i></fieldset>'
    )


def test_flat_takes_out_layout_alone() -> None:
    assert flat("\n<p>\n  One\n two </p>  <b>3</b>") == "<p>One two</p><b>3</b>"
