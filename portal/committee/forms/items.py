"""Forms of the room: notes, scores agreed on, votes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from portal import parse
from portal.committee.engine import SIGNATURE_LABELS, VOTE_LABELS, VoteKind
from portal.committee.services import Ballot
from portal.errors import Invalid
from portal.grids.engine import read_mark
from portal.i18n import _, lazy, message, pick
from portal.web import (
    AreaField,
    CarriedField,
    ChoiceField,
    PortalForm,
    TextField,
    UploadField,
    VersionedForm,
)

LONGEST_NOTES = 8_000
LONGEST_REASON = 1_000


class NotesForm(VersionedForm):
    """What is said on an item."""

    notes = AreaField(lazy("Notes of the discussion"), required=False, limit=LONGEST_NOTES)


class ConsensusForm(VersionedForm):
    """The marks agreed on, each with its reason; `lines_of` gives them criterion by criterion."""

    criteria: Sequence[Any] = ()

    @property
    def marks(self) -> dict[str, int | None]:
        """Return the marks by criterion; a blank one agrees on nothing."""
        return {
            each.key: read_mark(each, self[f"mark_{each.key}"].data or "") for each in self.criteria
        }

    @property
    def reasons(self) -> dict[str, str]:
        """Return the reasons by criterion."""
        return {each.key: self[f"reason_{each.key}"].value or "" for each in self.criteria}


def consensus_form(lines: Iterable[Any], version: int, then: str | None = None) -> ConsensusForm:
    """Return the form of a dossier's consensus: as it stands, as typed where it is being sent."""
    fields: dict[str, Any] = {}
    data = {"version": str(version)}
    criteria = []
    for line in lines:
        key, label = line.criterion.key, pick(line.criterion.label)
        marks = [(str(mark), str(mark)) for mark in line.criterion.marks]
        fields[f"mark_{key}"] = ChoiceField(
            _("Mark agreed on: %(criterion)s", criterion=label),
            choices=[("", _("Nothing agreed on")), *marks],
            required=False,
        )
        fields[f"reason_{key}"] = AreaField(
            _("Why: %(criterion)s", criterion=label), required=False, limit=LONGEST_REASON
        )
        if line.consensus is not None:
            data[f"mark_{key}"] = str(line.consensus.mark)
            data[f"reason_{key}"] = line.consensus.reason
        criteria.append(line.criterion)
    sent = {} if then == "consensus" else {"formdata": None}
    form = type("ItemConsensusForm", (ConsensusForm,), fields)(data=data, **sent)
    form.criteria = criteria
    return form


class VotesForm(PortalForm):
    """One vote a promoter, and the decision in words."""

    promoters: Sequence[Any] = ()
    seen = CarriedField()
    text = AreaField(
        lazy("The decision in words"),
        required=False,
        limit=LONGEST_REASON,
        help=lazy("It stands in the minutes beside the outcome."),
    )

    @property
    def known(self) -> str:
        """Return the mark of what the page showed: the places, and the votes given before."""
        return str(self.seen.data or "")

    @property
    def ballots(self) -> dict[int, Ballot]:
        """Return what each promoter says; who says nothing is left out."""
        return {
            each.id: Ballot(VoteKind(given), self[f"dissent_{each.id}"].value or "")
            for each in self.promoters
            if (given := self[f"vote_{each.id}"].value)
        }


def votes_form(
    voters: Mapping[Any, Any],
    votes: Iterable[Any],
    decision: Any,
    seen: str,
    then: str | None = None,
) -> VotesForm:
    """Return the form of an item's votes: as they stand, as typed where they are being sent."""
    fields: dict[str, Any] = {}
    for promoter, member in voters.items():
        fields[f"vote_{promoter.id}"] = ChoiceField(
            _("%(promoter)s (votes: %(name)s)", promoter=promoter.name, name=member.user.name),
            choices=list(VOTE_LABELS.items()),
            radio=True,
        )
        fields[f"dissent_{promoter.id}"] = AreaField(
            _("Dissent of %(promoter)s", promoter=promoter.name),
            required=False,
            limit=LONGEST_REASON,
        )
    data = {"text": "" if decision is None else decision.text}
    data["seen"] = seen
    for vote in votes:
        data |= {f"vote_{vote.promoter_id}": vote.vote.value}
        data |= {f"dissent_{vote.promoter_id}": vote.dissent}
    sent = {} if then == "ballot" else {"formdata": None}
    form = type("ItemVotesForm", (VotesForm,), fields)(data=data, **sent)
    form.promoters = list(voters)
    return form


def put_consensus_errors(form: ConsensusForm, refusal: Invalid) -> None:
    """Put refusals beside the criteria they are about."""
    for key, error in refusal.errors.items():
        name = f"reason_{key}"
        if name in form:
            form[name].errors = [*form[name].errors, message(error)]
        else:
            form.form_errors.append(message(error))


class SignatureForm(PortalForm):
    """Who signed the minutes, when, on what."""

    member = ChoiceField(lazy("Who signed"))
    kind = ChoiceField(lazy("How"), choices=list(SIGNATURE_LABELS.items()), radio=True)
    signed_on = TextField(
        lazy("Day of the signature"),
        parse=parse.date,
        help=lazy("Day/month/year, for instance 09/05/2026."),
    )
    file = UploadField(
        lazy("Signed file"),
        help=lazy("Of a digital signature the signed file (.p7m or .pdf); of one by hand, a scan."),
    )


def signature_form(people: Iterable[Any]) -> SignatureForm:
    """Return the form of a signature with who may have signed."""
    form = SignatureForm()
    form.member.choices = [("", ""), *[(str(each.id), each.user.name) for each in people]]
    return form


class SureForm(PortalForm):
    """A deed that is asked for twice: nothing but the token."""


class CorrectionForm(PortalForm):
    """What further minutes correct."""

    text = AreaField(lazy("What is corrected, and how it reads now"), limit=LONGEST_NOTES)
