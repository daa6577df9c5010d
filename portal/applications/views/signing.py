"""What goes with an application besides its answers: confirmation, signature, stamp, proxy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.applications import forms, queries, services
from portal.applications.views.blueprint import blueprint
from portal.applications.views.drafting import go_to
from portal.errors import Invalid, NotFound, Stale
from portal.files import DEFAULT
from portal.i18n import _, format_size
from portal.permissions import can
from portal.questionnaires.engine import Readers
from portal.registry.forms import ProxyForm
from portal.registry.services import keep_proxy
from portal.web import (
    CONFLICT,
    access,
    actor,
    differences,
    form_page,
    go,
    put_errors,
    say,
    send_file_of,
)


@blueprint.route("/domande/<practice_code>/firma", methods=["GET", "POST"])
@access(get="application.follow", post="application.sign")
def sign_application(practice_code: str) -> ResponseReturnValue:
    """Show what goes with the answers, and do what one of the page's buttons says."""
    action = "application.sign" if request.method == "POST" else "application.follow"
    application = queries.get_own_application(practice_code, actor(), action)
    if request.method != "POST":
        if application.submission is not None:
            return go_to(application)
        return show_signing(application)
    name = request.form.get("action", "")
    if removed := request.form.get("remove"):
        services.remove_signed_paper(application, removed, actor())
        return go_back(application, _("The file has been taken away."))
    if name not in DEEDS:
        raise NotFound
    return DEEDS[name](application)


def go_back(application: Any, message: str) -> ResponseReturnValue:
    """Say what was done, on the same page."""
    say(message)
    return go("applications.sign_application", practice_code=application.practice_code)


def show_signing(application: Any, **shown: Any) -> ResponseReturnValue:
    """Draw the page; `shown` are the forms that are to be shown as they were sent."""
    formalities = queries.formalities_for(application, actor())
    drawn = forms_of_page(formalities, shown)
    wrong = next((form for form in drawn.values() if form.errors), drawn["digital"])
    return form_page(
        "applications/sign_application.html",
        wrong,
        application=application,
        formalities=formalities,
        obstacles=queries.formal_obstacles(application, actor()),
        missing=queries.draft_of(application).missing,
        may_sign=can(actor(), "application.sign", application),
        may_ask=can(actor(), "application.ask_confirmation", application),
        may_confirm=can(actor(), "application.confirm", application),
        papers=[signed_line(application, each) for each in formalities.signing.files],
        largest=DEFAULT.size,
        **drawn,
        **{key: value for key, value in shown.items() if key not in drawn},
    )


def forms_of_page(formalities: Any, shown: dict[str, Any]) -> dict[str, Any]:
    """Return the forms of the page: as they were sent, the others as they stand."""
    made = {
        "digital": lambda: forms.DigitalForm(formdata=None),
        "scan": lambda: forms.ScanForm(formdata=None),
        "proxy": lambda: ProxyForm(formdata=None),
        "stamp": lambda: forms.stamp_form(formalities.stamp),
    }
    return {name: shown.get(name) or make() for name, make in made.items()}


def draw(application: Any) -> ResponseReturnValue:
    """Draw the paper to sign."""
    try:
        services.draw_paper(application, actor())
    except Invalid as refusal:
        form = forms.DigitalForm(formdata=None)
        put_errors(form, refusal)
        return show_signing(application, digital=form)
    return go_back(application, _("We are drawing the paper: it is ready in a few seconds."))


def sign(application: Any) -> ResponseReturnValue:
    """Take the digitally signed paper back."""
    form = forms.DigitalForm()
    return take(application, "digital", form, [(form.digital_signature_signed, sign_digitally)])


def sign_digitally(application: Any, upload: Any) -> None:
    """Hand a digitally signed paper to its service."""
    services.sign_digitally(application, upload.stream, upload.filename, actor())


def scan(application: Any) -> ResponseReturnValue:
    """Take the scans of a signature by hand."""
    form = forms.ScanForm()
    taken = [
        (form.handwritten_scan_signed, scan_of("signed")),
        (form.handwritten_scan_identity, scan_of("identity")),
    ]
    return take(application, "scan", form, taken)


def scan_of(part: str) -> Callable[[Any, Any], None]:
    """Return what hands a scan to its service."""

    def hand(application: Any, upload: Any) -> None:
        services.sign_by_hand(application, upload.stream, upload.filename, actor(), part)

    return hand


def take_proxy(application: Any) -> ResponseReturnValue:
    """Take the proxy of a delegate."""

    def hand(application: Any, upload: Any) -> None:
        keep_proxy(application.applicant, upload.stream, upload.filename, actor())

    form = ProxyForm()
    return take(application, "proxy", form, [(form.proxy, hand)])


def take(application: Any, name: str, form: Any, fields: list[Any]) -> ResponseReturnValue:
    """Hand each chosen file to its service; what is refused is said beside its field."""
    chosen = [(field, hand, upload) for field, hand in fields for upload in field.value[:1]]
    if not chosen:
        put_errors(form, Invalid("file_empty", fields[0][0].name))
    for field, hand, upload in chosen:
        try:
            hand(application, upload)
        except Invalid as refusal:
            put_errors(form, refusal.on(field.name))
    if form.errors:
        return show_signing(application, **{name: form})
    return go_back(application, _("The file is saved."))


