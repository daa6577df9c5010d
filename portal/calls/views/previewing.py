"""The form of a call as applicants will see it: the pages of its sections; nothing is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.calls import forms
from portal.calls.views.blueprint import blueprint
from portal.calls.views.building import open_bench
from portal.errors import Invalid, NotFound
from portal.i18n import in_language
from portal.questionnaires.engine import Answers, Given, is_blank, read_answer
from portal.questionnaires.forms import section_form
from portal.web import access, page


@blueprint.route("/gestione/avvisi/<code>/modulo/anteprima/<section>", methods=["GET", "POST"])
@access("call.edit")
def preview_form(code: str, section: str) -> ResponseReturnValue:
    """A section with what was typed in the preview so far, for somebody with this profile."""
    bench = open_bench(code)
    form, shown = bench.read, forms.PreviewForm(request.form)
    if section not in known_sections(form):
        raise NotFound
    typed = typed_so_far(form)
    answers = Answers(form, given_of(form, typed), shown.profile)
    with in_language(shown.spoken):
        fields = section_form(form.section(section), answers)
        return page(
            "calls/builder/preview.html",
            call=bench.call,
            form=fields,
            read=form,
            section=form.section(section),
            answers=answers,
            shown=shown,
            kept=forms.write_kept(typed),
            problems=told_of(answers),
        )


def known_sections(form: Any) -> list[str]:
    """Return the keys of a form's sections."""
    return [each.key for each in form.sections]


def typed_so_far(form: Any) -> dict[str, list[str]]:
    """Return what was typed in the preview: kept from earlier pages, and on the one just left."""
    typed = forms.read_kept(request.form.get("kept", ""))
    if request.form.get("from") in known_sections(form):
        here = form.section(request.form["from"])
        typed |= section_form(here, Answers(form, {}), request.form).typed()
    return typed


def told_of(answers: Answers) -> dict[str, str]:
    """Return what the checks say, by the question they say it beside."""
    return {problem.at: problem.message for problem in answers.sight.problems}


def given_of(form: Any, typed: Mapping[str, list[str]]) -> dict[str, Given]:
    """Return what was typed as answers, right or wrong; nothing of it is kept."""
    found = {}
    for key, texts in typed.items():
        question = form.by_key.get(key)
        if question is None or is_blank(texts):
            continue
        try:
            found[key] = Given(texts, read_answer(question, texts), None)
        except Invalid as refusal:
            blank = refusal.code == "required"
            found[key] = Given(texts, None, None if blank else refusal.code)
    return found
