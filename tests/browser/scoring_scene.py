"""Three dossiers with a file each, given to one evaluator, made by a process of its own.

Run as `python -m tests.browser.scoring_scene` in the environment of the portal; it prints the
practice codes and the token of the evaluator's session.
"""

from __future__ import annotations

import io
import sys
from datetime import timedelta

from portal import clock, create_app
from portal.applications.services import attach_file, submit_application
from portal.calls.services import publish_call
from portal.permissions import Role
from tests import dossiers, make
from tests.files.makers import pdf

CALL, DAY = "prova-schede", timedelta(days=1)
TAX_CODES = ("12345678903", "00743110157", "80039790375")


def main() -> None:
    """Make the people, the call and the dossiers."""
    app = create_app()
    with app.app_context():
        staff, evaluator, owner = make.user(Role.STAFF), make.user(Role.EVALUATOR), make.user()
        now, codes = clock.now(), []
        window = {"opens": now - 20 * DAY, "closes": now - 5 * DAY}
        call = dossiers.shipped_call(CALL, staff, **window)
        with clock.at(now - 21 * DAY):
            publish_call(call, staff)
        for tax_code in TAX_CODES:
            with clock.at(now - 6 * DAY):
                body = make.body(owner, tax_code=tax_code)
                application = dossiers.filled_in(call, body, owner)
                attach_file(application, "budget", io.BytesIO(pdf()[1]), "bilancio.pdf", owner)
                submit_application(application, owner, f"scheda{tax_code}", clock.now())
            with clock.at(now - 4 * DAY):
                dossiers.check(application, staff)
                dossiers.admit(application, staff, [evaluator])
            codes.append(application.practice_code)
        sys.stdout.write(" ".join([*codes, make.session_of(evaluator)]))


if __name__ == "__main__":
    main()
