"""Invented dossiers for bulk loading: the spring applications over and over, each a bit its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from portal import clock
from portal.applications.engine import sha256
from portal.applications.services.snapshots import Sent, snapshot_text
from portal.applications.states import ApplicationState
from portal.calls.engine import form_of, grid_of, privacy_notice_of
from portal.calls.models import Call
from portal.demo.engine import body_number, closing, programme
from portal.demo.services.answers import UNTYPED, typed_answer
from portal.grids.engine import AutomaticPoints, Facts, automatic_scores
from portal.questionnaires.engine import (
    Copy,
    Form,
    Question,
    Sight,
    look_at,
    option_labels,
    read_answer,
)
from portal.registry.models import Applicant, ApplicantKind, OrganisationType

REPRESENTATIVE = ("Persona Inventata", "RSSMRA80A01H501U")


@dataclass(frozen=True)
class Pattern:
    """One application of the demo as it is answered to a call; `values` is read once."""

    call: Call
    item: Mapping[str, Any]

    @cached_property
    def questions(self) -> list[Question]:
        """Return the questions that are answered by typing."""
        return [asked for asked in form_of(self.call).questions if asked.type not in UNTYPED]

    @cached_property
    def sight(self) -> Sight:
        """Return what is in sight of the form with these answers, and what is computed."""
        typed = {asked.key: self.answer_to(asked) for asked in self.questions}
        given = {key: read_answer(self.form.question(key), texts) for key, texts in typed.items()}
        facts = {"kind": "body", "organisation_type": self.item["type"]}
        return look_at(self.form, given, facts)

    @property
    def form(self) -> Form:
        """Return the form that is answered."""
        return form_of(self.call)

    def answer_to(self, asked: Question) -> list[str]:
        """Return what is typed for a question."""
        return typed_answer(asked, self.item, clock.rome_date(closing(self.call)))

    @cached_property
    def typed(self) -> dict[str, list[str]]:
        """Return what is typed by question, where it is in sight."""
        visible = self.sight.visible
        return {
            asked.key: self.answer_to(asked) for asked in self.questions if asked.key in visible
        }

    @cached_property
    def values(self) -> dict[str, Any]:
        """Return what it means by question, blanks of files included."""
        return dict.fromkeys(asked.key for asked in self.form.questions) | dict(self.sight.values)

    @cached_property
    def points(self) -> list[AutomaticPoints]:
        """Return the automatic points, with their source."""
        facts = Facts(
            organisation_type=self.item["type"],
            municipality_code=self.item["municipality"],
            answers=self.values,
            labels=option_labels(form_of(self.call)),
        )
        return automatic_scores(grid_of(self.call), facts)


def patterns(call: Call) -> list[Pattern]:
    """Return the patterns that dossiers take turns on."""
    return [Pattern(call, item) for item in programme()["spring"]]


@dataclass(frozen=True)
class Dossier:
    """One invented application that arrived at `at`."""

    number: int
    at: datetime
    pattern: Pattern

    @property
    def title(self) -> str:
        """Return a title of its own."""
        return f"{self.pattern.item['title']} {self.number:05d}"

    @property
    def title_key(self) -> str:
        """Return the question that asks for the title."""
        asked = form_of(self.pattern.call).copied(Copy.TITLE)
        return asked.key if asked else ""

    @property
    def practice_code(self) -> str:
        """Return a code that nobody would take for a drawn one."""
        return f"IPL-S{self.pattern.call.id:03d}-{self.number:05d}"

    @cached_property
    def applicant(self) -> dict[str, Any]:
        """Return the columns of an invented body."""
        item = self.pattern.item
        return {
            "public_id": f"scale{self.pattern.call.id}x{self.number}",
            "kind": ApplicantKind.BODY,
            "organisation_type": OrganisationType(item["type"]),
            "name": f"{item['name']} {self.number:05d}",
            "tax_code": body_number(9_000_000 + self.number),
            "municipality_code": item["municipality"],
            "address": f"Via dell'Esempio {self.number}",
            "postcode": "40100",
            "phone": "+39051000000",
            "email": f"carico{self.number}@esempio.example.org",
            "representative_name": REPRESENTATIVE[0],
            "representative_tax_code": REPRESENTATIVE[1],
            "created_at": self.at,
            "version": 1,
        }

    def application(self, applicant_id: int, answer_set_id: int, staff_id: int) -> dict[str, Any]:
        """Return the columns of the application, under evaluation."""
        call, values = self.pattern.call, self.pattern.values
        form = form_of(call)
        asked = {copy: form.copied(copy) for copy in (Copy.REQUESTED_AMOUNT, Copy.SECTOR)}
        copies = {copy: values[question.key] for copy, question in asked.items() if question}
        amount = copies.get(Copy.REQUESTED_AMOUNT)
        return {
            "practice_code": self.practice_code,
            "call_id": call.id,
            "applicant_id": applicant_id,
            "answer_set_id": answer_set_id,
            "state": ApplicationState.UNDER_EVALUATION,
            "title": self.title,
            "requested_amount": Decimal(amount) if amount else None,
            "sector": copies.get(Copy.SECTOR),
            "privacy_version": privacy_notice_of(call).version,
            "privacy_read_at": self.at,
            "started_at": self.at,
            "started_by_id": staff_id,
            "checked_at": closing(call) + timedelta(hours=1),
            "version": 5,
        }

    def answers(self, answer_set_id: int, staff_id: int) -> Iterator[dict[str, Any]]:
        """Yield the columns of every answer."""
        own = {self.title_key: self.title}
        for key, typed in self.pattern.typed.items():
            yield {
                "answer_set_id": answer_set_id,
                "question_key": key,
                "typed": [own[key]] if key in own else typed,
                "value": own.get(key, self.pattern.values[key]),
                "saved_at": self.at,
                "saved_by_id": staff_id,
            }

    @cached_property
    def snapshot(self) -> tuple[str, str]:
        """Return what was sent as canonical text, and its hash."""
        call = self.pattern.call
        text = snapshot_text(
            Sent(
                practice_code=self.practice_code,
                call=call,
                form_definition=call.form_definition,
                form=form_of(call),
                values={**self.pattern.values, self.title_key: self.title},
                applicant=Applicant(**self.applicant),
                privacy=(privacy_notice_of(call).version, self.at),
                received_at=self.at,
            )
        )
        return text, sha256(text)


def invent(call: Call, arrivals: Sequence[datetime]) -> list[Dossier]:
    """Return a dossier for each arrival."""
    turns = patterns(call)
    return [
        Dossier(number, at, turns[number % len(turns)]) for number, at in enumerate(arrivals, 1)
    ]
