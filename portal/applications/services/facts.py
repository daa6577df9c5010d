"""What grids look at in an application."""

from __future__ import annotations

from portal.applications.models import Application
from portal.applications.queries import answers_in, content_of, form_of_application
from portal.grids.engine import Facts
from portal.questionnaires.engine import option_labels


def facts_of(application: Application) -> Facts:
    """Return the facts as sent; those of the draft while nothing has been sent."""
    form = form_of_application(application)
    submission = application.submission
    if submission is None:
        applicant = application.applicant
        kind, place = applicant.organisation_type.value, applicant.municipality_code
        answers = answers_in(application).sight.values
    else:
        sent = content_of(application)
        kind = sent["applicant"]["organisation_type"]
        place = sent["applicant"]["municipality_code"]
        answers = sent["answers"]
    return Facts(
        organisation_type=kind,
        municipality_code=place,
        answers=answers,
        labels=option_labels(form),
    )
