"""Writing profiles, changing them side by side, and who may see them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from portal import chance, clock
from portal.accounts.queries import nobody
from portal.audit import AuditEntry
from portal.errors import Forbidden, Invalid, InvalidMany, NotFound, Stale
from portal.permissions import Role
from portal.registry import queries, services
from portal.registry.models import Applicant, ApplicantKind, Mandate, MandateKind
from tests import make

pytestmark = pytest.mark.database

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
CONTACTS = {
    "municipality_code": "037006",
    "address": "via Lame 12",
    "postcode": "40122",
    "phone": "+39051123456",
    "email": "ente@esempio.example.org",
}
BODY = {
    **CONTACTS,
    "organisation_type": "aps",
    "name": "Associazione Prova",
    "tax_code": make.BODY_TAX_CODE,
    "vat_number": None,
    "certified_email": None,
    "representative_name": "Anna Bianchi",
    "representative_tax_code": make.PERSON_TAX_CODE,
    "quality": "delegate",
}
PERSON = {
    **CONTACTS,
    "name": "Mario Rossi",
    "tax_code": make.PERSON_TAX_CODE,
    "birth_date": date(1980, 1, 1),
}


def stored(db: SQLAlchemy) -> int:
    """Return how many profiles there are."""
    return db.session.scalar(sa.select(sa.func.count(Applicant.id))) or 0


def test_create_body_makes_the_actor_its_delegate(db: SQLAlchemy) -> None:
    actor = make.user()
    body = services.create_body(actor, **BODY)
    assert {name: getattr(body, name) for name in BODY if name != "quality"} == {
        name: value for name, value in BODY.items() if name != "quality"
    }
    assert (body.kind, body.birth_date, body.owner_ids) == ("body", None, {actor.id})
    assert queries.quality_of(body, actor) == MandateKind.DELEGATE
    assert len(body.public_id) == chance.PUBLIC_ID_LENGTH


def test_create_person_acts_for_himself(db: SQLAlchemy) -> None:
    actor = make.user()
    person = services.create_person(actor, **PERSON, quality="delegate")
    assert (person.kind, person.organisation_type) == ("person", "natural_person")
    assert person.birth_date == date(1980, 1, 1)
    assert queries.quality_of(person, actor) == MandateKind.SELF


def test_create_applicant_is_on_record_without_a_word_of_it(db: SQLAlchemy) -> None:
    actor = make.user()
    body = services.create_applicant(actor, ApplicantKind.BODY, **BODY)
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.actor_id, entry.record_id) == (
        "applicant.create",
        actor.id,
        body.id,
    )
    assert entry.facts == {"kind": "body", "organisation_type": "aps"}


def test_create_applicant_wants_somebody_signed_in(db: SQLAlchemy) -> None:
    with pytest.raises(Forbidden):
        services.create_body(nobody(), **BODY)
    assert stored(db) == 0


def test_create_person_refuses_a_birth_date_that_is_not_the_codes(db: SQLAlchemy) -> None:
    with pytest.raises(InvalidMany) as refused:
        services.create_person(make.user(), **{**PERSON, "birth_date": date(1980, 1, 2)})
    assert {field: error.code for field, error in refused.value.errors.items()} == {
        "tax_code": "cf_birthdate_mismatch",
        "birth_date": "cf_birthdate_mismatch",
    }
    assert stored(db) == 0


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"tax_code": make.PERSON_TAX_CODE}, "tax_code", "cf_of_person"),
        ({"organisation_type": "natural_person"}, "organisation_type", "choice_unknown"),
        ({"municipality_code": "036023"}, "municipality_code", "municipality_unknown"),
    ],
)
def test_create_body_refuses_what_does_not_hold_together(
    db: SQLAlchemy, changes: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        services.create_body(make.user(), **{**BODY, **changes})
    assert (refused.value.field, refused.value.code) == (field, code)
    assert stored(db) == 0


@pytest.mark.check(19)
def test_create_body_takes_no_columns_but_its_own(db: SQLAlchemy) -> None:
    with pytest.raises(TypeError, match="birth_date, public_id"):
        services.create_body(make.user(), **BODY, birth_date=None, public_id="mine")


def test_informal_group_answers_with_a_persons_code(db: SQLAlchemy) -> None:
    changes = {"organisation_type": "informal_group", "tax_code": make.PERSON_TAX_CODE}
    assert services.create_body(make.user(), **{**BODY, **changes}).tax_code == (
        make.PERSON_TAX_CODE
    )


def test_same_code_may_stand_in_two_accounts(db: SQLAlchemy) -> None:
    services.create_body(make.user(), **BODY)
    services.create_body(make.user(), **BODY)
    assert stored(db) == 2


def test_edit_applicant_records_the_names_of_what_changed(db: SQLAlchemy) -> None:
    actor = make.user()
    body = services.create_body(actor, **BODY)
    changes = {"phone": "+39051999999", "certified_email": "ente@pec.example.org"}
    services.edit_applicant(body, actor, body.version, **{**BODY, **changes})
    services.edit_applicant(body, actor, body.version, **{**BODY, **changes})
    assert (body.phone, body.certified_email) == ("+39051999999", "ente@pec.example.org")
    edits = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "applicant.edit"))
    assert [entry.facts for entry in edits] == [{"fields": ["certified_email", "phone"]}]


def test_edit_applicant_writes_over_nothing_it_did_not_see(db: SQLAlchemy) -> None:
    actor = make.user()
    body = services.create_body(actor, **BODY)
    seen = body.version
    services.edit_applicant(body, actor, seen, **{**BODY, "phone": "+39051111111"})
    with pytest.raises(Stale):
        services.edit_applicant(body, actor, seen, **{**BODY, "phone": "+39051222222"})
    assert body.phone == "+39051111111"


def test_edit_applicant_keeps_the_mandate_that_ends(db: SQLAlchemy) -> None:
    actor = make.user()
    with clock.at(START):
        body = services.create_body(actor, **BODY)
    changes = {"quality": "legal_representative"}
    services.edit_applicant(body, actor, body.version, **{**BODY, **changes})
    mandates = db.session.scalars(sa.select(Mandate).order_by(Mandate.id))
    assert [(mandate.kind, mandate.ended_at is None) for mandate in mandates] == [
        ("delegate", False),
        ("legal_representative", True),
    ]
    assert body.owner_ids == {actor.id}


def test_edit_applicant_of_others_is_not_even_there(db: SQLAlchemy) -> None:
    body = services.create_body(make.user(), **BODY)
    with pytest.raises(NotFound):
        services.edit_applicant(body, make.user(), body.version, **BODY)
    with pytest.raises(Forbidden):
        services.edit_applicant(body, make.user(Role.STAFF), body.version, **BODY)


def test_visible_applicants_agree_with_the_permissions(db: SQLAlchemy) -> None:
    owner = make.user()
    body, person = make.body(owner), make.person(make.user())

    def seen_by(user: Any) -> set[int]:
        return {row.id for row in db.session.scalars(queries.visible_applicants(user))}

    assert seen_by(owner) == {body.id}
    assert seen_by(make.user(Role.STAFF)) == {body.id, person.id}
    assert seen_by(make.user(Role.AUDITOR)) == {body.id, person.id}
    for role in (Role.EVALUATOR, Role.TUTOR, Role.BANK, Role.ADMIN):
        assert seen_by(make.user(role)) == set()
    assert seen_by(make.user()) == set()
    assert seen_by(nobody()) == set()


def test_get_applicant_knows_only_what_is_visible(db: SQLAlchemy) -> None:
    owner = make.user()
    body = make.body(owner)
    assert queries.get_applicant(body.public_id, owner) == body
    assert queries.get_applicant(body.public_id, make.user(Role.STAFF)) == body
    for public_id, user in ((body.public_id, make.user()), ("made-up", owner)):
        with pytest.raises(NotFound):
            queries.get_applicant(public_id, user)
    with pytest.raises(Forbidden):
        queries.get_editable(body.public_id, make.user(Role.STAFF))


def test_profiles_of_a_person_come_by_name_and_end_with_the_mandate(db: SQLAlchemy) -> None:
    owner = make.user()
    zeta, alfa = make.body(owner, name="Zeta"), make.person(owner, name="Alfa")
    ended = services.create_body(owner, **BODY)
    mandate = queries.mandate_of(ended, owner)
    assert mandate is not None
    with make.transaction():
        mandate.ended_at = clock.now()
    assert queries.applicants_of(owner) == [alfa, zeta]
    assert queries.applicants_of(owner, ApplicantKind.BODY) == [zeta]
    assert queries.quality_of(ended, owner) is None
    with pytest.raises(NotFound):
        queries.get_applicant(ended.public_id, owner)
