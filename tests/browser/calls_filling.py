"""Filling in any form as a person would, told only by its definition what each question wants.

What is shown and hidden is compared with what the definition says of the answers given so far.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, expect

from portal.i18n import pick
from portal.questionnaires.engine import Form, Question, QuestionType, look_at, read_answer
from tests.browser.material import LONG, document
from tests.browser.visitor import Visitor

Typed = str | Mapping[str, str]
# What is typed where nothing else is said; numbers keep to the least that is allowed.
USUAL: dict[QuestionType, str] = {
    QuestionType.SHORT_TEXT: "Il forno di tutti",
    QuestionType.LONG_TEXT: LONG,
    QuestionType.INTEGER: "5",
    QuestionType.NUMBER: "12,5",
    QuestionType.AMOUNT: "1.000,00",
    QuestionType.PERCENT: "10",
    QuestionType.DATE: "01/12/2027",
    QuestionType.MUNICIPALITY: "Monghidoro",
    QuestionType.ATECO: "56.11.11",
    QuestionType.CODICE_FISCALE: "RSSMRA80A01H501U",
    QuestionType.PARTITA_IVA: "97103880585",
    QuestionType.IBAN: "IT60X0542811101000000123456",
    QuestionType.EMAIL: "info@esempio.example.org",
    QuestionType.PHONE: "051 1234567",
    QuestionType.YES_NO: "Sì",
}
CHOSEN = {QuestionType.CHOICE, QuestionType.SECTOR, QuestionType.CHOICES}
MUNICIPALITY_CODES = {"Monghidoro": "037040"}


class Filler:
    """Somebody who fills in the sections of one form; `figures` says what must fit together."""

    def __init__(
        self,
        visitor: Visitor,
        form: Form,
        figures: Mapping[str, Typed],
        profile: Mapping[str, str],
    ) -> None:
        self.visitor, self.form = visitor, form
        self.figures, self.profile = figures, profile
        self.values: dict[str, Any] = {}

    def fill_in(self) -> None:
        """Fill in section after section, each leading to the next and the last to the summary."""
        self.visitor.follow("Continua a compilare")
        for section in self.form.sections:
            if not any(question.key in self.visible for question in section.questions):
                continue
            self.visitor.sees(pick(section.title), within="h1")
            for question in section.questions:
                self.meet(question)
            self.visitor.press("Avanti", exact=True)
            wrong = self.visitor.page.locator("[data-error-summary]").all_inner_texts()
            assert not wrong, wrong

    @property
    def visible(self) -> frozenset[str]:
        """The questions that concern who has answered so."""
        return look_at(self.form, self.values, self.profile).visible

    def meet(self, question: Question) -> None:
        """Answer a question that is in sight, and see that any other one is not."""
        box = self.visitor.page.locator(f"[data-question='{question.key}']")
        if question.key not in self.visible:
            expect(box).to_be_hidden()
            return
        expect(box).to_be_visible()
        if not question.is_computed:
            self.values[question.key] = self.answer(box, question)

    def answer(self, box: Locator, question: Question) -> Any:
        """Give an answer and return what it means."""
        match question.type:
            case QuestionType.FILE:
                self.visitor.upload(pick(question.label), document(f"{question.key}.pdf"))
                expect(box.locator(".file-list li")).to_have_count(1)
                return [{"name": f"{question.key}.pdf"}]
            case QuestionType.DECLARATION:
                box.get_by_role("checkbox").check()
                return True
            case QuestionType.TABLE:
                return read_answer(question, [json.dumps(self.fill_row(box, question))])
            case kind if kind in CHOSEN:
                return self.choose(box, question)
        typed = self.figure(question)
        give(box, pick(question.label), typed)
        return self.meaning(question, typed)

    def choose(self, box: Locator, question: Question) -> Any:
        """Choose the option that the figures name, else the first."""
        named = self.figures.get(question.key)
        option = next(each for each in question.options if named in {None, each.key})
        give(box, pick(question.label), pick(option.label))
        return [option.key] if question.type is QuestionType.CHOICES else option.key

    def fill_row(self, box: Locator, question: Question) -> dict[str, str]:
        """Fill in the first row of a table and return what was typed."""
        cells = self.figures.get(question.key, {})
        assert not isinstance(cells, str)
        first = next(each for each in question.columns if not each.is_computed)
        if not box.get_by_label(f"{pick(first.label)}, riga 1", exact=True).count():
            box.get_by_role("button", name="Aggiungi riga").click()
        row: dict[str, str] = {}
        for column in question.columns:
            if column.is_computed:
                continue
            usual = pick(column.options[0].label) if column.options else USUAL[column.type]
            typed = cells.get(column.key, usual)
            give(box, f"{pick(column.label)}, riga 1", typed)
            row[column.key] = column.options[0].key if column.options else typed
        return row

    def figure(self, question: Question) -> str:
        """Return what is typed for a question of one field."""
        typed = self.figures.get(question.key, USUAL[question.type])
        assert isinstance(typed, str)
        return typed[: question.limit] if question.limit else typed

    def meaning(self, question: Question, typed: str) -> Any:
        """Return what the portal takes a text for."""
        if question.type is QuestionType.YES_NO:
            return typed == "Sì"
        return read_answer(question, [MUNICIPALITY_CODES.get(typed, typed)])


def give(box: Locator, label: str, typed: str) -> None:
    """Type into the field with this label, or choose what it offers by its words."""
    if box.get_by_role("radio").or_(box.get_by_role("checkbox")).count():
        box.get_by_label(typed, exact=True).check()
        return
    field = box.get_by_label(label).first
    if field.evaluate("field => field.tagName") == "SELECT":
        field.select_option(label=typed)
    else:
        field.fill(typed)
