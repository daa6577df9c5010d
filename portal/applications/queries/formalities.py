"""What goes with the answers of an application: as it stands in a draft, and as it was sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from portal.accounts.queries import get_user
from portal.applications.models import Application, Confirmation, SignedPaper, Submission
from portal.applications.queries.confirmations import (
    holds_now,
    is_representative,
    last_confirmation,
    needs_confirmation,
)
from portal.applications.queries.dossiers import snapshot_of
from portal.applications.queries.paper import paper_of
from portal.applications.queries.signing import Signing, is_signature_asked, signing_of
from portal.applications.queries.stamps import Stamp, stamp_of
from portal.calls.engine import SIGNATURE_LABELS, SignatureMode
from portal.db import db
from portal.errors import NotFound
from portal.files import StoredFile
from portal.i18n import _, format_amount, format_date, format_instant, lazy
from portal.registry.engine import stamp_exemption
from portal.registry.models import Applicant, MandateKind
from portal.registry.queries import mandate_of, proxy_of

QUALITY_LABELS = {
    MandateKind.LEGAL_REPRESENTATIVE.value: lazy("Legal representative"),
    MandateKind.DELEGATE.value: lazy("Delegate, with a proxy"),
    MandateKind.SELF.value: lazy("In person"),
}
PART_LABELS = {
    "signed": lazy("Signed paper"),
    "identity": lazy("Identity document"),
    "proxy": lazy("Proxy"),
}


@dataclass(frozen=True)
class Formalities:
    """What a draft needs besides its answers, before `user` may send it, and where that stands."""

    acts_as_delegate: bool
    proxy: StoredFile | None
    asks_confirmation: bool
    confirms_himself: bool
    confirmation: Confirmation | None
    is_confirmed: bool
    asks_signature: bool
    signing: Signing
    stamp: Stamp

    @property
    def is_any(self) -> bool:
        """Tell whether there is anything at all."""
        asked = self.asks_confirmation or self.signing.is_asked or self.acts_as_delegate
        return asked or self.stamp.amount is not None


def formalities_for(application: Application, user: Any) -> Formalities:
    """Return what the application needs besides its answers, and where that stands."""
    mandate = mandate_of(application.applicant, user)
    confirmation = last_confirmation(application)
    return Formalities(
        acts_as_delegate=mandate is not None and mandate.kind is MandateKind.DELEGATE,
        proxy=proxy_of(application.applicant, user),
        asks_confirmation=needs_confirmation(application),
        confirms_himself=is_representative(application, user),
        confirmation=confirmation,
        is_confirmed=holds_now(confirmation, application),
        asks_signature=is_signature_asked(application),
        signing=signing_of(application),
        stamp=stamp_of(application),
    )


def formalities_of(application: Application, actor: Any) -> dict[str, Any]:
    """Return signature, confirmation, stamp duty, quality of who sends, and who helped.

    What a call doesn't ask for is None.
    """
    return {
        "signature": signature(signing_of(application)),
        "confirmation": confirmation(application),
        "stamp": stamp(application),
        "on_behalf": on_behalf(application),
        "sent_as": quality(application, actor),
    }


def signature(signing: Signing) -> dict[str, Any] | None:
    """Return how the application is signed: the paper, its hashes, the files that came back."""
    if signing.mode is SignatureMode.NONE or signing.paper is None or signing.pdf is None:
        return None
    return {
        "mode": signing.mode.value,
        "paper": {
            "content_sha256": signing.paper.content_sha256,
            "answers_version": signing.paper.answers_version,
            "sha256": signing.pdf.sha256,
        },
        "files": [signed_file(each) for each in signing.counted],
    }


def signed_file(signed: SignedPaper) -> dict[str, Any]:
    """Return one file of the signature."""
    return {
        "part": signed.part.value,
        **signed.file.facts,
        "signers": list(signed.signers),
        "is_same": signed.is_same,
    }


def confirmation(application: Application) -> dict[str, Any] | None:
    """Return who confirmed it, and when."""
    if not needs_confirmation(application):
        return None
    row = last_confirmation(application)
    if row is None or row.answered_at is None or not holds_now(row, application):
        return None
    at = row.answered_at.astimezone(UTC).isoformat(timespec="microseconds")
    return {"by": get_user(row.answered_by_id or 0).name, "at": at}


def stamp(application: Application) -> dict[str, Any] | None:
    """Return whether the stamp duty was due, why not, and how it was paid."""
    found = stamp_of(application)
    if found.amount is None:
        return None
    given = found.given
    return {
        "amount": str(found.amount),
        "is_due": found.is_due,
        "serial": given.serial if given else None,
        "issued_on": given.issued_on.isoformat() if given and given.issued_on else None,
        "reference": given.reference if given else None,
        "is_missing": found.is_missing,
    }


def on_behalf(application: Application) -> dict[str, str] | None:
    """Return who filled it in for somebody."""
    if application.on_behalf_by_id is None:
        return None
    found = {"by": helper_of(application)}
    paper = paper_of(application)
    if paper is None:
        return found
    received = paper.received_at.astimezone(UTC).isoformat(timespec="microseconds")
    return {**found, "paper": paper.reference, "received_at": received}


def quality(application: Application, actor: Any) -> dict[str, Any] | None:
    """Return in which quality the sender acts for the applicant, and the proxy of a delegate."""
    mandate = mandate_of(application.applicant, actor) if actor is not None else None
    if mandate is None:
        return None
    proxy = mandate.proxy_file.facts if mandate.proxy_file is not None else None
    return {"kind": mandate.kind.value, "proxy": proxy}


def formality_rows(application: Application) -> list[dict[str, Any]]:
    """Return the lines of a summary: as sent once it is, as they stand while it is a draft."""
    submission = application.submission
    if submission is None:
        said = formalities_of(application, None)
        kind = application.applicant.organisation_type.value
    else:
        said = snapshot_of(submission)
        kind = said["applicant"]["organisation_type"]
    rows = [
        *_rows_about_people(application, said),
        *_rows_about_the_signature(said.get("signature")),
        *_rows_about_the_stamp(said.get("stamp"), kind),
    ]
    return [{"label": label, "value": value} for label, value in rows]


def _rows_about_people(
    application: Application, said: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    if helper := said.get("on_behalf"):
        yield (
            _("Filled in by"),
            _(
                "%(operator)s, on behalf of %(applicant)s",
                operator=helper["by"],
                applicant=application.applicant.name,
            ),
        )
    if helper and "paper" in helper:
        yield (
            _("Arrived on paper"),
            _(
                "Number %(reference)s of the paper register, on %(instant)s",
                reference=helper["paper"],
                instant=format_instant(datetime.fromisoformat(helper["received_at"])),
            ),
        )
    if sent_as := said.get("sent_as"):
        yield _("Who sent it acts as"), str(QUALITY_LABELS[sent_as["kind"]])
    if word := said.get("confirmation"):
        at = format_instant(datetime.fromisoformat(word["at"]))
        yield (
            _("Confirmed by the legal representative"),
            _("%(name)s, on %(instant)s", name=word["by"], instant=at),
        )


def _rows_about_the_signature(signed: Mapping[str, Any] | None) -> Iterator[tuple[str, Any]]:
    if not signed:
        return
    yield _("Signature"), str(SIGNATURE_LABELS[signed["mode"]])
    for file in signed["files"]:
        if file["signers"]:
            yield _("Certificate, not verified"), ", ".join(file["signers"])
        if not file["is_same"]:
            yield (
                _("To be compared"),
                _("The signing tool wrote the PDF anew: compare it with the paper we drew."),
            )


def _rows_about_the_stamp(
    stamp: Mapping[str, Any] | None, organisation_type: str
) -> Iterator[tuple[str, Any]]:
    if not stamp:
        return
    amount = format_amount(Decimal(stamp["amount"]))
    if not stamp["is_due"]:
        text = stamp_exemption(organisation_type)
    elif stamp["serial"]:
        text = _(
            "%(amount)s, stamp number %(serial)s of %(day)s",
            amount=amount,
            serial=stamp["serial"],
            day=format_date(date.fromisoformat(stamp["issued_on"])),
        )
    elif stamp["reference"]:
        text = _("%(amount)s, payment %(reference)s", amount=amount, reference=stamp["reference"])
    else:
        text = _("%(amount)s: missing, to be put right", amount=amount)
    yield _("Stamp duty"), text


def get_proxy(application: Application, file_public_id: str) -> StoredFile:
    """Return a proxy of the applicant's delegates, or one the application was sent with.

    Raises NotFound for any other file.
    """
    for mandate in application.applicant.mandates:
        file = mandate.proxy_file
        if file is not None and file.public_id == file_public_id:
            return file
    if file_public_id not in {_proxy_in(each).get("id") for each in application.submissions}:
        raise NotFound
    wanted = select(StoredFile).where(StoredFile.public_id == file_public_id)
    return db.session.scalars(wanted).one()


def was_sent_with(applicant: Applicant, file: StoredFile) -> bool:
    """Tell whether the snapshot of a sending of the applicant's names a file."""
    named = Submission.snapshot.contains(f'"{file.public_id}"', autoescape=True)
    found = select(Submission.id).join(Application, Application.id == Submission.application_id)
    found = found.where(Application.applicant_id == applicant.id, named).limit(1)
    return db.session.scalar(found) is not None


def _proxy_in(submission: Submission) -> dict[str, Any]:
    """Return what a sending says of its proxy; nothing where it had none."""
    return (snapshot_of(submission).get("sent_as") or {}).get("proxy") or {}


def helper_of(application: Application) -> str:
    """Return who filled the application in for somebody; blank where nobody did."""
    return get_user(application.on_behalf_by_id).name if application.on_behalf_by_id else ""


def sent_paper_files(application: Application) -> list[dict[str, Any]]:
    """Return the files of the signature as they were sent, and the proxy of who sent them."""
    if application.submission is None:
        return []
    said = snapshot_of(application.submission)
    signed: list[dict[str, Any]] = list((said.get("signature") or {}).get("files", ()))
    proxy = _proxy_in(application.submission)
    return [*signed, {"part": "proxy", **proxy}] if proxy else signed
