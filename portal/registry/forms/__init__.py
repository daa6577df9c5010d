"""What is typed of bodies and persons."""

from portal.registry.forms.documents import document_form
from portal.registry.forms.people import InvitePersonForm, ProxyForm
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
    texts_of,
)

__all__ = [
    "CHOOSE",
    "QUALITIES",
    "BodyFacts",
    "BodyForm",
    "Contacts",
    "InvitePersonForm",
    "NewBody",
    "NewPerson",
    "PersonFacts",
    "PersonForm",
    "ProxyForm",
    "differences",
    "document_form",
    "form_class",
    "meaning",
    "municipality_choices",
    "texts_of",
]
