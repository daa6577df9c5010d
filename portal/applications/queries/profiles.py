"""The applicant as the application shows it: as it is now, or as it was when it was sent."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal.applications.models import Application
from portal.applications.queries.dossiers import content_of
from portal.i18n import _, format_date
from portal.registry.engine import MUNICIPALITIES, ORGANISATION_LABELS
from portal.registry.models import Applicant


def profile_of(applicant: Applicant) -> dict[str, Any]:
    """Return the profile as plain values, as snapshots keep it."""
    return {
        "kind": applicant.kind.value,
        "organisation_type": applicant.organisation_type.value,
        "name": applicant.name,
        "tax_code": applicant.tax_code,
        "vat_number": applicant.vat_number,
        "municipality_code": applicant.municipality_code,
        "address": applicant.address,
        "postcode": applicant.postcode,
        "phone": applicant.phone,
        "email": applicant.email,
        "certified_email": applicant.certified_email,
        "representative_name": applicant.representative_name,
        "representative_tax_code": applicant.representative_tax_code,
        "birth_date": applicant.birth_date.isoformat() if applicant.birth_date else None,
    }


def shown_profile(application: Application) -> dict[str, Any]:
    """Return the profile that the application shows, as plain values."""
    if application.submission is None:
        return profile_of(application.applicant)
    sent: dict[str, Any] = content_of(application)["applicant"]
    return sent


def profile_rows(application: Application) -> list[dict[str, str]]:
    """Return the lines of a summary about the applicant, blank ones left out."""
    shown = shown_profile(application)
    place = MUNICIPALITIES.get(shown["municipality_code"])
    birth_date = shown["birth_date"]
    lines = {
        _("Name"): shown["name"],
        _("Type"): str(ORGANISATION_LABELS[shown["organisation_type"]]),
        _("Tax code"): shown["tax_code"],
        _("VAT number"): shown["vat_number"],
        _("Birth date"): format_date(date.fromisoformat(birth_date)) if birth_date else None,
        _("Address"): f"{shown['address']}, {shown['postcode']} {place.name if place else ''}",
        _("Phone"): shown["phone"],
        _("E-mail address"): shown["email"],
        _("Certified e-mail (PEC)"): shown["certified_email"],
        _("Legal representative"): shown["representative_name"],
        _("Tax code of the representative"): shown["representative_tax_code"],
    }
    return [{"label": label, "value": value} for label, value in lines.items() if value]
