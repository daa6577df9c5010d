"""What the records of the committee may be, and how that is called."""

from __future__ import annotations

from enum import StrEnum

from portal.i18n import lazy


class MemberFunction(StrEnum):
    """What a person does in the committee of a call."""

    CHAIR = "chair"
    MEMBER = "member"
    SUBSTITUTE = "substitute"
    SECRETARY = "secretary"


class ItemKind(StrEnum):
    """What an item of the agenda is about."""

    DOSSIER = "dossier"
    RANKING = "ranking"
    OTHER = "other"


class SignatureKind(StrEnum):
    """How somebody signed the minutes."""

    DIGITAL = "digital"
    HANDWRITTEN = "handwritten"


FUNCTION_LABELS = {
    MemberFunction.CHAIR: lazy("Chair"),
    MemberFunction.MEMBER: lazy("Member"),
    MemberFunction.SUBSTITUTE: lazy("Substitute"),
    MemberFunction.SECRETARY: lazy("Secretary"),
}
SIGNATURE_LABELS = {
    SignatureKind.DIGITAL: lazy("Digital signature"),
    SignatureKind.HANDWRITTEN: lazy("Signed by hand on the paper"),
}
KIND_LABELS = {
    ItemKind.DOSSIER: lazy("Project on the agenda"),
    ItemKind.RANKING: lazy("The ranking"),
    ItemKind.OTHER: lazy("Other item"),
}
VOTING = (MemberFunction.CHAIR, MemberFunction.MEMBER, MemberFunction.SUBSTITUTE)
