"""What must hold after every fault: one function, asked of the database, the store and the mails.

An accepted application is one whose sender saw the receipt. For each there is one of everything:
row, number, snapshot, entry of the trail, receipt, drawing job, mail. And there is nothing half
done of any other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal import audit
from portal.applications.engine import canonical, sha256
from portal.db import db
from portal.files import StoredFile
from portal.files.storage import current
from tests.faults.clients import Sender
from tests.faults.served import BrokenPortal

EVERYTHING_SENT = """
SELECT a.id, a.practice_code, a.state, s.request_key, s.snapshot, s.sha256, p.content_sha256,
       p.number, p.year, d.html, d.sha256 AS document_sha256,
       (SELECT count(*) FROM audit_entry e WHERE e.action = 'application.submit'
         AND e.record_kind = 'application' AND e.record_id = a.id) AS deeds,
       (SELECT min(e.number) FROM audit_entry e WHERE e.action = 'application.submit'
         AND e.record_kind = 'application' AND e.record_id = a.id) AS deed,
       (SELECT count(*) FROM document x WHERE x.key = 'receipt:' || a.practice_code) AS receipts,
       (SELECT count(*) FROM mail m
         WHERE m.key = 'application_submitted:' || a.practice_code) AS mails,
       (SELECT count(*) FROM job j
         WHERE j.key = 'document:receipt:' || a.practice_code) AS jobs
FROM submission s
LEFT JOIN application a ON a.id = s.application_id
LEFT JOIN protocol_entry p ON p.id = s.protocol_entry_id
LEFT JOIN document d ON d.id = s.receipt_id
ORDER BY p.year, p.number
"""
HALF_DONE = {
    "sent without a submission": "SELECT count(*) FROM application a WHERE a.state <> 'draft'"
    " AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.application_id = a.id AND s.is_current)",
    "drafts that stand on a submission": "SELECT count(*) FROM application a"
    " JOIN submission s ON s.application_id = a.id WHERE a.state = 'draft' AND s.is_current",
    "numbers without a submission": "SELECT count(*) FROM protocol_entry p"
    " WHERE NOT EXISTS (SELECT 1 FROM submission s WHERE s.protocol_entry_id = p.id"
    " OR s.withdrawal_entry_id = p.id)"
    " AND NOT EXISTS (SELECT 1 FROM integration_request r WHERE r.protocol_entry_id = p.id)",
    "entries of the trail without a submission": "SELECT count(*) FROM audit_entry e"
    " WHERE e.action = 'application.submit'"
    " AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.application_id = e.record_id)",
    "receipts without a submission": "SELECT count(*) FROM document d WHERE d.kind = 'receipt'"
    " AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.receipt_id = d.id)",
    "mails of nothing sent": "SELECT count(*) FROM mail m"
    " WHERE m.template = 'application_submitted' AND NOT EXISTS (SELECT 1 FROM submission s"
    " JOIN application a ON a.id = s.application_id"
    " WHERE m.key = 'application_submitted:' || a.practice_code)",
    "attachments without a file": "SELECT count(*) FROM attachment t"
    " WHERE NOT EXISTS (SELECT 1 FROM stored_file f WHERE f.id = t.file_id)",
    "transactions of the ledger that do not sum to zero": "SELECT count(*) FROM ledger_account"
    " WHERE EXISTS (SELECT 1 FROM ledger_posting GROUP BY transaction_id HAVING sum(amount) <> 0)",
    "accounts that are not the sum of their postings": "SELECT count(*) FROM ledger_account a"
    " WHERE a.balance <> (SELECT coalesce(sum(p.amount), 0) FROM ledger_posting p"
    " WHERE p.account_id = a.id)",
    "reservations of what was not sent, or of another amount": "SELECT count(*) FROM reservation r"
    " JOIN ledger_transaction t ON t.id = r.transaction_id"
    " WHERE r.record_kind = 'application'"
    " AND NOT EXISTS (SELECT 1 FROM ledger_transaction b WHERE b.reverses_id = t.id)"
    " AND NOT EXISTS (SELECT 1 FROM application a WHERE a.practice_code = r.record_key"
    " AND a.requested_amount = r.amount"
    " AND a.state NOT IN ('draft', 'withdrawn', 'inadmissible', 'refused'))",
    "sent without money where the others have some": "SELECT count(*) FROM application a"
    " WHERE a.state NOT IN ('draft', 'withdrawn', 'inadmissible', 'refused')"
    " AND a.call_id IN (SELECT x.call_id FROM application x"
    " JOIN reservation r ON r.record_kind = 'application' AND r.record_key = x.practice_code)"
    " AND NOT EXISTS (SELECT 1 FROM reservation r JOIN ledger_transaction t"
    " ON t.id = r.transaction_id WHERE r.record_key = a.practice_code AND NOT EXISTS"
    " (SELECT 1 FROM ledger_transaction b WHERE b.reverses_id = t.id))",
    "drawings without a file": "SELECT count(*) FROM document d WHERE d.drawn_at IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM stored_file f WHERE f.id = d.file_id)",
}


@dataclass(frozen=True)
class Outcome:
    """How a fault ended: what was lost, what was there twice, and all else that was wrong."""

    lost: int
    doubled: int
    wrong: list[str]


def examine(portal: BrokenPortal, accepted: Iterable[Sender], is_drained: bool = True) -> Outcome:
    """Look at everything that the portal has kept, and at its work unless that still waits."""
    with portal.engine.connect() as connection:
        rows = [row._asdict() for row in connection.execute(sa.text(EVERYTHING_SENT))]
        found = {row["practice_code"]: row for row in rows}
        promised = {sender.practice_code: sender for sender in accepted}
        lost = [code for code in promised if code not in found]
        doubled = len(rows) - len(found) + sum(row["deeds"] > 1 for row in rows)
        wrong = [f"{code} was accepted and is not there" for code in lost]
        wrong += [fault for row in rows for fault in faults_of(row)]
        wrong += [
            f"{code} was sent under another key"
            for code, sender in promised.items()
            if code in found and found[code]["request_key"] != f"{code}:{sender.key}"
        ]
        wrong += numbers_at_fault(connection, rows)
        wrong += [name for name, query in HALF_DONE.items() if connection.scalar(sa.text(query))]
        wrong += unsound(connection)
    wrong += files_at_fault(portal) + (work_at_fault(portal) if is_drained else [])
    return Outcome(len(lost), doubled, wrong)


def faults_of(row: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with one submission."""
    code = row["practice_code"]
    parts = ("deeds", "receipts", "mails", "jobs")
    yield from (f"{code} has {row[x]} {x}" for x in parts if row[x] != 1)
    if row["state"] == "draft":
        yield f"{code} was sent and is still a draft"
    content = json.loads(row["snapshot"])
    if canonical(content) != row["snapshot"] or content["practice_code"] != code:
        yield f"the snapshot of {code} is not its own"
    if not sha256(row["snapshot"]) == row["sha256"] == row["content_sha256"]:
        yield f"the hashes of {code} differ"
    if sha256(row["html"] or "") != row["document_sha256"]:
        yield f"the receipt of {code} was changed"


