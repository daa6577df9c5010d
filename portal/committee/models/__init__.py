"""Tables of the committee."""

from portal.committee.models.decisions import Decision, Vote
from portal.committee.models.minutes import Minutes, MinutesSignature
from portal.committee.models.people import CommitteeMember, Promoter, PromoterLine
from portal.committee.models.sessions import AgendaItem, Attendance, CommitteeSession, Recusal

__all__ = [
    "AgendaItem",
    "Attendance",
    "CommitteeMember",
    "CommitteeSession",
    "Decision",
    "Minutes",
    "MinutesSignature",
    "Promoter",
    "PromoterLine",
    "Recusal",
    "Vote",
]
