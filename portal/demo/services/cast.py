"""The people of the demo and what they apply for: accounts, bodies, persons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal import clock, parse
from portal.accounts.models import Promoter, User
from portal.accounts.services import add_user, grant_role, set_factor
from portal.db import transaction
from portal.demo import engine
from portal.demo.services.people import add_delegate
from portal.permissions import Role
from portal.registry.models import Applicant, ApplicantKind, OrganisationType
from portal.registry.services import create_applicant

EVALUATORS = ("evaluator_comune", "evaluator_metro", "evaluator_diocese")
PERSON = "natural_person"


@dataclass
class Cast:
    """The people of the demo by their key, and how many applicants have been invented."""

    password_hash: str
    people: dict[str, User] = field(default_factory=dict)
    invented: int = 0

    def __getitem__(self, key: str) -> User:
        return self.people[key]

    @property
    def evaluators(self) -> list[User]:
        """Return the three committee members."""
        return [self.people[key] for key in EVALUATORS]


def add_people(cast: Cast) -> None:
    """Add the accounts of the demo page, confirmed and with their roles."""
    for item in engine.accounts():
        user = cast.people[item.key] = add_person(cast, item.name, item.email)
        if item.totp_secret is not None:
            promoter = Promoter(item.promoter) if item.promoter else None
            with transaction():
                grant_role(user, Role(item.role), None, promoter=promoter)
                set_factor(user, item.totp_secret, last_step=0)


def add_person(cast: Cast, name: str, email: str) -> User:
    """Add one confirmed account with the demo's password."""
    with transaction():
        user = add_user(name, email, "it", cast.password_hash)
        user.confirmed_at = clock.now()
    return user


def add_profiles(cast: Cast) -> Applicant:
    """Write the profiles of those who try applying; return the body, whose delegate acts too."""
    add_private(engine.programme()["person_profile"], cast["person"])
    body = add_body(cast, engine.programme()["body_profile"], cast["body"])
    add_delegate(body, cast["body"], cast["delegate"])
    return body


def add_invented(cast: Cast, item: Mapping[str, Any]) -> tuple[Applicant, User]:
    """Register somebody who applies, with the profile that the item tells of."""
    number = cast.invented + 1
    email = f"ente{number}@esempio.example.org"
    if item["type"] != PERSON:
        owner = add_person(cast, f"Referente {number}", email)
        return add_body(cast, item, owner), owner
    cast.invented = number
    owner = add_person(cast, item["name"], email)
    return add_private(item, owner), owner


def add_private(item: Mapping[str, Any], owner: User) -> Applicant:
    """Fill in somebody's own profile."""
    return create_applicant(
        owner,
        ApplicantKind.PERSON,
        name=item["name"],
        tax_code=item["tax_code"],
        birth_date=parse.date(item["born"]),
        municipality_code=item["municipality"],
        address=item["address"],
        postcode=item["postcode"],
        phone=parse.phone(item["phone"]),
        email=owner.email,
    )


def add_body(cast: Cast, item: Mapping[str, Any], owner: User) -> Applicant:
    """Fill in the profile of an invented body."""
    cast.invented += 1
    facts = body_facts(cast.invented, item, owner.email, owner.name)
    return create_applicant(owner, ApplicantKind.BODY, **facts)


def body_facts(
    number: int, item: Mapping[str, Any], email: str, representative: str = "Mario Rossi"
) -> dict[str, Any]:
    """Return the profile of an invented body."""
    return {
        "name": item["name"],
        "organisation_type": OrganisationType(item["type"]),
        "tax_code": engine.body_number(9_100_000 + number),
        "municipality_code": item["municipality"],
        "address": f"Via dell'Esempio {number}",
        "postcode": "40100",
        "phone": parse.phone("+39 051 0000000"),
        "email": email,
        "representative_name": representative,
        "representative_tax_code": "RSSMRA80A01H501U",
    }
