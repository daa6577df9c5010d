"""What the pages of outcomes take in."""

from portal.outcomes.forms.letters import choose_form, reason_form
from portal.outcomes.forms.rejections import ObservationsForm, decision_form
from portal.outcomes.forms.remarks import RemarkForm, decide_form
from portal.outcomes.forms.samples import DrawForm, SampleItemForm, draw_form, item_form, item_texts

__all__ = [
    "DrawForm",
    "ObservationsForm",
    "RemarkForm",
    "SampleItemForm",
    "choose_form",
    "decide_form",
    "decision_form",
    "draw_form",
    "item_form",
    "item_texts",
    "reason_form",
]
