"""What the page of a section takes in."""

from portal.questionnaires.forms.sections import SectionForm, section_form

__all__ = ["SectionForm", "section_form"]
