"""What stands in the addresses of the office's mails, of today, and of what arrived on paper."""

from __future__ import annotations

from datetime import timedelta

from portal import clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.desk.models import Mailing
from portal.desk.services import open_mailing, save_template, send_mailing, write_mailing
from tests.desk.mailing_stories import letters


def arguments_of_office(judged: Application, staff: User) -> dict[str, dict[str, str]]:
    """Return the arguments of one mailing that is being written and one that waits to leave."""
    being_written, waiting = (mailing_about(judged, staff) for _ in range(2))
    later = clock.now() + timedelta(hours=1)
    send_mailing(waiting, staff, later, waiting.version)
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
        "desk.edit_template": of_template,
        "desk.delete_template": of_template,
    }


def mailing_about(application: Application, staff: User) -> Mailing:
    """Return a mailing about one application, its text written."""
    mailing = open_mailing([application.id], staff)
    write_mailing(mailing, {"it": "Prova"}, {"it": "Prova"}, staff, mailing.version)
    return mailing


def address(mailing: Mailing) -> dict[str, str]:
    """Return what stands in the address of a mailing."""
    return {"public_id": mailing.public_id}
