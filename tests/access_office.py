"""What stands in the addresses of the office's mails, of today, and of what came on paper."""

from __future__ import annotations

from datetime import timedelta

from portal import clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.desk.models import Mailing, SheetImport
from portal.desk.queries import get_call_for_paper, template_for
from portal.desk.services import (
    open_mailing,
    save_template,
    send_mailing,
    try_few,
    upload_sheet,
    write_mailing,
)
from portal.spreadsheets import read_sheet, write_csv
from tests.desk.mailing_stories import letters


def arguments_of_office(judged: Application, staff: User) -> dict[str, dict[str, str]]:
    """Return the arguments of one mailing that is being written and one that waits to leave."""
    being_written, waiting = (mailing_about(judged, staff) for _ in range(2))
    later = clock.now() + timedelta(hours=1)
    send_mailing(waiting, staff, later, waiting.version)
    sheet = sheet_about(staff)
    template = save_template("Prova", {"it": "Prova"}, {"it": "Prova"}, staff)
    of_written, of_waiting = address(being_written), address(waiting)
    about, of_template = {"practice_code": judged.practice_code}, {"template_id": str(template.id)}
    return {
        "desk.write_mailing": of_written,
        "desk.preview_mailing": of_written,
        "desk.edit_letter": {**of_written, "letter_id": str(letters(being_written)[0].id)},
        "desk.show_mailing": of_waiting,
        "desk.cancel_mailing": of_waiting,
        "desk.resend_letter": {**of_waiting, "letter_id": str(letters(waiting)[0].id)},
        "desk.write_to_applicant": about,
        "desk.hand_over_application": about,
        "desk.upload_sheet": {"code": "open"},
        "desk.download_template": {"code": "open"},
        "desk.show_import": {"public_id": sheet.public_id},
        "desk.edit_template": of_template,
        "desk.delete_template": of_template,
    }


def mailing_about(application: Application, staff: User) -> Mailing:
    """Return a mailing about one application, its text written."""
    mailing = open_mailing([application.id], staff)
    write_mailing(mailing, {"it": "Prova"}, {"it": "Prova"}, staff, mailing.version)
    return mailing


def sheet_about(staff: User) -> SheetImport:
    """Return a sheet with one row that has been tried, and is good."""
    call = get_call_for_paper("open", staff)
    heads, example = read_sheet(template_for(call), "a.xlsx")[:2]
    yesterday = clock.to_rome(clock.now() - timedelta(days=1))
    row = ["12/2026", yesterday.strftime("%d/%m/%Y"), *example[2:]]
    sheet = upload_sheet(call, "carta.csv", write_csv([heads, row]), staff)
    try_few(sheet)
    return sheet


def address(mailing: Mailing) -> dict[str, str]:
    """Return what stands in the address of a mailing."""
    return {"public_id": mailing.public_id}
