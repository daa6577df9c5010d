"""What evaluators and office write to one another about a dossier."""

from __future__ import annotations

from portal.i18n import lazy
from portal.web import AreaField, PortalForm, TickField

LONGEST = 2_000


class AskForm(PortalForm):
    """A question of an evaluator."""

    body = AreaField(lazy("Your question to the office"), limit=LONGEST)


class ReplyForm(PortalForm):
    """The office's answer."""

    answer = AreaField(lazy("Answer"), limit=LONGEST)
    is_for_all = TickField(lazy("Show question and answer to all who judge this dossier"))
