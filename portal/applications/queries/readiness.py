"""May it be sent? One list of what stands in the way, for the summary and for the sending."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from portal import clock
from portal.applications.models import Application
from portal.applications.queries.answers import answers_in
from portal.applications.queries.calls import require_open_window
from portal.applications.queries.confirmations import (
    holds_now,
    is_representative,
    last_confirmation,
    needs_confirmation,
)
from portal.applications.queries.dossiers import form_of_application
from portal.applications.queries.money import money_for
from portal.applications.queries.paper import paper_of
from portal.applications.queries.signing import is_signature_asked, signing_of
from portal.applications.queries.stamps import stamp_of
from portal.calls.engine import SignatureMode
from portal.calls.queries import require_eligible
from portal.calls.states import CallState
from portal.errors import Invalid, declare, mark
from portal.i18n import _, format_amount, message, ngettext, pick
from portal.questionnaires.engine import Answers, Copy
from portal.registry.queries import needs_proxy

LEFT_BLANK = frozenset({"required", "choice_required"})

declare(
    {
        "confirmation_missing": mark(
            "The call asks for the confirmation of the legal representative: ask for it when all "
            "is filled in."
        ),
        "proxy_missing": mark(
            "You act with a proxy of the legal representative: upload it before you send."
        ),
        "signature_by_hand": mark(
            "You filled this application in for somebody: only that person's signature by hand, "
            "or that person's own sending, is good."
        ),
        "signature_missing": mark("The call asks for a signature: sign the application first."),
        "signature_stale": mark(
            "Something has changed since the paper to sign was drawn: draw it again and sign the "
            "new one."
        ),
    }
)


@dataclass(frozen=True)
class Obstacle:
    """Something that keeps an application from being sent, and the page where it is put right.

    `endpoint` and `values` are the page's name and what stands in its address.
    """

    code: str
    text: str
    endpoint: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


def obstacles(
    application: Application, user: Any = None, answers: Answers | None = None
) -> list[Obstacle]:
    """Return all that keeps the application from being sent, by `user` where one is named.

    The representative himself needs nobody's confirmation: he gives his own when he sends.
    """
    return [
        *_about_the_call(application),
        *_about_the_money(application),
        *_about_the_answers(application, answers or answers_in(application)),
        *formal_obstacles(application, user),
    ]


def formal_obstacles(application: Application, user: Any = None) -> list[Obstacle]:
    """Return what is missing beside the answers: proxy, confirmation, signature.

    What only tries a call out needs none of them, and on a paper they stand already.
    """
    if application.is_test or paper_of(application) is not None:
        return []
    found = (*_about_the_proxy(application, user), *_about_the_word(application, user))
    return [*found, *_about_the_signature(application, user)]


def warnings(application: Application) -> list[Obstacle]:
    """Return what should be put right and keeps nothing from being sent."""
    stamp = stamp_of(application)
    if not stamp.is_missing or stamp.amount is None:
        return []
    text = _(
        "The stamp duty of %(amount)s is due and you have not said how you paid it. You can send "
        "all the same: the office will ask you for it.",
        amount=format_amount(stamp.amount),
    )
    return [Obstacle("stamp_missing", text, "applications.sign_application", _code(application))]


def _code(application: Application) -> dict[str, str]:
    return {"practice_code": application.practice_code}


def _about_the_call(application: Application) -> Iterator[Obstacle]:
    call, applicant = application.call, application.applicant
    if application.is_test:
        return
    try:
        require_open_window(call, applicant, clock.now())
        require_eligible(call, applicant)
    except Invalid as refusal:
        yield Obstacle(refusal.code, message(refusal), "calls.show_call", {"code": call.code})


def _about_the_money(application: Application) -> Iterator[Obstacle]:
    """Yield what is left where it is less than is asked for, leading to the amount."""
    money, form = money_for(application), form_of_application(application)
    question = form.copied(Copy.REQUESTED_AMOUNT)
    if money is None or question is None or not money.is_short:
        return
    if application.call.state is not CallState.PUBLISHED:
        return
    place = {
        "section_key": form.section_of(question.key).key,
        "_anchor": f"question-{question.key}",
    }
    refusal = Invalid("money_used_up", left=money.room.left, asked=money.asked)
    values = {**_code(application), **place}
    yield Obstacle(refusal.code, message(refusal), "applications.edit_section", values)


def _about_the_answers(application: Application, answers: Answers) -> Iterator[Obstacle]:
    """Yield one obstacle for each section with gaps, leading to the first of them."""
    for section, found in groupby(answers.missing(), key=attrgetter("section")):
        gaps = list(found)
        text = ngettext("one answer", "%(num)s answers", len(gaps))
        if any(gap.reason.code not in LEFT_BLANK for gap in gaps):
            wrong = _("something is to be fixed")
            text = f"{text} ({wrong})"
        yield Obstacle(
            "incomplete",
            f"{pick(section.title)}: {text}",
            "applications.edit_section",
            {
                **_code(application),
                "section_key": section.key,
                "_anchor": f"question-{gaps[0].question.key}",
            },
        )


def _about_the_proxy(application: Application, user: Any) -> Iterator[Obstacle]:
    if user is not None and needs_proxy(application.applicant, user):
        yield _formal(application, "proxy_missing")


def _about_the_word(application: Application, user: Any) -> Iterator[Obstacle]:
    if not needs_confirmation(application):
        return
    if user is not None and is_representative(application, user):
        return
    if not holds_now(last_confirmation(application), application):
        yield _formal(application, "confirmation_missing")


def _about_the_signature(application: Application, user: Any) -> Iterator[Obstacle]:
    """Yield what is missing where the call wants a signature, or an operator sends for somebody."""
    for_another = user is not None and user.id == application.on_behalf_by_id
    if not is_signature_asked(application) and not for_another:
        return
    signing = signing_of(application)
    if signing.is_stale:
        yield _formal(application, "signature_stale")
    elif signing.mode is SignatureMode.NONE:
        yield _formal(application, "signature_missing")
    elif for_another and signing.mode is not SignatureMode.HANDWRITTEN_SCAN:
        yield _formal(application, "signature_by_hand")


def _formal(application: Application, code: str) -> Obstacle:
    text = message(Invalid(code))
    return Obstacle(code, text, "applications.sign_application", _code(application))
