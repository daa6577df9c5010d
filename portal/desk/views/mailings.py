"""Mails to many: whom, which words, one by one as they will be read, when they leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal import parse
from portal.applications.queries import get_dossier
from portal.desk import forms, queries, services
from portal.desk.engine.letters import VARIABLES, strays_in
from portal.desk.views.blueprint import blueprint
from portal.errors import Invalid, Stale, WrongState
from portal.i18n import _, message, ngettext
from portal.web import access, actor, form_page, go, page, put_errors, say


@blueprint.app_template_filter("letter_label")
def letter_label(state: Any) -> str:
    """The label of where a letter stands."""
    return str(queries.LETTER_LABELS[state])


@blueprint.app_template_filter("letter_tone")
def letter_tone(state: Any) -> str:
    """How it looks."""
    return queries.LETTER_TONES[state]


@blueprint.app_template_filter("why_left_out")
def why_left_out(letter: Any) -> str:
    """Why nothing is sent to somebody."""
    known = queries.LEFT_OUT_REASONS.get(letter.left_out)
    if known is not None:
        return str(known)
    return _("There is nothing to put in the place of %(name)s.", name=letter.left_out)


@blueprint.get("/comunicazioni")
@access("mailing.read")
def list_mailings() -> ResponseReturnValue:
    """The mailings, newest first, with what became of their mails."""
    found = queries.mailings_page(actor(), request.args)
    return page(
        "desk/mailings_list.html",
        mailings=found,
        page_url=lambda number: url_for(".list_mailings", page=number),
    )


@blueprint.get("/comunicazioni/posta")
@access("mailing.read", logged="read")
def list_letters() -> ResponseReturnValue:
    """The mails in the outbox: waiting, sent, not delivered and why."""
    listing = queries.read_box_listing(request.args)
    return page(
        "desk/mailings_box.html",
        letters=queries.letters_page(actor(), listing),
        listing=listing,
        states=[(each, queries.LETTER_LABELS[each]) for each in queries.IN_THE_BOX],
        page_url=lambda number: url_for(".list_letters", **listing.values(page=number)),
    )


@blueprint.route("/comunicazioni/nuova", methods=["GET", "POST"])
@access("mailing.create")
def choose_readers() -> ResponseReturnValue:
    """Write to all of a call in given states."""
    calls = queries.writable_calls(actor())
    form = forms.choose_readers_form(calls, queries.states_offered())
    if form.validate_on_submit():
        ids = queries.received_in(form.call.value, form.states.value, actor())
        try:
            mailing = services.open_mailing(ids, actor())
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            return go(".write_mailing", public_id=mailing.public_id)
    return form_page("desk/mailings_choose.html", form, calls=calls)


@blueprint.post("/pratiche/<practice_code>/comunicazione")
@access("mailing.create")
def write_to_applicant(practice_code: str) -> ResponseReturnValue:
    """Begin a mail about one dossier."""
    application = get_dossier(practice_code, actor())
    mailing = services.open_mailing([application.id], actor())
    return go(".write_mailing", public_id=mailing.public_id)


@blueprint.route("/comunicazioni/<public_id>/testo", methods=["GET", "POST"])
@access("mailing.edit")
def write_mailing(public_id: str) -> ResponseReturnValue:
    """Write the text, by hand or from a template."""
    mailing = queries.get_own_mailing(public_id, actor())
    if mailing.asked_at is not None:
        return go(".show_mailing", public_id=public_id)
    form = forms.TextsForm(data=text_shown(mailing))
    if form.is_submitted() and keep_text(mailing, form):
        return go(".preview_mailing", public_id=public_id)
    return form_page(
        "desk/mailings_write.html",
        form,
        mailing=mailing,
        templates=queries.all_templates(),
        variables=VARIABLES,
        count=counts_of(mailing).get("ready", 0),
    )


def text_shown(mailing: Any) -> dict[str, Any]:
    """Return the text as it stands, or that of the template which was chosen."""
    number = parse.carried(request.args.get("template", ""))
    record = mailing if number is None else queries.get_template(number)
    return {**texts_of(record), "version": mailing.version}


def texts_of(record: Any) -> dict[str, Any]:
    """Return subject and text by the names of the form."""
    return {
        f"{part}_{language}": getattr(record, part).get(language, "")
        for part in ("subject", "body")
        for language in ("it", "en")
    }


def keep_text(mailing: Any, form: Any) -> bool:
    """Keep what was typed; tell whether it was in order."""
    if not form.validate():
        return False
    texts = form.texts("subject"), form.texts("body")
    return is_done(form, mailing, services.write_mailing, *texts, actor(), form.known_version)


def is_done(form: Any, mailing: Any, service: Callable[..., Any], *given: Any) -> bool:
    """Change a mailing; False where that is refused, which the form then says."""
    try:
        service(mailing, *given)
    except Stale:
        show_moved_on(form, mailing)
    except Invalid as refusal:
        put_errors(form, refusal)
    else:
        return True
    return False


def show_moved_on(form: Any, mailing: Any) -> None:
    """Say above the form that the text has moved on; sent again, the form goes by what stands."""
    form.form_errors.append(_("The text was changed in another window. Look at it again."))
    form.version.data = str(mailing.version)


@blueprint.route("/comunicazioni/<public_id>/anteprima", methods=["GET", "POST"])
@access("mailing.edit", logged="read")
def preview_mailing(public_id: str) -> ResponseReturnValue:
    """Each mail as it will be read, who gets none and why; then they are sent."""
    mailing = queries.get_own_mailing(public_id, actor())
    if mailing.asked_at is not None:
        return go(".show_mailing", public_id=public_id)
    if not mailing.subject:
        return go(".write_mailing", public_id=public_id)
    form = forms.LeaveForm()
    if not form.is_typed:
        form.when.data, form.version.data = forms.NOW, str(mailing.version)
    if form.is_submitted() and send_out(mailing, form):
        return go(".show_mailing", public_id=public_id)
    return form_page("desk/mailings_preview.html", form, **letters_shown(mailing))


def letters_shown(mailing: Any) -> dict[str, Any]:
    """Return the letters of a mailing that the address asks for."""
    listing = queries.read_box_listing(request.args)
    return {
        "mailing": mailing,
        "letters": queries.letters_page(actor(), listing, mailing),
        "counts": counts_of(mailing),
        "strays": strays_in(*mailing.subject.values(), *mailing.body.values()),
        "state": listing.filters.get("state", ""),
        "page_url": lambda number: url_for(
            str(request.endpoint), public_id=mailing.public_id, **listing.values(page=number)
        ),
    }


def counts_of(mailing: Any) -> Any:
    """Return how many of its letters stand where."""
    return queries.count_letters(actor(), [mailing.id]).get(mailing.id, {})


def send_out(mailing: Any, form: Any) -> bool:
    """Ask for the mails to leave; tell whether they will."""
    is_later = form.when.data == forms.LATER
    form.leaves_at.required = is_later
    if not is_later:
        form.leaves_at.data = ""
    if not form.validate():
        return False
    leaves_at = form.leaves_at.value if is_later else None
    return is_done(form, mailing, services.send_mailing, actor(), leaves_at, form.known_version)


@blueprint.route("/comunicazioni/<public_id>/lettere/<int:letter_id>", methods=["GET", "POST"])
@access("mailing.edit", logged="read")
def edit_letter(public_id: str, letter_id: int) -> ResponseReturnValue:
    """Change one mail alone, or leave it out."""
    mailing = queries.get_own_mailing(public_id, actor())
    line = queries.get_letter(mailing, letter_id, actor())
    form = forms.LetterForm(obj=line.letter)
    if mailing.asked_at is not None:
        return go(".show_mailing", public_id=public_id)
    if request.form.get("action") == "leave_out":
        services.leave_out_letter(mailing, line.letter, actor())
        return go(".preview_mailing", public_id=public_id)
    if form.validate_on_submit() and change_letter(mailing, line.letter, form):
        return go(".preview_mailing", public_id=public_id)
    return form_page("desk/mailings_letter.html", form, mailing=mailing, line=line)


def change_letter(mailing: Any, letter: Any, form: Any) -> bool:
    """Change one mail as it was typed; tell whether it could be."""
    try:
        services.edit_letter(mailing, letter, form.subject.value, form.body.value, actor())
    except Invalid as refusal:
        put_errors(form, refusal)
        return False
    say(_("This mail is changed, the others are as they were."))
    return True


@blueprint.get("/comunicazioni/<public_id>")
@access("mailing.read", logged="read")
def show_mailing(public_id: str) -> ResponseReturnValue:
    """What became of a mailing, mail by mail."""
    mailing = queries.get_mailing(public_id, actor())
    if mailing.asked_at is None:
        return go(".write_mailing", public_id=public_id)
    shown = letters_shown(mailing)
    return page("desk/mailings_show.html", has_left=queries.has_left(mailing), **shown)


@blueprint.route("/comunicazioni/<public_id>/annulla", methods=["GET", "POST"])
@access("mailing.cancel")
def cancel_mailing(public_id: str) -> ResponseReturnValue:
    """Ask, then take back all the mails that have not left, or those chosen."""
    mailing = queries.get_mailing(public_id, actor())
    if mailing.asked_at is None or queries.has_left(mailing):
        say(_("There is nothing to take back: the mails have left, or none was sent."), "warning")
        return go(".show_mailing", public_id=public_id)
    chosen = chosen_letters()
    if request.method != "POST":
        waiting = len(chosen) if chosen else counts_of(mailing).get("waiting", 0)
        return page("desk/mailings_cancel.html", mailing=mailing, chosen=chosen, count=waiting)
    try:
        taken = services.cancel_letters(mailing, chosen or None, actor())
    except Invalid as refusal:
        say(message(refusal), "error")
    else:
        say(ngettext("%(num)s mail taken back.", "%(num)s mails taken back.", taken))
    return go(".show_mailing", public_id=public_id)


def chosen_letters() -> list[int]:
    """Return the letters that were ticked, by id."""
    chosen = [parse.carried(each) for each in request.values.getlist("letter")]
    return [each for each in chosen if each is not None]


@blueprint.post("/comunicazioni/<public_id>/lettere/<int:letter_id>/rispedisci")
@access("mailing.cancel")
def resend_letter(public_id: str, letter_id: int) -> ResponseReturnValue:
    """Try once more to send a mail that was given up."""
    mailing = queries.get_mailing(public_id, actor())
    line = queries.get_letter(mailing, letter_id, actor())
    try:
        services.resend_letter(mailing, line.letter, actor())
    except WrongState:
        say(_("There is nothing to try again: it was sent, or waits its turn."), "warning")
    else:
        say(_("We try again to send it."))
    return go(".show_mailing", public_id=public_id)
