"""What is done in the committee."""

from portal.committee.services.agendas import add_dossiers, add_item, drop_item, shift_item
from portal.committee.services.items import Ballot, agree_scores, cast_votes, save_notes, take_item
from portal.committee.services.minutes import correct_minutes, freeze_minutes, sign_minutes
from portal.committee.services.people import (
    appoint_member,
    create_promoter,
    edit_promoter,
    end_member,
)
from portal.committee.services.presence import note_arrival, note_leaving
from portal.committee.services.recording import follow_bars_on
from portal.committee.services.sessions import (
    calendar_of,
    cancel_session,
    close_session,
    convene_session,
    move_session,
    open_session,
    plan_session,
)

__all__ = [
    "Ballot",
    "add_dossiers",
    "add_item",
    "agree_scores",
    "appoint_member",
    "calendar_of",
    "cancel_session",
    "cast_votes",
    "close_session",
    "convene_session",
    "correct_minutes",
    "create_promoter",
    "drop_item",
    "edit_promoter",
    "end_member",
    "follow_bars_on",
    "freeze_minutes",
    "move_session",
    "note_arrival",
    "note_leaving",
    "open_session",
    "plan_session",
    "save_notes",
    "shift_item",
    "sign_minutes",
    "take_item",
]