def numbers_at_fault(connection: sa.Connection, rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield gaps and repeats in the register, and numbers out of the order of the trail."""
    entries = connection.execute(sa.text("SELECT year, number FROM protocol_entry"))
    numbers: dict[int, list[int]] = {}
    for year, number in entries:
        numbers.setdefault(year, []).append(number)
    last = connection.execute(sa.text("SELECT year, last_number FROM protocol_year"))
    for year, most in last:
        if sorted(numbers.get(year, [])) != list(range(1, most + 1)):
            yield f"the register of {year} has gaps or repeats"
    for year in numbers:
        deeds = [row["deed"] for row in rows if row["year"] == year]
        if deeds != sorted(deeds):
            yield f"numbers of {year} are not in the order of the trail"


def unsound(connection: sa.Connection) -> list[str]:
    """Return what the database's own check complains of."""
    if connection.dialect.name == "sqlite":
        checks = ("PRAGMA integrity_check", "PRAGMA foreign_key_check")
        said = [str(row[0]) for check in checks for row in connection.exec_driver_sql(check)]
        return [line for line in said if line != "ok"]
    connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS amcheck")
    indexes = "SELECT bt_index_check(c.oid, true) FROM pg_class c JOIN pg_am m ON m.oid = c.relam"
    connection.exec_driver_sql(f"{indexes} WHERE c.relkind = 'i' AND m.amname = 'btree'")
    connection.rollback()
    return []


def files_at_fault(portal: BrokenPortal) -> list[str]:
    """Return the files that a row names and the store does not hold as they were."""
    wrong = []
    with portal.app.app_context():
        for file in db.session.scalars(sa.select(StoredFile).filter_by(erased_at=None)):
            try:
                with current().open(file.storage_key) as content:
                    octets = content.read()
            except OSError:
                wrong.append(f"file {file.id} is missing")
                continue
            if (len(octets), sha256_of(octets)) != (file.size, file.sha256):
                wrong.append(f"file {file.id} was changed")
        verdict = audit.verify()
        if verdict.bad_number is not None:
            wrong.append(f"the trail breaks at {verdict.bad_number}: {verdict.reason}")
        db.session.remove()
    return wrong


def sha256_of(octets: bytes) -> str:
    """Return the hash of a file's content."""
    return hashlib.sha256(octets).hexdigest()


def work_at_fault(portal: BrokenPortal) -> list[str]:
    """Return the mails and jobs that were not done, and the mails that no server took."""
    taken = {message_id for message_id, _recipient in portal.mails.taken}
    with portal.engine.connect() as connection:
        jobs = connection.execute(sa.text("SELECT key, state, error FROM job"))
        wrong = [f"job {key} is {state}: {error}" for key, state, error in jobs if state != "done"]
        mails = connection.execute(sa.text("SELECT recipient, state, message_id FROM mail"))
        for recipient, state, message_id in mails:
            if recipient not in portal.unsent and (state != "done" or message_id not in taken):
                wrong.append(f"the mail {message_id} to {recipient} is {state}")
    return wrong
