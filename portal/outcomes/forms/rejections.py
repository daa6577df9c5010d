"""Forms of decisions without a ranking, and of observations on a notice of rejection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from portal.applications.forms.messages import MANY_FILES
from portal.i18n import _, lazy
from portal.outcomes.engine import points_in
from portal.web import (
    AreaField,
    ChoiceField,
    ManyField,
    PortalForm,
    UploadField,
    VersionedForm,
)

LONGEST_TEXT = 5_000
LONGEST_BEGINNING = 160


class ObservationsForm(PortalForm):
    """What the applicant answers to a notice."""

    text = AreaField(
        lazy("Your observations"),
        limit=LONGEST_TEXT,
        help=lazy("Leave a blank line between one point and the next: we answer point by point."),
    )
    files = UploadField(lazy("Files that show it"), help=MANY_FILES)


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

    points: Sequence[str] = ()

    @property
    def answers(self) -> list[str]:
        """Return what is answered to each point, in their order."""
        return [self[f"answer_{number}"].value or "" for number in range(1, len(self.points) + 1)]


def decision_form(notice: Any, reasons: Iterable[Any], may_refuse: bool) -> Any:
    """Return the form with what can be decided now."""
    version = "0" if notice is None else str(notice.version)
    points = points_in("" if notice is None else notice.observations) or [""]
    form = type("AnswerForm", (DecisionForm,), answer_fields(points))(data={"version": version})
    form.points = points
    form.reasons.choices = [(str(each.id), f"{each.code}: {each.text}") for each in reasons]
    if notice is None:
        second = [("notice", lazy("Give notice of rejection"))]
    else:
        second = [("refuse", lazy("Refuse it"))] if may_refuse else []
    first = lazy("Select it") if notice is None else lazy("Withdraw the notice and select it")
    form.decision.choices = [("select", first), *second]
    return form


def answer_fields(points: Sequence[str]) -> dict[str, Any]:
    """Return a field for the answer to each point; one for all where there is only one."""
    if len(points) == 1:
        needed = _("Needed to refuse where there are observations.")
        return {"answer_1": answer_field(_("Answer to the observations"), needed)}
    return {
        f"answer_{number}": answer_field(_("Answer to point %(number)s", number=number), beginning)
        for number, beginning in enumerate(map(shorten, points), start=1)
    }


def answer_field(label: str, help_text: str) -> Any:
    """Return a field for an answer that stands in the refusal."""
    return AreaField(label, required=False, limit=LONGEST_TEXT, help=help_text)


def shorten(text: str) -> str:
    """Return how a point begins."""
    return text if len(text) <= LONGEST_BEGINNING else f"{text[:LONGEST_BEGINNING]} …"
