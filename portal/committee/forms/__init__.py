"""What the pages of the committee take in."""

from portal.committee.forms.items import (
    CorrectionForm,
    NotesForm,
    SureForm,
    consensus_form,
    put_consensus_errors,
    signature_form,
    votes_form,
)
from portal.committee.forms.people import (
    NewPromoterForm,
    PromoterForm,
    appoint_form,
    promoter_form,
    promoter_texts,
)
from portal.committee.forms.sessions import (
    OtherItemForm,
    PlanForm,
    SessionForm,
    offer_rounds,
    texts_of,
)

__all__ = [
    "CorrectionForm",
    "NewPromoterForm",
    "NotesForm",
    "OtherItemForm",
    "PlanForm",
    "PromoterForm",
    "SessionForm",
    "SureForm",
    "appoint_form",
    "consensus_form",
    "offer_rounds",
    "promoter_form",
    "promoter_texts",
    "put_consensus_errors",
    "signature_form",
    "texts_of",
    "votes_form",
]
