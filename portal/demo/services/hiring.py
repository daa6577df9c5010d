"""The demo's call without a ranking: each hiring of somebody over 55 is decided on by itself."""

from __future__ import annotations

from datetime import date, timedelta

from portal import clock
from portal.calls.models import Call
from portal.demo.engine import at, programme
from portal.demo.services.cast import Cast
from portal.demo.services.dossiers import check_and_admit, send_application
from portal.demo.services.ending import add_reason
from portal.demo.services.interests import declare_free
from portal.outcomes.services import give_notice, select_application

# Days before the demo's own.
SENT, ADMITTED, DECIDED = 16, 11, 4
SHORT = "CONTRATTO"


def load_hirings(cast: Cast, call: Call, today: date) -> None:
    """Two applications: one selected, one whose applicant was told why it is going to be refused.

    The ten days for observations are running.
    """
    staff = cast["staff"]
    good, weak = (
        send_application(cast, call, item, at(today - timedelta(days=SENT), 11, number))
        for number, item in enumerate(programme()["hiring"])
    )
    with clock.at(at(today - timedelta(days=ADMITTED), 10)):
        for application in (good, weak):
            check_and_admit(application, staff)
        declare_free(cast.evaluators, call)
    with clock.at(at(today - timedelta(days=DECIDED), 9)):
        reason = add_reason(call, staff, SHORT)
        select_application(good, staff)
        give_notice(weak, [reason.id], programme()["notice"], staff)
