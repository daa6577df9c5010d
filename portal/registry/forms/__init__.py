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
    "document_form",
    "BodyFacts",
    "BodyForm",
    "CHOOSE",
    "Contacts",
    "InvitePersonForm",
    "NewBody",
    "NewPerson",
    "PersonFacts",
    "PersonForm",
    "ProxyForm",
    "QUALITIES",
    "differences",
    "form_class",
    "meaning",
    "municipality_choices",
    "texts_of",
]
