"""What is typed to write to one another, and into the office's notes."""

from __future__ import annotations

from wtforms import HiddenField

from portal import parse
from portal.i18n import lazy
from portal.web import AreaField, PortalForm, TextField, TickField, UploadField

LONGEST_BODY = 5_000
MANY_FILES = lazy("Up to 5: PDF, photos (JPG, PNG), Word or Excel (docx, xlsx), ZIP.")


class WriteForm(PortalForm):
    """A message of the applicant; `question_key` names the question it is about."""

    question_key = HiddenField()
    body = AreaField(lazy("Your message"), limit=LONGEST_BODY)
    files = UploadField(lazy("Files"), help=MANY_FILES)


class AnswerForm(PortalForm):
    """A message of the office: who writes says that the applicant will read it."""

    body = AreaField(lazy("Message to the applicant"), limit=LONGEST_BODY)
    answer_due_on = TextField(
        lazy("Answer expected by"),
        parse=parse.date,
        required=False,
        help=lazy("Leave it blank if you expect no answer. For instance 01/09/2027"),
    )
    files = UploadField(lazy("Files"), help=MANY_FILES)
    confirmed = TickField(lazy("I know that the applicant reads this message"), required=True)


class NoteForm(PortalForm):
    """A note of the office."""

    body = AreaField(lazy("Note"), limit=LONGEST_BODY)
