"""The texts that the office keeps to write them again."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.desk import forms, queries, services
from portal.desk.engine.letters import VARIABLES
from portal.desk.views.blueprint import blueprint
from portal.desk.views.mailings import texts_of
from portal.errors import Invalid, Stale
from portal.i18n import _
from portal.web import access, actor, form_page, go, page, put_errors, say


@blueprint.get("/comunicazioni/modelli")
@access("mail_template.edit")
def list_templates() -> ResponseReturnValue:
    """All templates."""
    return page("desk/mailings_templates.html", templates=queries.all_templates())


@blueprint.route("/comunicazioni/modelli/nuovo", methods=["GET", "POST"])
@access("mail_template.edit")
def create_template() -> ResponseReturnValue:
    """A new template."""
    return template_page(forms.TemplateForm(), None)


@blueprint.route("/comunicazioni/modelli/<int:template_id>", methods=["GET", "POST"])
@access("mail_template.edit")
def edit_template(template_id: int) -> ResponseReturnValue:
    """Change a template."""
    template = queries.get_template(template_id)
    shown = {**texts_of(template), "name": template.name, "version": template.version}
    return template_page(forms.TemplateForm(data=shown), template)


def template_page(form: Any, template: Any) -> ResponseReturnValue:
    """Keep what was typed, or show it with what is wrong."""
    if form.validate_on_submit():
        texts = form.texts("subject"), form.texts("body")
        try:
            name, version = form.name.value, form.known_version
            services.save_template(name, *texts, actor(), template, version)
        except Stale:
            form.form_errors.append(_("The template has changed meanwhile. Look at it again."))
            form.version.data = template.version
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The template is kept."))
            return go(".list_templates")
    return form_page("desk/mailings_template.html", form, written=template, variables=VARIABLES)


@blueprint.route("/comunicazioni/modelli/<int:template_id>/elimina", methods=["GET", "POST"])
@access("mail_template.edit")
def delete_template(template_id: int) -> ResponseReturnValue:
    """Ask, then forget a template."""
    template = queries.get_template(template_id)
    if request.method != "POST":
        return page("desk/mailings_template_delete.html", written=template)
    services.delete_template(template, actor())
    say(_("The template is deleted."))
    return go(".list_templates")
