"""Writing profiles: once for a body or a person, then reused by every application."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, BinaryIO

from sqlalchemy import select

from portal import audit, chance, clock, parse, permissions
from portal.db import db, lock, transaction
from portal.errors import Invalid, PortalError, Stale, declare, mark
from portal.files import (
    DEFAULT,
    StoredFile,
    discard_upload,
    keep_upload,
    receive_upload,
)
from portal.registry.engine import MUNICIPALITIES, require_code_suits
from portal.registry.models import (
    Applicant,
    ApplicantKind,
    Mandate,
    MandateKind,
    OrganisationType,
)
from portal.registry.queries import mandate_of
from portal.workflow import announce

SHARED = {"name", "tax_code", "municipality_code", "address", "postcode", "phone", "email"}
OF_BODY = SHARED | {
    "organisation_type",
    "vat_number",
    "certified_email",
    "representative_name",
    "representative_tax_code",
}
OF_PERSON = SHARED | {"birth_date"}
PROXIES = replace(DEFAULT, extensions=frozenset({"pdf", "p7m", "jpg", "jpeg", "png"}))

declare(
    {
        "proxy_not_needed": mark("You act for this body without a proxy: none is needed."),
        "quality_given": mark(
            "Who invited you said how you act for this body: a legal representative can change it."
        ),
    }
)


def create_applicant(actor: Any, kind: ApplicantKind, **fields: Any) -> Applicant:
    """Write a profile that the actor acts for; `quality` says how (a MandateKind, for a body).

    The same `request_key` again, one click after the other or both at once, is the same profile.
    """
    permissions.require(actor, "applicant.create")
    key = _bound_key(fields.pop("request_key", ""), actor)
    quality = _take_quality(kind, fields)
    wanted = _checked(kind, fields)
    now = clock.now()
    with transaction():
        lock(actor)  # two clicks at once find one another
        standing = db.session.scalar(select(Applicant).where(Applicant.request_key == key))
        if key and standing is not None:
            return standing
        applicant = Applicant(
            public_id=chance.public_id(),
            request_key=key,
            kind=kind,
            created_at=now,
            mandates=[Mandate(user_id=actor.id, kind=quality, started_at=now, ended_at=None)],
            **wanted,
        )
        db.session.add(applicant)
        facts = {"kind": kind, "organisation_type": applicant.organisation_type}
        audit.record("applicant.create", applicant, actor, facts=facts)
    return applicant


def _bound_key(key: str, actor: Any) -> str | None:
    """Return the key of a request as this person's alone; None where the request has none."""
    return hashlib.sha256(f"{actor.id} {key}".encode()).hexdigest() if key else None


def create_for_somebody(actor: Any, kind: str, **fields: Any) -> Applicant:
    """Write the profile of somebody who is helped: nobody acts for it yet."""
    permissions.require(actor, "application.assist")
    wanted = _checked(ApplicantKind(kind), fields)
    with transaction():
        applicant = Applicant(
            public_id=chance.public_id(),
            kind=ApplicantKind(kind),
            created_at=clock.now(),
            mandates=[],
            **wanted,
        )
        db.session.add(applicant)
        facts = {"kind": applicant.kind, "organisation_type": applicant.organisation_type}
        audit.record("applicant.create", applicant, actor, facts=facts)
    return applicant


def keep_proxy(applicant: Applicant, stream: BinaryIO, name: str, actor: Any) -> StoredFile:
    """Keep the proxy by which a delegate acts, in the place of an earlier one."""
    permissions.require(actor, "applicant.edit", applicant)
    received = receive_upload(stream, name, PROXIES)
    try:
        with transaction():
            lock(applicant)
            mandate = mandate_of(applicant, actor)
            if mandate is None or mandate.kind is not MandateKind.DELEGATE:
                raise Invalid("proxy_not_needed")
            earlier, mandate.proxy_file = mandate.proxy_file, keep_upload(received, actor)
            db.session.flush()
            facts = {"file": mandate.proxy_file_id}
            audit.record("applicant.keep_proxy", applicant, actor, facts=facts)
            announce("applicant.keep_proxy", applicant, actor, earlier=earlier)
            return mandate.proxy_file
    except PortalError:
        discard_upload(received)
        raise


def create_body(actor: Any, **fields: Any) -> Applicant:
    """Write the profile of a body."""
    return create_applicant(actor, ApplicantKind.BODY, **fields)


def create_person(actor: Any, **fields: Any) -> Applicant:
    """Write the actor's profile as a person."""
    return create_applicant(actor, ApplicantKind.PERSON, **fields)


def edit_applicant(applicant: Applicant, actor: Any, version: int, **fields: Any) -> Applicant:
    """Change a profile as it was at `version`; Stale when it has changed since."""
    permissions.require(actor, "applicant.edit", applicant)
    quality = _take_quality(applicant.kind, fields)
    wanted = _checked(applicant.kind, fields)
    with transaction():
        lock(applicant)
        if applicant.version != version:
            raise Stale
        changed = {name for name, value in wanted.items() if getattr(applicant, name) != value}
        for name in changed:
            setattr(applicant, name, wanted[name])
        if _change_quality(applicant, actor, quality):
            changed.add("quality")
        if changed:
            facts = {"fields": audit.FieldNames(changed)}
            audit.record("applicant.edit", applicant, actor, facts=facts)
            announce("applicant.edit", applicant, actor)
    return applicant


def _take_quality(kind: ApplicantKind, fields: dict[str, Any]) -> MandateKind:
    """Take the actor's quality out of the fields; a person always acts for himself."""
    quality = fields.pop("quality", None)
    if kind == ApplicantKind.PERSON:
        return MandateKind.SELF
    return MandateKind(quality or MandateKind.LEGAL_REPRESENTATIVE)


def _checked(kind: ApplicantKind, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of a profile of this kind; refuse what doesn't hold together."""
    known = OF_BODY if kind == ApplicantKind.BODY else OF_PERSON
    if unknown := set(fields) - known:
        raise TypeError(f"a profile of kind {kind.value} has no {', '.join(sorted(unknown))}")
    if fields["municipality_code"] not in MUNICIPALITIES:
        raise Invalid("municipality_unknown", "municipality_code")
    return _checked_body(fields) if kind == ApplicantKind.BODY else _checked_person(fields)


def _checked_body(fields: dict[str, Any]) -> dict[str, Any]:
    organisation_type = OrganisationType(fields["organisation_type"])
    if organisation_type == OrganisationType.NATURAL_PERSON:
        raise Invalid("choice_unknown", "organisation_type")
    require_code_suits(organisation_type, fields["tax_code"])
    given = {"vat_number": None, "certified_email": None, **fields}
    return {**given, "organisation_type": organisation_type, "birth_date": None}


def _checked_person(fields: dict[str, Any]) -> dict[str, Any]:
    parse.require_birth_date_matches(fields["tax_code"], fields["birth_date"])
    return {**fields, "organisation_type": OrganisationType.NATURAL_PERSON}


def _change_quality(applicant: Applicant, actor: Any, quality: MandateKind) -> bool:
    """End the actor's mandate and begin one in the new quality; False when it is the same."""
    mandate = mandate_of(applicant, actor)
    if mandate is None or mandate.kind == quality:
        return False
    if mandate.invitation_id is not None:
        raise Invalid("quality_given", "quality")
    now = clock.now()
    mandate.ended_at = now
    applicant.mandates.append(
        Mandate(user_id=actor.id, kind=quality, started_at=now, ended_at=None)
    )
    return True
