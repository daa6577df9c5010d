"""What is typed of bodies and persons."""

from portal.registry.forms.documents import document_form
from portal.registry.forms.profiles import (
    CHOOSE,
    QUALITIES,
    BodyFacts,
    BodyForm,
    Contacts,
    NewBody,
    NewPerson,
    PersonFacts,
    PersonForm,
    differences,
    form_class,
    meaning,
    municipality_choices,
    shown,
    texts_of,
)

__all__ = [
    "document_form",
    "BodyFacts",
    "BodyForm",
    "CHOOSE",
    "Contacts",
    "NewBody",
    "NewPerson",
    "PersonFacts",
    "PersonForm",
    "QUALITIES",
    "differences",
    "form_class",
    "meaning",
    "municipality_choices",
    "shown",
    "texts_of",
]
