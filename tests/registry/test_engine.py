"""The municipalities, the types of body and how a body's code is read."""

from __future__ import annotations

from collections import Counter

import pytest

from portal.errors import Invalid, NotFound
from portal.registry import engine
from portal.registry.models import OrganisationType


def test_municipalities_are_the_55_of_the_metropolitan_city_by_name() -> None:
    names = [row.name for row in engine.MUNICIPALITIES.values()]
    assert len(names) == 55
    assert names == sorted(names)
    assert Counter(row.district for row in engine.MUNICIPALITIES.values()) == {
        "Città di Bologna": 1,
        "Appennino bolognese": 12,
        "Imola": 10,
        "Pianura Est": 15,
        "Pianura Ovest": 6,
        "Reno, Lavino e Samoggia": 5,
        "Savena Idice": 6,
    }


@pytest.mark.parametrize(
    ("code", "name", "area"),
    [
        ("037006", "Bologna", "bologna"),
        ("037059", "Vergato", "metropolitan"),
        ("037062", "Alto Reno Terme", "metropolitan"),
        ("037061", "Valsamoggia", "metropolitan"),
    ],
)
def test_municipality_knows_its_area(code: str, name: str, area: str) -> None:
    assert engine.municipality(code).name == name
    assert engine.area(code) == area


@pytest.mark.parametrize("code", ["037018", "036023", "", "37006"])
def test_municipality_of_another_city_is_not_found(code: str) -> None:
    with pytest.raises(NotFound):
        engine.municipality(code)


def test_every_type_of_organisation_has_a_label_and_all_but_persons_are_bodies() -> None:
    every = {member.value for member in OrganisationType}
    assert set(engine.ORGANISATION_LABELS) == every
    assert set(engine.BODY_TYPES) == every - {"natural_person"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("97103880585", "97103880585"),
        ("00743110157", "00743110157"),
        ("IT 00743110157", "00743110157"),
        ("it00743110157", "00743110157"),
        ("rss mra 80a01 h501 u", "RSSMRA80A01H501U"),
    ],
)
def test_code_of_a_body_is_read_in_each_of_its_forms(text: str, code: str) -> None:
    assert engine.read_body_code(text) == code


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("IT0074311015", "piva_length"), ("97103880586", "cf_checksum"), ("", "cf_length")],
)
def test_code_of_a_body_that_is_wrong_says_what_is(text: str, refusal: str) -> None:
    with pytest.raises(Invalid, match=refusal):
        engine.read_body_code(text)


@pytest.mark.parametrize(
    ("kind", "suits"),
    [("aps", False), ("srl", False), ("informal_group", True), ("sole_trader", True)],
)
def test_code_of_a_person_suits_only_where_a_person_answers(kind: str, suits: bool) -> None:
    engine.require_code_suits(kind, "97103880585")
    if suits:
        engine.require_code_suits(kind, "RSSMRA80A01H501U")
    else:
        with pytest.raises(Invalid, match="cf_of_person"):
            engine.require_code_suits(kind, "RSSMRA80A01H501U")


def test_every_type_has_consequences_and_documents_that_its_profile_keeps() -> None:
    assert set(engine.CONSEQUENCES) == set(engine.ORGANISATION_LABELS)
    for kind, found in engine.CONSEQUENCES.items():
        assert found.documents
        assert set(found.documents) <= set(engine.kinds_for(kind))


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        ("aps", ["Stamp duty", "Withholding", "De minimis", "Contributions", "Publication"]),
        ("social_coop_b", ["Stamp duty", "De minimis", "Contributions", "Publication"]),
        ("informal_group", ["Stamp duty"]),
        ("natural_person", ["Stamp duty", "Publication"]),
    ],
)
def test_what_is_not_sure_of_a_type_is_not_said(kind: str, labels: list[str]) -> None:
    lines = [str(label) for label, _text in engine.consequences_of(kind).lines]
    assert [line.startswith(start) for line, start in zip(lines, labels, strict=True)] == [
        True
    ] * len(labels)


def test_person_is_named_in_no_list_that_tells_hardship_and_a_firm_is() -> None:
    said = [engine.consequences_of(kind).publication for kind in ("sole_trader", "srl")]
    assert ["application code" in str(text) for text in said] == [True, False]
