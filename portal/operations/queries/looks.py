"""The access log as who watches over it reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import or_, select

from portal.access_log import AccessLogEntry, Outcome
from portal.accounts.models import User
from portal.db import db
from portal.i18n import gettext, lazy
from portal.tables import Listing, Page, Table, like, paginate, read_listing

LOOKS = Table(
    sorts={"at": AccessLogEntry.at},
    default_sort="at",
    tie=AccessLogEntry.id.desc(),
    filters=("outcome",),
    descending=True,
    page_size=50,
)
# What was asked for may be no number that a column holds: a refused look keeps it as it was typed.
LONGEST_NUMBER = 10
RECEIPT, DRAWN_RECEIPT, FILE = lazy("Receipt"), lazy("Receipt (PDF)"), lazy("Attachment")
DOSSIER, SHEET = lazy("Dossier"), lazy("Score sheet")
# What shows or hands out a personal record, as people call it.
MAILING = lazy("Mails of the office")
MINUTES, LETTER = lazy("Minutes of a committee"), lazy("Letter of outcome")
RESULTS, POINTS = lazy("Results of an evaluation"), lazy("Points of a dossier")
INTERESTS, SAMPLE = lazy("Interests of evaluators"), lazy("Sample check")
REMARK = lazy("Remark on a ranking")
TO_PEOPLE = {
    "accounts.show_person": lazy("Account of a person"),
    "applications.assist_applicant": lazy("Fill in for somebody"),
    "applications.check_application": lazy("Formal check"),
    "applications.confirm_application": lazy("Confirm the application"),
    "applications.download_paper": lazy("Paper to sign"),
    "applications.download_proxy": lazy("Proxy"),
    "applications.download_signed_paper": lazy("Signed paper"),
    "applications.start_on_behalf": lazy("Begin for somebody"),
    "applications.download_draft": lazy("Draft as a text"),
    "applications.download_receipt": DRAWN_RECEIPT,
    "applications.show_attachment": FILE,
    "applications.show_changes": lazy("Who changed what"),
    "applications.show_receipt": RECEIPT,
    "applications.show_special": lazy("Special data"),
    "desk.edit_letter": MAILING,
    "desk.list_letters": MAILING,
    "desk.preview_mailing": MAILING,
    "desk.show_dossier": DOSSIER,
    "desk.show_import": lazy("Applications on paper"),
    "desk.show_mailing": MAILING,
    "applications.download_sending": lazy("What was sent (PDF)"),
    "applications.show_correspondence": lazy("Messages of a dossier"),
    "applications.show_message_file": FILE,
    "applications.show_messages": lazy("Messages of a dossier"),
    "applications.show_notes": lazy("Notes of the office"),
    "applications.show_sending": lazy("What was sent"),
    "desk.download_prepared": lazy("List or copies of dossiers"),
    "desk.export_applications": lazy("Export of a list"),
    "desk.export_chosen": lazy("Export of a list"),
    "desk.show_applicant": lazy("History of an applicant"),
    "registry.download_document": lazy("Document of a profile"),
    "registry.download_proxy": lazy("Proxy"),
    "registry.list_documents": lazy("Documents of the profile"),
    "registry.list_people": lazy("Who acts for a profile"),
    "evaluation.edit_sheet": SHEET,
    "evaluation.send_sheet": SHEET,
    "applications.renounce_application": lazy("Give up a place"),
    "committee.download_minutes": MINUTES,
    "committee.download_signed": MINUTES,
    "committee.show_item": lazy("Item of a committee session"),
    "committee.show_minutes": MINUTES,
    "committee.show_session": lazy("Session of a committee"),
    "desk.download_print": lazy("Dossiers to read on paper"),
    "evaluation.answer_sheet_question": lazy("Question of an evaluator"),
    "evaluation.ask_office": lazy("Question of an evaluator"),
    "evaluation.compare_dossiers": lazy("Two dossiers side by side"),
    "evaluation.export_results": RESULTS,
    "evaluation.override_automatic": POINTS,
    "evaluation.settle_interest": INTERESTS,
    "evaluation.show_automatic": POINTS,
    "evaluation.show_explanation": POINTS,
    "evaluation.show_file": FILE,
    "evaluation.show_interests": INTERESTS,
    "evaluation.show_judge": lazy("Sheets of an evaluator"),
    "evaluation.show_own_points": POINTS,
    "evaluation.try_grid": RESULTS,
    "outcomes.check_sample_item": SAMPLE,
    "outcomes.decide_application": lazy("Decision on an application"),
    "outcomes.decide_remark": REMARK,
    "outcomes.download_letter": LETTER,
    "outcomes.download_observation_file": FILE,
    "outcomes.download_own_letter": LETTER,
    "outcomes.download_own_observation_file": FILE,
    "outcomes.download_own_refusal": LETTER,
    "outcomes.download_refusal": LETTER,
    "outcomes.download_remark_file": REMARK,
    "outcomes.download_sample": SAMPLE,
    "outcomes.list_letters": LETTER,
    "outcomes.list_remarks": REMARK,
    "outcomes.show_letter": LETTER,
    "outcomes.show_notice": lazy("Notice of rejection"),
    "outcomes.show_outcome": LETTER,
    "outcomes.show_sample": SAMPLE,
    "sources.show_line": lazy("Movements of a budget line"),
}
TO_PROGRAMS = {
    "applications_api.download_file": FILE,
    "applications_api.download_receipt": DRAWN_RECEIPT,
    "applications_api.show_application": DOSSIER,
    "desk_api.download_file": FILE,
    "desk_api.download_receipt": DRAWN_RECEIPT,
    "desk_api.show_dossier": DOSSIER,
    "evaluation_api.download_file": FILE,
    "evaluation_api.show_assignment": DOSSIER,
}


def page_name(endpoint: str) -> str:
    """Return what people call what was looked at; the endpoint where nobody gave it a name."""
    if endpoint in TO_PROGRAMS:
        return gettext("%(page)s, by a program", page=TO_PROGRAMS[endpoint])
    if endpoint in TO_PEOPLE:
        return str(TO_PEOPLE[endpoint])
    return gettext("Another page (%(page)s)", page=endpoint)


def people_looked_at(looks: Iterable[AccessLogEntry]) -> dict[str, str]:
    """Return the names of the people whose account was looked at, by the key in the log."""
    keys = {look.record_key for look in looks if look.record_kind == "user"}
    wanted = [int(key) for key in keys if key.isdecimal() and len(key) < LONGEST_NUMBER]
    if not wanted:
        return {}
    found = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {str(number): name for number, name in found}


def read_looks_listing(args: Mapping[str, str]) -> Listing:
    """Read what the address asks of the list."""
    return read_listing(LOOKS, args)


def looks_page(listing: Listing) -> Page[Any]:
    """Return the looks asked for, each with the name of who looked, where it is known."""
    entry = AccessLogEntry
    statement: Any = select(entry, User.name).outerjoin(User, User.id == entry.user_id)
    if listing.search:
        found = like(listing.search)
        statement = statement.where(
            or_(
                entry.record_key.ilike(found, escape="\\"),
                User.name.ilike(found, escape="\\"),
                User.email_key.ilike(found, escape="\\"),
            )
        )
    outcome = listing.filters.get("outcome")
    if outcome in set(Outcome):
        statement = statement.where(entry.outcome == Outcome(outcome))
    return paginate(statement, LOOKS, listing)
