"""Forms of decisions without a ranking, and of observations on a notice of rejection."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.i18n import lazy
from portal.web import AreaField, ChoiceField, ManyField, PortalForm, VersionedForm

LONGEST_TEXT = 5_000


class ObservationsForm(PortalForm):
    """What the applicant answers to a notice."""

    text = AreaField(lazy("Your observations"), limit=LONGEST_TEXT)


class DecisionForm(VersionedForm):
    """What becomes of an application: selected, given notice of, or refused after the notice."""

    decision = ChoiceField(lazy("Decision"), radio=True)
    reasons = ManyField(lazy("Reasons"), required=False)
    text = AreaField(
        lazy("Why the application is going to be refused"),
        required=False,
        limit=LONGEST_TEXT,
        help=lazy("Needed for a notice. The applicant reads it, and can answer within ten days."),
    )
    answer = AreaField(
        lazy("Answer to the observations"),
        required=False,
        limit=LONGEST_TEXT,
        help=lazy("Needed to refuse where observations were sent. It stands in the refusal."),
    )


def decision_form(notice: Any, reasons: Iterable[Any], may_refuse: bool) -> DecisionForm:
    """Return the form with what can be decided now."""
    version = "0" if notice is None else str(notice.version)
    form = DecisionForm(data={"version": version})
    form.reasons.choices = [(str(each.id), f"{each.code}: {each.text}") for each in reasons]
    if notice is None:
        second = [("notice", lazy("Give notice of rejection"))]
    else:
        second = [("refuse", lazy("Refuse it"))] if may_refuse else []
    first = lazy("Select it") if notice is None else lazy("Withdraw the notice and select it")
    form.decision.choices = [("select", first), *second]
    return form
