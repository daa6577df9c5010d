"""What the pages of outcomes take in."""

from portal.outcomes.forms.samples import DrawForm, SampleItemForm, draw_form, item_form

__all__ = ["DrawForm", "SampleItemForm", "draw_form", "item_form"]
