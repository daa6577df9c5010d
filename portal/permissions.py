"""Who may do what: the role × action matrix, on one page.

When a deed may happen is the workflow's business; which rows a list shows is `queries.visible_*`,
tested to agree with this page. What a rule is made of stands in `portal/rules.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.errors import Forbidden, NotFound
from portal.rules import (
    PORTAL,
    Effect,
    Right,
    Role,
    RoleHeld,
    Rule,
    covers,
    does_help,
    does_represent,
    everywhere,
    has_row,
    has_taken_part,
    holds,
    shares,
)

__all__ = [
    "ACTIONS",
    "PORTAL",
    "Effect",
    "Right",
    "Role",
    "RoleHeld",
    "can",
    "could",
    "covers",
    "require",
]

anyone = Rule("anyone", lambda user, record: True)
signed_in = Rule("signed_in", lambda user, record: user.id is not None)
# Signed in, or standing at the door with the right password and no second factor yet.
known = Rule("known", lambda user, record: getattr(user, "person", None) is not None)
owner = Rule("owner", lambda user, record: user.id in getattr(record, "owner_ids", ()))
granted = Rule("granted", lambda user, record: has_row(record, user, Effect.GRANT))
granted_blind = Rule("granted_blind", lambda u, r: has_row(r, u, Effect.BLIND))
not_barred = Rule("not_barred", lambda user, record: not has_row(record, user, Effect.BAR))
# A draft is its owners' own: nobody else reads it before it is sent.
sent = Rule("sent", lambda user, record: getattr(record, "state", None) != "draft")
# Who filled in a dossier, or was ever invited to it, judges it as little as its owner.
took_part = Rule("took_part", has_taken_part)
not_owner = Rule("not_owner", lambda u, r: not owner(u, r) and not took_part(u, r))

# Nobody settles what is about himself.
not_about_oneself = Rule(
    "not_about_oneself", lambda user, record: getattr(record, "user_id", None) != user.id
)
# What the portal does by itself, at the end of a term.
portal = Rule("portal", lambda user, record: user is PORTAL)

admin, staff, auditor = holds(Role.ADMIN), holds(Role.STAFF), holds(Role.AUDITOR)
evaluator = holds(Role.EVALUATOR)


# Who was given a sheet may refuse it before the dossier is open to him.
own_sheet = Rule("own_sheet", lambda u, r: getattr(r, "evaluator_id", u.id) == u.id)

# The applicant's side of an application: owners, people they invited, the operator who fills it
# in for somebody.
invited = shares(*Right)
helper = Rule("helper", does_help) & staff
represents = Rule("represents", does_represent)
applicants_side = owner | invited | helper

# Staff works on every dossier of its scope but its own and those it is barred from.
staff_at_work = staff & not_barred & not_owner
assigned = evaluator & granted & not_barred & not_owner
judging = evaluator & (granted | granted_blind) & not_barred & not_owner

ACTIONS: dict[str, Rule] = {
    # accounts
    "account.read": signed_in,
    "account.confirm": known,
    "user.read": admin | auditor,
    "user.invite": admin,
    "user.grant_role": admin,
    "user.end_role": admin,
    "user.disable": admin,
    "user.enable": admin,
    "user.reset_factor": admin,
    # registry
    "applicant.read": owner | staff | auditor,
    "applicant.create": signed_in,
    "applicant.edit": owner,
    "applicant.invite": represents,
    "applicant.end_mandate": represents,
    "applicant.leave": owner,
    # calls
    "call.read": anyone,
    "call.manage": staff | auditor | admin,
    "call.import": staff | admin,
    "call.edit": staff | admin,
    "call.publish": staff,
    "call.extend": staff,
    "call.extend_for": staff,
    "call.amend": staff,
    "call.cancel": staff,
    "call_question.ask": anyone,
    "call_question.read": staff | auditor | admin,
    "call_question.publish": staff,
    "call_question.answer_privately": staff,
    "call_question.dismiss": staff,
    "call.try": staff,
    # The last euro closes a call, whoever asked for it; no page offers these.
    "call.exhaust": anyone,
    "call.reopen": anyone,
    # applications
    "application.start": signed_in,
    "application.read": applicants_side
    | ((staff | auditor) & not_barred & sent)
    | (assigned & sent),
    "application.follow": applicants_side,
    # It holds codes and addresses of the applicant, which who judges the project has no need of.
    # Answers kept from the committee; and the special ones, which are sealed.
    "application.read_reserved": applicants_side | ((staff | auditor) & not_barred & sent),
    "application.read_special": applicants_side | (staff_at_work & sent),
    "receipt.read": applicants_side | ((staff | auditor) & not_barred & sent),
    "application.edit": owner | shares(Right.EDIT) | helper,
    "application.submit": owner | shares(Right.SIGN) | helper,
    "application.withdraw": owner | shares(Right.SIGN) | helper,
    "application.resume": owner | shares(Right.SIGN) | helper,
    "application.answer_integration": owner | shares(Right.SIGN) | helper,
    "application.share": owner,
    "application.ask_confirmation": owner | helper,
    "application.confirm": represents | shares(Right.SIGN),
    "application.sign": owner | shares(Right.EDIT, Right.SIGN) | helper,
    "application.assist": staff,
    "application.list": staff | auditor,
    "application.start_check": staff_at_work,
    "application.admit": staff_at_work,
    "application.declare_inadmissible": staff_at_work,
    "application.start_evaluation": staff_at_work,
    "application.select": staff_at_work,
    "application.refuse": staff_at_work,
    "application.place_in_reserve": staff_at_work,
    "application.promote": staff_at_work,
    # The office writes down what reached it by letter.
    "application.renounce": owner | shares(Right.SIGN) | helper | (staff_at_work & sent),
    "application.request_integration": staff_at_work,
    "application.extend_integration": staff_at_work,
    "application.continue_check": staff_at_work | portal,
    "application.lapse": portal,
    # Who writes from a draft is read, the draft is not.
    "message.read": applicants_side | ((staff | auditor) & not_barred),
    "message.write": owner | shares(Right.EDIT, Right.SIGN) | helper,
    "message.oversee": (staff | auditor) & not_barred & not_owner,
    "message.answer": staff_at_work,
    "note.read": (staff | auditor) & not_barred & sent & not_owner,
    "note.write": staff_at_work & sent,
    "rating.list": staff | auditor | admin,
    "document.redraw": staff_at_work,
    # the office's work
    "today.read": staff | auditor | evaluator,
    "application.hand_over": staff_at_work & sent,
    "mailing.create": staff,
    "mailing.read": staff | auditor,
    "mailing.edit": staff & owner,
    "mailing.cancel": staff,
    "mailing.write_to": staff_at_work & sent,
    "mail_template.edit": staff,
    "sheet_import.create": staff,
    "sheet_import.edit": staff & owner,
    # the office's lists
    "application.tag": staff_at_work & sent,
    "applicant.list": staff | auditor,
    "saved_view.create": staff | auditor,
    "saved_view.edit": (staff | auditor) & owner,
    # priority areas of all calls
    "priority_area.read": staff | auditor | admin,
    "priority_area.edit": everywhere(Role.STAFF),
    # sources
    "source.read": staff | auditor,
    "source.create": everywhere(Role.STAFF),
    "source.edit": everywhere(Role.STAFF),
    "line.open": everywhere(Role.STAFF),
    "line.fund": everywhere(Role.STAFF),
    "line.reduce": everywhere(Role.STAFF),
    # evaluation
    "assignment.list": evaluator,
    "assignment.create": staff_at_work,
    "automatic_score.read": (staff | auditor) & not_barred & not_owner,
    "automatic_score.override": staff_at_work & sent,
    "sheet.read": judging,
    "sheet.edit": judging,
    "sheet.send": judging,
    "sheet_question.ask": judging,
    "sheet_question.read": (staff | auditor) & not_barred & not_owner,
    "sheet_question.answer": staff_at_work,
    "sheet.reopen": staff_at_work,
    "sheet.decline": evaluator & own_sheet & not_barred & not_owner,
    "sheet.withdraw": staff_at_work,
    "sheet.chase": staff,
    "round.schedule": staff,
    "evaluator_skill.read": staff | auditor | admin,
    "evaluator_skill.edit": everywhere(Role.STAFF),
    "sheet.recuse": portal,
    "sheet.restore": staff_at_work,
    "interest.declare": evaluator,
    "interest.read": staff,
    "interest.chase": staff,
    "interest.confirm": staff_at_work & not_about_oneself,
    "interest.dismiss": staff_at_work & not_about_oneself,
    "interest.end": staff_at_work & not_about_oneself,
    "results.read": staff | auditor,
    "explanation.read": (staff | auditor) & not_barred & sent & not_owner,
    "ranking.read": anyone,
    "ranking.draw": staff,
    "ranking.publish": staff,
    "ranking.publish_provisional": staff,
    "ranking.confirm": staff,
    "ranking.slide": staff,
    "ranking.try": staff,
    "consensus.set": staff_at_work,
    # outcomes
    "remark.send": owner | shares(Right.SIGN) | helper,
    "remark.list": staff | auditor,
    "remark.read": (staff | auditor) & not_barred & not_owner,
    "remark.uphold": staff_at_work,
    "remark.reject": staff_at_work,
    "letter.read": staff | auditor,
    "letter.choose": staff_at_work,
    "letter.send": staff,
    "refusal_reason.edit": staff,
    # only where there is no ranking
    "rejection.read": (staff | auditor) & not_barred & sent & not_owner,
    "rejection.give": staff_at_work,
    "rejection.observe": owner | shares(Right.SIGN) | helper,
    "sample.read": staff | auditor,
    "sample.draw": staff,
    "sample.check": staff_at_work,
    # the committee: staff runs its sessions, a seat (an access row of the session) opens them
    "promoter.read": staff | auditor | admin,
    "promoter.edit": everywhere(Role.STAFF),
    "committee.read": staff | auditor,
    "committee.appoint": staff,
    "committee_session.read": staff | auditor | (evaluator & granted),
    "committee_session.attend": evaluator & granted,
    "committee_session.plan": staff,
    "committee_session.cancel": staff,
    "committee_session.open": staff,
    "committee_session.close": staff,
    "committee_session.record": staff,
    "committee_session.minute": staff,
    # operations
    "operations.read": staff | auditor | admin,
    "operations.repair": staff | admin,
    "access_log.read": auditor | admin,
    "settings.change": admin,
}


def can(user: Any, action: str, record: Any = None) -> bool:
    """Tell whether `user` may do `action` on `record`; an unknown action is a KeyError."""
    return ACTIONS[action](user, record)


class _Everyone:
    """An owner list that anybody signed in could be on."""

    def __contains__(self, user_id: object) -> bool:
        return user_id is not None


@dataclass(frozen=True)
class _Supposed:
    """A record as kind to the user as can be; `owner_ids` says whether it is his own."""

    owner_ids: Any
    access_rows: tuple[Any, ...]


@dataclass(frozen=True)
class _SupposedGrant:
    user_id: int | None
    effect: Effect = Effect.GRANT
    is_in_force: bool = True


def could(user: Any, action: str) -> bool:
    """Tell whether there may be a record on which `user` may do `action`."""
    grants = (_SupposedGrant(user.id),) if user.id is not None else ()
    supposed = (_Supposed(_Everyone(), grants), _Supposed((), grants))
    return any(can(user, action, record) for record in supposed)


def require(user: Any, action: str, record: Any = None) -> None:
    """Raise NotFound where the user may not even see the record, else Forbidden."""
    if can(user, action, record):
        return
    reading = f"{action.partition('.')[0]}.read"
    if record is not None and reading in ACTIONS and not can(user, reading, record):
        raise NotFound
    raise Forbidden