def record_stamp(application: Any) -> ResponseReturnValue:
    """Keep how the stamp duty was paid; what a colleague said meanwhile is never written over."""
    form = forms.stamp_form(queries.stamp_of(application))
    if form.validate_on_submit():
        try:
            services.record_stamp(
                application,
                actor(),
                form.known_version,
                **{name: form[name].data or "" for name in ("serial", "issued_on", "reference")},
            )
        except Stale:
            return show_stale_stamp(application, form)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            return go_back(application, _("The stamp duty is saved."))
    return show_signing(application, stamp=form)


def show_stale_stamp(application: Any, form: Any) -> ResponseReturnValue:
    """Show what was typed beside what stands; saving again decides."""
    stamp = queries.stamp_of(application)
    given = stamp.given
    form.version.data = str(given.version) if given else "0"
    changes = differences(form, forms.saved_stamp(stamp))
    drawn: Any = show_signing(application, stamp=form, changes=changes, is_stale=True)
    return drawn[0], CONFLICT


def ask(application: Any) -> ResponseReturnValue:
    """Ask the legal representative to confirm."""
    try:
        services.ask_confirmation(application, actor())
    except Invalid as refusal:
        form = forms.DigitalForm(formdata=None)
        put_errors(form, refusal)
        return show_signing(application, digital=form)
    return go_back(application, _("We have written to the legal representative."))


DEEDS: dict[str, Callable[[Any], ResponseReturnValue]] = {
    "draw": draw,
    "sign": sign,
    "scan": scan,
    "proxy": take_proxy,
    "stamp": record_stamp,
    "ask": ask,
}


def signed_line(application: Any, signed: Any) -> dict[str, Any]:
    """Return a file of the signature as the macros list it."""
    words = {"signed": _("Signed paper"), "identity": _("Identity document")}
    return {
        "id": signed.file.public_id,
        "mode": signed.mode.value,
        "part": signed.part.value,
        "kind": words[signed.part.value],
        "name": signed.file.name,
        "size_text": format_size(signed.file.size),
        "sha256": signed.file.sha256,
        "status": "ok" if signed.is_same else "info",
        "status_text": status_text(signed),
        "url": url_for(
            "applications.download_signed_paper",
            practice_code=application.practice_code,
            file_public_id=signed.file.public_id,
        ),
    }


def status_text(signed: Any) -> str:
    """Return what the portal has found out about a signed file."""
    if signed.mode.value != "digital_signature":
        return ""
    found = (
        _("It holds the paper we drew.")
        if signed.is_same
        else _("Signed, but written anew by the signing tool: the office compares it.")
    )
    if not signed.signers:
        return found
    names = ", ".join(signed.signers)
    read = _("Certificate of %(names)s: we read it, we do not verify it.", names=names)
    return f"{found} {read}"


@blueprint.get("/domande/<practice_code>/firma/domanda.pdf")
@access("receipt.read", logged="download")
def download_paper(practice_code: str) -> ResponseReturnValue:
    """Hand out the paper to sign; the office compares with it what came back."""
    application = queries.get_dossier(practice_code, actor())
    return send_file_of(queries.paper_file(application))


@blueprint.get("/domande/<practice_code>/firma/<file_public_id>")
@access("receipt.read", logged="download")
def download_signed_paper(practice_code: str, file_public_id: str) -> ResponseReturnValue:
    """Hand out a signed paper or an identity document to the applicant's side and the office."""
    application = queries.get_dossier(practice_code, actor())
    return send_file_of(queries.get_signed_paper(application, file_public_id).file)


@blueprint.get("/domande/<practice_code>/delega/<file_public_id>")
@access("receipt.read", logged="download")
def download_proxy(practice_code: str, file_public_id: str) -> ResponseReturnValue:
    """Hand out the proxy of a delegate to the applicant's side and the office."""
    application = queries.get_dossier(practice_code, actor())
    return send_file_of(queries.get_proxy(application, file_public_id))


@blueprint.route("/domande/<practice_code>/conferma", methods=["GET", "POST"])
@access("application.confirm", logged="read")
def confirm_application(practice_code: str) -> ResponseReturnValue:
    """Let the representative read all of it, then confirm or send back."""
    application = queries.get_own_application(practice_code, actor(), "application.confirm")
    if application.submission is not None:
        return go_to(application)
    form = forms.VerdictForm()
    if not form.is_typed:
        form.version.data = str(application.answer_set.version)
    if form.validate_on_submit():
        try:
            say(give_word(application, form))
            return go_to(application)
        except Invalid as refusal:
            form.version.data = str(application.answer_set.version)
            put_errors(form, refusal)
    return form_page(
        "applications/confirm_application.html",
        form,
        application=application,
        formalities=queries.formalities_for(application, actor()),
        missing=queries.draft_of(application).missing,
        profile=queries.profile_rows(application),
        sections=queries.sections_of(application, Readers.STAFF),
    )


def give_word(application: Any, form: Any) -> str:
    """Do what the button says and return the sentence that tells so."""
    if request.form.get("action") == "send_back":
        services.send_back_application(application, actor(), form.reason.data or "")
        return _("Sent back: who asked you has been told what to correct.")
    services.confirm_application(application, actor(), form.known_version)
    return _("Confirmed. If something changes now, it has to be confirmed again.")
