"""Bodies and people: who has applied, and all that one has asked for over the years."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.desk import forms, queries
from portal.desk.views.blueprint import blueprint
from portal.i18n import _
from portal.registry.engine import MUNICIPALITIES, ORGANISATION_LABELS, consequences_of
from portal.registry.queries import documents_of, doubts_about
from portal.web import access, actor, page


@blueprint.get("/enti")
@access("applicant.list")
def list_applicants() -> ResponseReturnValue:
    """Those who have sent something, searched by name or tax code."""
    listing = queries.read_applicants_listing(request.args)
    return page(
        "desk/list_applicants.html",
        applicants=queries.applicants_page(actor(), listing),
        listing=listing,
        form=forms.FilterApplicantsForm(request.args),
        heads=applicant_heads(listing),
        types=ORGANISATION_LABELS,
        places=MUNICIPALITIES,
        page_url=lambda number: url_for(".list_applicants", **listing.values(page=number)),
    )


def applicant_heads(listing: Any) -> list[dict[str, Any]]:
    """The heads of the list; those with a key sort it."""
    heads = (
        (_("Name"), "name", False),
        (_("Type of body"), "", False),
        (_("Tax code"), "", False),
        (_("Municipality"), "", False),
        (_("Applications"), "applications", True),
        (_("Latest"), "latest", False),
    )
    address_of = partial(url_for, ".list_applicants")
    return [
        {"label": label, "numeric": numeric, **listing.sorting(key, address_of)}
        for label, key, numeric in heads
    ]


@blueprint.get("/enti/<public_id>")
@access("applicant.list", logged="read")
def show_applicant(public_id: str) -> ResponseReturnValue:
    """All the applications of a body or person, with outcomes and amounts."""
    history = queries.get_history(public_id, actor())
    applicant = history.applicant
    return page(
        "desk/show_applicant.html",
        history=history,
        consequences=consequences_of(applicant.organisation_type),
        doubts=doubts_about(applicant),
        kept={each.kind: each for each in documents_of(applicant)},
        today=clock.today(),
        types=ORGANISATION_LABELS,
        places=MUNICIPALITIES,
        received_at=queries.received_at,
    )
