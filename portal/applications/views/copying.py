"""Taking over the answers of an earlier application."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.applications import forms, queries, services
from portal.applications.views.blueprint import blueprint
from portal.errors import Invalid, NotFound
from portal.i18n import ngettext
from portal.web import access, actor, form_page, go, put_errors, say


@blueprint.route("/domande/<practice_code>/copia", methods=["GET", "POST"])
@access("application.edit")
def copy_answers(practice_code: str) -> ResponseReturnValue:
    """Choose an earlier application to copy from; see what is copied and what is not."""
    application = queries.get_own_application(practice_code, actor())
    if not queries.is_untouched(application):
        return go("applications.show_application", practice_code=practice_code)
    offered = queries.copyable(application, actor())
    if not offered:
        raise NotFound
    form = forms.copy_form(offered)
    if form.validate_on_submit():
        try:
            say_copied(services.copy_earlier_answers(application, form.earlier.value, actor()))
            return go("applications.show_application", practice_code=practice_code)
        except Invalid as refusal:
            put_errors(form, refusal)
    facts = {"application": application, "offered": offered}
    return form_page("applications/copy_answers.html", form, **facts)


def say_copied(count: int) -> None:
    """Say how many answers were copied."""
    say(
        ngettext(
            "One answer has been copied. Read it again before you send.",
            "%(num)s answers have been copied. Read them again before you send.",
            count,
        )
    )
