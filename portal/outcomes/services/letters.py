"""Writing decision letters, and sending all of a ranking in one deed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, insert, select

from portal import audit, clock, documents, permissions, protocol
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.queries import addressees_of
from portal.applications.services.telling import write_about
from portal.calls.models import Call
from portal.db import db, lock, transaction
from portal.errors import Invalid, Stale, WrongState
from portal.evaluation.models import Ranking
from portal.evaluation.services import require_all_seen
from portal.evaluation.states import RankingState
from portal.i18n import _, in_language
from portal.outcomes.models import ChosenReason, DecisionLetter, RefusalReason
from portal.outcomes.queries.addressees import LetterLine, letter_lines
from portal.outcomes.queries.letters import chosen_ids, compose_letter, reasons_of
from portal.outcomes.states import Occasion


@transaction()
def save_reason(
    call: Call, reason: RefusalReason | None, facts: dict[str, str], actor: Any, version: int = 0
) -> RefusalReason:
    """Add a reason to those of a call, or change one; letters that were sent keep their words."""
    permissions.require(actor, "refusal_reason.edit", call)
    lock(call)
    if reason is not None and reason.version != version:
        raise Stale
    others = [each for each in reasons_of(call) if each is not reason]
    if facts["code"] in {each.code for each in others}:
        raise Invalid("reason_code_taken", "code")
    if reason is None:
        reason = RefusalReason(call_id=call.id)
        db.session.add(reason)
    for name, text in facts.items():
        setattr(reason, name, text)
    db.session.flush()
    audit.record("refusal_reason.edit", call, actor, facts={"reason": reason.id})
    return reason


@transaction()
def choose_reasons(
    ranking: Ranking,
    application: Application,
    ids: Collection[int],
    actor: Any,
    seen: Collection[int],
) -> None:
    """Choose the reasons of a letter to come; `seen` are those that the page showed."""
    permissions.require(actor, "letter.choose", application)
    lock(ranking)  # its letters don't leave meanwhile
    lock(application)
    if is_sent(ranking, application):
        raise WrongState("letter_sent")
    if chosen_ids(application) != sorted(seen):
        raise Stale
    wanted = sorted(set(ids) & {each.id for each in reasons_of(ranking.call)})
    db.session.execute(delete(ChosenReason).where(ChosenReason.application_id == application.id))
    if wanted:
        rows = [{"application_id": application.id, "reason_id": each} for each in wanted]
        db.session.execute(insert(ChosenReason), rows)
    audit.record("letter.choose", application, actor, facts={"reasons": len(wanted)})


def is_sent(ranking: Ranking, application: Application) -> bool:
    """Tell whether the letter of an application has left."""
    sent = select(DecisionLetter.id).where(
        DecisionLetter.ranking_id == ranking.id, DecisionLetter.application_id == application.id
    )
    return db.session.scalar(sent) is not None


@transaction()
def send_letters(ranking: Ranking, actor: Any, expected: int) -> int:
    """Freeze and send the letters of a final ranking that have not been sent; return how many.

    Each gets its document and its protocol number, and a mail says where it is. Refused while a
    refusal has no reason. `expected` is how many were shown to who confirms.
    """
    permissions.require(actor, "letter.send", ranking.call)
    require_all_seen(ranking.round, actor)
    lock(ranking.call)
    lock(ranking)
    if ranking.state is not RankingState.FINAL:
        raise WrongState("letters_too_early")
    lines = [each for each in letter_lines(ranking, actor) if each.letter_id is None]
    missing = [each.practice_code for each in lines if each.is_missing]
    if missing:
        raise Invalid("letters_missing", codes=", ".join(missing))
    if not lines or len(lines) != expected:
        raise Invalid("letters_changed")
    ids = [each.application_id for each in lines]
    found = {
        each.id: each
        for each in db.session.scalars(select(Application).where(Application.id.in_(ids)))
    }
    readers = addressees_of(ids)
    for line in lines:
        reader = readers[line.application_id]
        send_letter(ranking, line, found[line.application_id], reader, actor)
    audit.record("letter.send", ranking, actor, facts={"letters": len(lines)})
    return len(lines)


def send_letter(
    ranking: Ranking, line: LetterLine, application: Application, reader: User, actor: Any
) -> None:
    """Freeze one letter with its document and its protocol number, and tell its reader."""
    key = key_of(ranking, line)
    with in_language(reader.language):
        content = compose_letter(application, ranking, line.occasion)
        title = title_of(line)
    document = documents.issue_document(
        "decision_letter",
        key=f"decision_letter:{key}",
        title=title,
        language=reader.language,
        template="decision_letter",
        content=content,
    )
    entry = protocol.register(
        protocol.Direction.OUTGOING, title, application.practice_code, document.sha256
    )
    letter = DecisionLetter(
        ranking_id=ranking.id,
        application_id=application.id,
        occasion=line.occasion,
        outcome=line.outcome,
        content=content,
        document=document,
        protocol_entry=entry,
        sent_at=clock.now(),
        sent_by_id=actor.id,
    )
    db.session.add(letter)
    told = {"key": key, "protocol_code": entry.code}
    write_about(application, "decision_letter", reader, **told)


def key_of(ranking: Ranking, line: LetterLine) -> str:
    """Return the key of a letter, its document and its mail: one for each occasion."""
    key = f"{ranking.id}:{line.practice_code}"
    return key if line.occasion is Occasion.OUTCOME else f"{key}:{line.occasion}"


def title_of(line: LetterLine) -> str:
    """Return the title of a letter in the language of now."""
    code = line.practice_code
    words = {
        Occasion.OUTCOME: _("Outcome of application %(code)s", code=code),
        Occasion.INADMISSIBLE: _("Application %(code)s: not admitted", code=code),
        Occasion.PROMOTED: _("Application %(code)s: selected from the reserve list", code=code),
    }
    return words[line.occasion]
