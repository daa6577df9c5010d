"""What follows by law and custom from the type of a body; what is not sure stays blank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.i18n import lazy
from portal.registry.engine.documents import ProfileDocument as D

_THIRD_SECTOR = lazy(
    "Exempt: it is a third-sector body (article 82, paragraph 5, of legislative decree 117/2017)."
)
_WITHHELD = lazy(
    "Due on contributions, not on money for capital goods (article 28, paragraph 2, of "
    "presidential decree 600/1973)."
)
_WITHHELD_FROM_TRADE = lazy(
    "Due only on contributions for a commercial activity, never on money for capital goods "
    "(article 28, paragraph 2, of presidential decree 600/1973)."
)
_AID = lazy(
    "Applies where the call says so: at most 300,000 euros in three years for a single "
    "undertaking (Regulation (EU) 2023/2831)."
)
_AID_FOR_TRADE = lazy(
    "Applies where the call says so, and only if the project is an economic activity (Regulation "
    "(EU) 2023/2831)."
)
_CONTRIBUTIONS = lazy(
    "With positions at INPS or INAIL the office asks for the certificate itself; it is good for "
    "120 days."
)
_NAMED = lazy(
    "Name, tax code and amount are published for grants above 1,000 euros in a year (articles 26 "
    "and 27 of legislative decree 33/2013)."
)
_NOT_NAMED = lazy(
    "The application code stands in the place of the name where hardship could be told from "
    "the call (article 26, paragraph 4, of legislative decree 33/2013)."
)


@dataclass(frozen=True)
class Consequences:
    """What follows from the type of a body; blank where it does not, or not for sure."""

    stamp_exemption: Any = ""
    withholding: Any = ""
    de_minimis: Any = ""
    contributions: Any = ""
    publication: Any = ""
    documents: tuple[D, ...] = ()

    @property
    def lines(self) -> list[tuple[Any, Any]]:
        """Return what there is to say, as labels and sentences."""
        stamp = self.stamp_exemption or lazy("Due, where the call asks for it.")
        said = [
            (lazy("Stamp duty"), stamp),
            (lazy("Withholding tax of four per cent"), self.withholding),
            (lazy("De minimis aid"), self.de_minimis),
            (lazy("Contributions (DURC)"), self.contributions),
            (lazy("Publication of the name"), self.publication),
        ]
        return [(label, text) for label, text in said if text]


PAPERS = (D.STATUTE, D.BALANCE_SHEET)
REGISTERED = (*PAPERS, D.REGISTRY_EXTRACT)

_BODY = Consequences(
    withholding=_WITHHELD_FROM_TRADE,
    de_minimis=_AID_FOR_TRADE,
    contributions=_CONTRIBUTIONS,
    publication=_NAMED,
    documents=PAPERS,
)
_ETS = Consequences(
    stamp_exemption=_THIRD_SECTOR,
    withholding=_WITHHELD_FROM_TRADE,
    de_minimis=_AID_FOR_TRADE,
    contributions=_CONTRIBUTIONS,
    publication=_NAMED,
    documents=REGISTERED,
)
# Whether the 4 % is due on social cooperatives and enterprises since the registry of Onlus ended
# is for each to declare.
_SOCIAL = Consequences(
    stamp_exemption=_THIRD_SECTOR,
    de_minimis=_AID,
    contributions=_CONTRIBUTIONS,
    publication=_NAMED,
    documents=REGISTERED,
)
_FIRM = Consequences(
    withholding=_WITHHELD,
    de_minimis=_AID,
    contributions=_CONTRIBUTIONS,
    publication=_NAMED,
    documents=REGISTERED,
)
_SOLE = Consequences(
    withholding=_WITHHELD,
    de_minimis=_AID,
    contributions=_CONTRIBUTIONS,
    publication=_NOT_NAMED,
    documents=(D.REGISTRY_EXTRACT, D.IDENTITY),
)
_PARTNERS = Consequences(
    withholding=_WITHHELD,
    de_minimis=_AID,
    contributions=_CONTRIBUTIONS,
    publication=_NAMED,
    documents=(D.STATUTE, D.REGISTRY_EXTRACT),
)

# A social enterprise in the form of a company pays stamp duty, social cooperatives don't; the
# registry of Onlus has ended, and with it what followed from standing in it.
CONSEQUENCES: Mapping[str, Consequences] = {
    **dict.fromkeys(("odv", "aps", "philanthropic", "network", "mutual_aid", "other_ets"), _ETS),
    "church_body_branch": _ETS,
    **dict.fromkeys(("social_coop_a", "social_coop_b", "social_coop_ab"), _SOCIAL),
    **dict.fromkeys(("social_coop_consortium", "social_enterprise_other"), _SOCIAL),
    **dict.fromkeys(("non_ets_association", "committee", "foundation_non_ets"), _BODY),
    "onlus_legacy": _BODY,
    **dict.fromkeys(("social_enterprise_company", "srl", "cooperative"), _FIRM),
    "partnership": _PARTNERS,
    "sole_trader": _SOLE,
    "informal_group": Consequences(documents=(D.IDENTITY,)),
    "natural_person": Consequences(publication=_NOT_NAMED, documents=(D.IDENTITY, D.CURRICULUM)),
}


def consequences_of(organisation_type: str) -> Consequences:
    """Return what follows from the type of a body."""
    return CONSEQUENCES[organisation_type]


def stamp_exemption(organisation_type: str) -> str:
    """Return why a body of this type pays no stamp duty; blank where it pays."""
    return str(consequences_of(organisation_type).stamp_exemption)
