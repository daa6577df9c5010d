"""The room: one item at a time, with its scores, its notes, its votes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.committee import engine, forms, queries, services
from portal.committee.views.blueprint import blueprint
from portal.errors import Invalid, NotFound, Stale, WrongState
from portal.evaluation.queries import is_judged_by
from portal.i18n import _, format_instant, message
from portal.permissions import can
from portal.web import access, actor, conflict_page, form_page, go, page, put_errors, say
from portal.web.json_errors import is_script


@blueprint.route("/sedute/<code>/<int:number>/punti/<int:item_id>", methods=["GET", "POST"])
@access(get="committee_session.read", post="committee_session.record", logged="read")
def show_item(code: str, number: int, item_id: int) -> ResponseReturnValue:
    """An item as who looks may see it; the notes are kept here, and the next item is taken up."""
    session = queries.get_session(code, number, actor(), "committee_session.read")
    line = queries.get_line(session, item_id, actor())
    data = {"version": str(line.item.version), "notes": line.item.notes}
    form = forms.NotesForm(data=data)
    if form.validate_on_submit():
        try:
            services.save_notes(line.item, actor(), form.known_version, form.notes.value or "")
        except Stale:
            saved = {"version": str(line.item.version), "notes": line.item.notes}
            facts = item_facts(session, line)
            return conflict_page("committee/show_item.html", form, saved, **facts)
        return after_notes(session, line)
    return form_page("committee/show_item.html", form, **item_facts(session, line))


def after_notes(session: Any, line: Any) -> ResponseReturnValue:
    """Go where the button says; a script hears how the notes are kept."""
    if is_script():
        return {"version": line.item.version, "saved_at": format_instant(clock.now())}
    then = request.form.get("then", "")
    before, after = queries.next_to(queries.agenda_of(session, actor()), line.item)
    other = {"previous": before, "next": after}.get(then)
    target = line.item if other is None else other
    address = {"code": session.round.call.code, "number": session.number}
    if other is None:
        say(_("The notes are saved."))
    elif can(actor(), "committee_session.record", session):
        take_up(target)
    return go(".show_item", **address, item_id=target.id)


def take_up(item: Any) -> None:
    """Take an item up where the session is open."""
    if item.session.state == "open" and queries.is_open_to(item, actor()):
        services.take_item(item, actor())


def item_facts(session: Any, line: Any, then: str = "") -> dict[str, Any]:
    """Return what the page of an item shows."""
    item, call = line.item, session.round.call
    sees = queries.may_see_scores(item, actor(), can(actor(), "results.read", call))
    before, after = queries.next_to(queries.agenda_of(session, actor()), item)
    may_judge = queries.is_open_to(item, actor())
    facts = {
        "session": session,
        "call": call,
        "line": line,
        "item": item,
        "discussion": queries.discussion_of(item) if sees else None,
        "before": before,
        "after": after,
        "votes": queries.votes_on(item),
        "ranked": queries.places_before(item, line.decision, actor()),
        "overtaken": queries.overtaken_in(session, [item]),
        "owners": queries.owners_on(item),
        "is_hidden": queries.is_hidden(item, actor()),
        "owes_sheet": item.application is not None and is_judged_by(actor(), item.application),
        "lacks": queries.lacks_on(item) if session.state == "open" else None,
        "money": queries.money_before(item, actor()),
        "may_record": may_judge and can(actor(), "committee_session.record", session),
        "is_office": can(actor(), "committee.read", session),
    }
    return facts | told(facts) | asked(facts, then)


def told(facts: dict[str, Any]) -> dict[str, Any]:
    """Return how the decision came about, in words."""
    decision, names = facts["line"].decision, ", ".join(each.name for each in facts["owners"])
    return {"explained": engine.explain_verdict(decision.grounds, names) if decision else []}


def asked(facts: dict[str, Any], then: str) -> dict[str, Any]:
    """Return the forms of an item that is being discussed; `then` is the one being sent."""
    item, discussion, decision = facts["item"], facts["discussion"], facts["line"].decision
    if not (facts["may_record"] and item.is_current and facts["session"].state == "open"):
        return {"consensus": None, "ballot": None}
    criteria = discussion.criteria if discussion else ()
    return {
        "consensus": forms.consensus_form(criteria, item.version, then) if criteria else None,
        "ballot": forms.votes_form(
            facts["lacks"].voters, facts["votes"], decision, seen_on(item), then
        ),
    }


@blueprint.post("/sedute/<code>/<int:number>/punti/<int:item_id>/tratta")
@access("committee_session.record")
def take_item(code: str, number: int, item_id: int) -> ResponseReturnValue:
    """Take an item up: who is barred from it leaves the room."""
    session = queries.get_session(code, number, actor(), "committee_session.record")
    services.take_item(queries.get_line(session, item_id, actor()).item, actor())
    return go(".show_item", code=code, number=number, item_id=item_id)


@blueprint.post("/sedute/<code>/<int:number>/punti/<int:item_id>/punteggi")
@access("committee_session.record")
def agree_scores(code: str, number: int, item_id: int) -> ResponseReturnValue:
    """Write the marks agreed on."""
    return record(code, number, item_id, "consensus", write_consensus)


@blueprint.post("/sedute/<code>/<int:number>/punti/<int:item_id>/voto")
@access("committee_session.record")
def cast_votes(code: str, number: int, item_id: int) -> ResponseReturnValue:
    """Write how the promoters vote."""
    return record(code, number, item_id, "ballot", write_ballot)


def record(
    code: str, number: int, item_id: int, name: str, write: Callable[[Any, Any], bool]
) -> ResponseReturnValue:
    """Write what one form of an item says; where that is refused, show the item again."""
    session = queries.get_session(code, number, actor(), "committee_session.record")
    line = queries.get_line(session, item_id, actor())
    if not queries.is_open_to(line.item, actor()):
        raise NotFound
    facts = item_facts(session, line, then=name)
    form = facts[name]
    if form is None:
        say(message(WrongState("item_not_current")), "danger")
    elif not form.validate() or not write(line.item, form):
        return refused_page(facts, form)
    return go(".show_item", code=code, number=number, item_id=item_id)


def write_consensus(item: Any, form: Any) -> bool:
    """Write the marks agreed on; False where they are refused, which the form then says."""
    try:
        services.agree_scores(item, actor(), form.known_version, form.marks, form.reasons)
    except Stale:
        form.form_errors.append(_("The item has changed meanwhile. Read it, then save again."))
        form.version.data = str(item.version)
        return False
    except Invalid as refusal:
        forms.put_consensus_errors(form, refusal)
        return False
    say(_("The scores agreed on are saved: they count from now on."))
    return True


def write_ballot(item: Any, form: Any) -> bool:
    """Write the votes; False where they are refused, which the form then says."""
    given = (form.ballots, form.text.value or "", form.known)
    try:
        services.cast_votes(item, actor(), *given)
    except Invalid as refusal:
        put_errors(form, refusal)
        form.seen.data = seen_on(item)
        return False
    say(_("The votes are saved."))
    return True


def seen_on(item: Any) -> str:
    """Return the mark of what a page shows to who votes now."""
    return queries.ballot_mark(item, queries.put_on(item))


def refused_page(facts: dict[str, Any], refused: Any) -> ResponseReturnValue:
    """Show the item again with what is wrong in one of its forms."""
    item = facts["item"]
    notes = forms.NotesForm(None, data={"version": str(item.version), "notes": item.notes})
    return page("committee/show_item.html", form=notes, refused=refused, **facts), 422
