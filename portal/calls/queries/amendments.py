"""The working copy of an amendment, what it would change, and earlier versions of a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.calls.engine import call_text, definition_of, dump_call, write_yaml
from portal.calls.engine.amending import change_text, changes_between
from portal.calls.models import Call, CallAmendment, CallVersion, Strand
from portal.db import db
from portal.errors import NotFound


def amendment_of(call: Call) -> CallAmendment | None:
    """Return the working copy of a call, with who saved it last."""
    return db.session.scalar(
        select(CallAmendment)
        .where(CallAmendment.call_id == call.id)
        .options(joinedload(CallAmendment.saved_by))
    )


def amendment_definition(call: Call, amendment: CallAmendment) -> dict[str, Any]:
    """Return what the working copy says, with the window that the call has now."""
    own = dump_call(definition_of(call))
    window = ("opens", "closes")
    said = {key: value for key, value in amendment.definition.items() if key not in window}
    return said | {key: own[key] for key in window if key in own}


def amendment_text(call: Call, amendment: CallAmendment | None) -> str:
    """Return the working copy as a file, or the call itself where there is none."""
    if amendment is None:
        return call_text(call)
    return write_yaml(amendment_definition(call, amendment))


def amendment_changes(call: Call, amendment: CallAmendment) -> list[str]:
    """Return what the working copy would change, in sentences."""
    before = dump_call(definition_of(call))
    after = amendment_definition(call, amendment)
    return [change_text(change) for change in changes_between(before, after)]


@dataclass(frozen=True)
class PastCall:
    """A call as one of its versions says it: what pages show of a call, they show of this."""

    call: Call
    version: CallVersion

    @property
    def said(self) -> dict[str, Any]:
        """Return the definition."""
        return self.version.definition

    @property
    def title(self) -> dict[str, str]:
        """Return the title by language."""
        title: dict[str, str] = self.said["title"]
        return title

    @property
    def summary(self) -> dict[str, str]:
        """Return the summary by language."""
        summary: dict[str, str] = self.said["summary"]
        return summary

    @property
    def rules(self) -> dict[str, Any]:
        """Return what the procedure and the sheet need."""
        return self.said

    @property
    def strand(self) -> Strand:
        """Return the strand, which never changes."""
        return self.call.strand

    @property
    def form_definition(self) -> Any:
        """Return the form that this version asked for."""
        return self.version.form_definition

    @property
    def changes(self) -> list[str]:
        """Return what changed against the version before, in sentences."""
        return [change_text(change) for change in self.version.changes]


def get_version(call: Call, number: int) -> PastCall:
    """Return a call as it was published under this number, else NotFound."""
    version = db.session.scalar(
        select(CallVersion)
        .where(CallVersion.call_id == call.id, CallVersion.number == number)
        .options(joinedload(CallVersion.form_definition))
    )
    if version is None:
        raise NotFound
    return PastCall(call, version)
