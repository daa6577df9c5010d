"""What visitors tell the office: a problem with accessibility, or with the service."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

from portal import clock
from portal.accounts.services import count_request
from portal.db import transaction
from portal.outbox import queue_mail

ANSWER_DAYS = 30


@transaction()
def report_accessibility(report: dict[str, str | None], office: str, source_ip: str) -> date:
    """Mail the office an accessibility problem; return the day by which it answers.

    `report` holds `email`, `place` and `description`. The same report sent twice in a day is one.
    """
    return _send("accessibility_reported", report, office, source_ip)


@transaction()
def report_issue(report: dict[str, str | None], office: str, source_ip: str) -> date:
    """Mail the office a problem with the service; return the day by which it answers."""
    return _send("issue_reported", report, office, source_ip)


def _send(template: str, report: dict[str, str | None], office: str, source_ip: str) -> date:
    count_request(source_ip)
    today = clock.today()
    answer_by = today + timedelta(days=ANSWER_DAYS)
    told = "\0".join(str(report[name]) for name in sorted(report))
    key = f"{template}:{today}:{hashlib.sha256(told.encode()).hexdigest()}"
    queue_mail(template, office, key, answer_by=answer_by, report=report)
    return answer_by
