"""What the invented applicants answer, question by question."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pikepdf

from portal.demo.engine import programme
from portal.questionnaires.engine import Form, Question, QuestionType, Section, write_rows

UNTYPED = frozenset({QuestionType.FILE, QuestionType.COMPUTED})
FILE_NAME = "documento-di-esempio.pdf"
# Where the shipped forms ask for title and summary.
TITLES = ("project_title", "business_title", "job_title")
SUMMARIES = ("project_summary", "idea_summary", "tasks")


def typed_section(section: Section, item: Mapping[str, Any], today: date) -> dict[str, list[str]]:
    """Return what is typed into a section by the applicant of `item`."""
    return {
        question.key: typed_answer(question, item, today)
        for question in section.questions
        if question.type not in UNTYPED
    }


def typed_form(form: Form, item: Mapping[str, Any], today: date) -> dict[str, list[str]]:
    """Return what is typed into a whole form."""
    sections = [typed_section(section, item, today) for section in form.sections]
    return {key: texts for typed in sections for key, texts in typed.items()}


def typed_answer(question: Question, item: Mapping[str, Any], today: date) -> list[str]:
    """Return the answer that `item` gives, or an invented one that suits the question."""
    if question.type is QuestionType.TABLE:
        return write_rows([typed_row(question, item)])
    own = own_answers(item).get(question.key)
    if own is not None and (not question.options or own in question.option_labels):
        return [own]
    texts: dict[str, str] = programme()["texts"]
    options = [option.key for option in question.options]
    by_type = {
        QuestionType.CHOICE: options[:1],
        QuestionType.SECTOR: options[:1],
        QuestionType.CHOICES: options[:2],
        QuestionType.NUMBER: ["20"],
        QuestionType.ATECO: ["56.11"],
        QuestionType.DATE: [(today + timedelta(days=120)).strftime("%d/%m/%Y")],
        QuestionType.INTEGER: ["3"],
        QuestionType.AMOUNT: [item["amount"]],
        QuestionType.YES_NO: ["yes"],
        QuestionType.DECLARATION: ["yes"],
        QuestionType.MUNICIPALITY: [item["municipality"]],
    }
    text = texts.get(question.key, texts["default"])
    if question.type is QuestionType.LONG_TEXT:
        text = f"{item['title']}. {text}"
    return by_type.get(question.type, [text])


def own_answers(item: Mapping[str, Any]) -> dict[str, str]:
    """Return the answers the item itself gives, by the keys of the shipped forms."""
    return {
        **dict.fromkeys(TITLES, item["title"]),
        **dict.fromkeys(SUMMARIES, item["about"]),
        "sector": item["sector"],
        "impact_municipality": item["municipality"],
        "people_to_hire": str(item["hires"]),
        "requested_amount": item["amount"],
        "new_body": "yes" if item.get("founding") else "no",
        "support_line": "welfare",
        "own_resources": "0",
        "own_means": "0",
        "monthly_income": "1.400,00",
        "ran_a_business": "no",
        "overheads": "0",
        "licence_number": "LL0012 (esempio)",
        "advice_amount": "0",
        **item.get("answers", {}),
    }


def typed_row(question: Question, item: Mapping[str, Any]) -> dict[str, str]:
    """Return one row of a table, which makes the whole amount that is asked for."""
    by_type = {
        QuestionType.SHORT_TEXT: "Attrezzature e avvio",
        QuestionType.INTEGER: "3",
        QuestionType.NUMBER: "1",
        QuestionType.AMOUNT: item["amount"],
    }
    return {
        column.key: column.options[0].key if column.options else by_type[column.type]
        for column in question.columns
        if column.type is not QuestionType.COMPUTED
    }


def example_file(title: str) -> io.BytesIO:
    """Return a small PDF with one line of text."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    words = title.encode("latin-1", "replace").replace(b"(", b"").replace(b")", b"")
    line = b"BT /F1 16 Tf 72 760 Td (" + words + b") Tj ET"
    page.Contents = pdf.make_stream(line)
    stream = io.BytesIO()
    pdf.save(stream, deterministic_id=True)
    stream.seek(0)
    return stream
