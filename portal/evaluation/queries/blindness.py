"""What a blind round hides from who judges: the one place that decides it.

Pages, exports, print packs and answers to programs read a dossier as `dossier_of` gives it. In a
blind round it has no applicant and no title, no answer and no file that says who applies, and what
is written elsewhere of them is blacked out. Files keep a number for a name, and leave as copies
that don't say who made them; signed files and archives, of which there is none, don't leave.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from sqlalchemy import select

from portal.applications.models import Application
from portal.applications.queries import (
    ShownAnswer,
    ShownSection,
    form_of_application,
    kept_files,
    profile_of,
    readable_files,
    sections_of,
    shown_profile,
    values_in_sight,
)
from portal.db import db
from portal.errors import NotFound
from portal.evaluation.models import Round, RoundEntry, ScoreSheet
from portal.files import StoredFile, has_bare_copy
from portal.i18n import _, format_size
from portal.questionnaires.engine import Copy, Question, QuestionType

# What names somebody whatever the question is about.
TELLING = frozenset(
    {
        QuestionType.CODICE_FISCALE,
        QuestionType.PARTITA_IVA,
        QuestionType.IBAN,
        QuestionType.EMAIL,
        QuestionType.PHONE,
    }
)
# What the profile says that is a name, a code or an address of somebody.
PROFILE_WORDS = (
    "name",
    "tax_code",
    "vat_number",
    "address",
    "phone",
    "email",
    "certified_email",
    "representative_name",
    "representative_tax_code",
)
SHORTEST_WORD = 3
BLACK = "█████"


@dataclass(frozen=True)
class ReadFile:
    """A file as its reader may know it; `stored` is None where it is not shown to him."""

    public_id: str
    question_key: str
    name: str
    media_type: str
    size: int
    stored: StoredFile | None

    @property
    def size_text(self) -> str:
        """Return the size as people read it."""
        return format_size(self.size)

    @property
    def opens_as(self) -> str:
        """Return how a page opens it in place: as a picture, as a PDF, or not at all."""
        if self.media_type.startswith("image/"):
            return "image"
        return "pdf" if self.media_type == "application/pdf" else ""


@dataclass(frozen=True)
class ReadDossier:
    """A dossier as who judges it reads it; `applicant` is blank in a blind round."""

    practice_code: str
    title: str
    applicant: str
    is_blind: bool
    call_title: Mapping[str, str]
    sections: tuple[ShownSection, ...]
    files: tuple[ReadFile, ...]

    def files_of(self, question_key: str) -> list[ReadFile]:
        """Return the files that answer a question."""
        return [each for each in self.files if each.question_key == question_key]

    def file(self, public_id: str) -> ReadFile:
        """Return a file that is shown, or raise NotFound."""
        for each in self.files:
            if each.public_id == public_id and each.stored is not None:
                return each
        raise NotFound


def dossier_of(sheet: ScoreSheet) -> ReadDossier:
    """Return the dossier of a sheet as its evaluator may read it."""
    return read_dossier(sheet.application, sheet.round.is_blind)


def read_dossier(application: Application, is_blind: bool) -> ReadDossier:
    """Return a dossier whole, or without what says who applies."""
    sections, files = sections_of(application), open_files(application)
    if is_blind:
        words = telling_words(application)
        sections = [hidden_section(each, words) for each in sections]
        files = hidden_files(application, files)
    return ReadDossier(
        practice_code=application.practice_code,
        title=shown_title(application.practice_code, application.title, is_blind),
        applicant="" if is_blind else application.applicant.name,
        is_blind=is_blind,
        call_title=application.call.title,
        sections=tuple(sections),
        files=tuple(files),
    )


def shown_title(practice_code: str, title: str | None, is_blind: bool) -> str:
    """Return what a dossier is called: by its title, or by its code where that says too much."""
    if is_blind:
        return _("Project %(code)s", code=practice_code)
    return title or practice_code


def title_of(sheet: ScoreSheet) -> str:
    """Return what the dossier of a sheet is called for its evaluator."""
    application = sheet.application
    return shown_title(application.practice_code, application.title, sheet.round.is_blind)


def is_blind(application: Application) -> bool:
    """Tell whether who judges the application now may not know who applies."""
    newest = (
        select(Round.is_blind)
        .join(RoundEntry, RoundEntry.round_id == Round.id)
        .where(RoundEntry.application_id == application.id)
        .order_by(Round.gate.desc())
        .limit(1)
    )
    return bool(db.session.scalar(newest))


def says_who(question: Question) -> bool:
    """Tell whether an answer names its author, by its kind or because the form says so."""
    return (
        question.identifies
        or question.type in TELLING
        or question.copies is Copy.TITLE
        or question.document is not None
    )


# --- words that name somebody --------------------------------------------------------------------


def telling_words(application: Application) -> dict[re.Pattern[str], str]:
    """Return what is blacked out wherever it is written, and what stands in its place."""
    form = form_of_application(application)
    values = values_in_sight(application, form)
    words = [
        *(profile.get(name) for name in PROFILE_WORDS for profile in profiles_of(application)),
        *(each.file.name for each in kept_files(application)),
        *(word for each in form.questions for word in words_of(each, values.get(each.key))),
    ]
    found = {pattern_of(str(word)): BLACK for word in longest_first(words)}
    titles = [application.title, *(v for q in form.questions for v in titles_of(q, values))]
    for title in longest_first(titles):
        found[pattern_of(title)] = shown_title(application.practice_code, None, True)
    return found


def profiles_of(application: Application) -> list[dict[str, Any]]:
    """Return the profile as it was sent and as it is now: both name the same applicant."""
    return [shown_profile(application), profile_of(application.applicant)]


def words_of(question: Question, value: Any) -> list[str]:
    """Return what an answer holds that names somebody: all of it, or some columns of a table."""
    if question.type is QuestionType.TABLE:
        telling = [column.key for column in question.columns if column.type in TELLING]
        if not says_who(question):
            return [str(row[key]) for row in value or () for key in telling if row.get(key)]
        return [str(cell) for row in value or () for cell in row.values() if isinstance(cell, str)]
    is_title = question.copies is Copy.TITLE
    return [value] if says_who(question) and not is_title and isinstance(value, str) else []


def titles_of(question: Question, values: Mapping[str, Any]) -> list[str]:
    """Return the title that an answer holds."""
    value = values.get(question.key)
    return [value] if question.copies is Copy.TITLE and isinstance(value, str) else []


def longest_first(words: Iterable[Any]) -> list[str]:
    """Return the words that are long enough to name somebody, each once, the longest first."""
    whole = {str(word).strip() for word in words if word}
    return sorted((each for each in whole if len(each) >= SHORTEST_WORD), key=len, reverse=True)


def pattern_of(word: str) -> re.Pattern[str]:
    """Return what finds a word however it is spaced, in whatever letters, and not inside others."""
    text = r"\s+".join(re.escape(part) for part in word.split())
    return re.compile(rf"(?<!\w){text}(?!\w)", re.IGNORECASE)


def black_out(value: Any, words: Mapping[re.Pattern[str], str]) -> Any:
    """Return a value without these words, in all the texts it holds."""
    if isinstance(value, str):
        for pattern, instead in words.items():
            value = pattern.sub(instead, value)
        return value
    if isinstance(value, list):
        return [black_out(each, words) for each in value]
    if isinstance(value, dict):
        return {key: black_out(each, words) for key, each in value.items()}
    return value


def hidden_section(section: ShownSection, words: Mapping[re.Pattern[str], str]) -> ShownSection:
    """Return a section without what names the applicant."""
    return replace(section, answers=tuple(hidden_answer(x, words) for x in section.answers))


def hidden_answer(answer: ShownAnswer, words: Mapping[re.Pattern[str], str]) -> ShownAnswer:
    """Return an answer without what names the applicant; files are listed by their numbers."""
    if says_who(answer.question):
        return replace(answer, lines=(_("Hidden: this round is blind"),), files=(), value=None)
    lines = tuple(black_out(list(answer.lines), words)) if not answer.files else ()
    value = None if answer.files else black_out(answer.value, words)
    return replace(answer, lines=lines, files=(), value=value)


# --- files ---------------------------------------------------------------------------------------


def open_files(application: Application) -> list[ReadFile]:
    """Return the files as they were sent."""
    return [
        ReadFile(
            each.file.public_id,
            each.question_key,
            each.file.name,
            each.file.media_type,
            each.file.size,
            each.file,
        )
        for each in readable_files(application)
    ]


def hidden_files(application: Application, files: Iterable[ReadFile]) -> list[ReadFile]:
    """Return the files under numbers; one that names somebody by what it is can't be opened."""
    by_key = form_of_application(application).by_key
    found = []
    for number, each in enumerate(files, start=1):
        question, ending = by_key.get(each.question_key), PurePath(each.name).suffix.lower()
        is_kept = question is None or says_who(question) or not has_bare_copy(each.media_type)
        found.append(
            replace(
                each,
                name=_("Attachment %(number)s", number=number) + ending,
                stored=None if is_kept else each.stored,
            )
        )
    return found
