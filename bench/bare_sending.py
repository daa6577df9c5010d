"""The bare surge: files and submissions taken by plain Flask and SQLAlchemy, without the portal.

Served by gunicorn as the portal is, at the portal's addresses, on its tables, to the same people.
Taking a file stores it as safely; sending asks as many statements of each kind, under the same
locks, in one transaction. There are no rules, forms, records or templates: the texts of receipt
and mail are as long as real ones and the same for everybody.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.dialects import postgresql, sqlite

from bench.bare import bare_app
from portal import clock, create_app
from portal.accounts.models import RoleGrant, User
from portal.applications.models import AccessRow, Application, Attachment, Submission
from portal.applications.states import ApplicationState
from portal.audit import AuditEntry, AuditHead, entry_hash
from portal.calls.models import Call
from portal.db import db, transaction
from portal.documents import Document
from portal.files import StoredFile
from portal.jobs import Job
from portal.outbox import Mail
from portal.protocol import Direction, ProtocolEntry, ProtocolYear
from portal.questionnaires.models import Answer, AnswerSet, FormDefinition
from portal.registry.models import Applicant, Mandate

RECEIPT, MAIL = "Ricevuta. " * 600, "Abbiamo ricevuto la tua candidatura. " * 40
READS = "BARE_MORE_READS"  # what the portal asks beyond what is asked here

portal = create_app()
app = bare_app(portal)


def read(statement: sa.Select[Any]) -> list[Any]:
    """Return the rows of a statement."""
    return list(db.session.execute(statement).all())


def table(model: type[Any]) -> sa.Table:
    """Return the table of a model: its rows come as plain tuples."""
    found: sa.Table = model.__table__
    return found


def rows(model: type[Any], column: str, value: object) -> list[Any]:
    """Return the rows that have a value in a column."""
    return read(sa.select(table(model)).where(table(model).c[column] == value))


def add(model: type[Any], **values: Any) -> int:
    """Insert a row and return its key."""
    return int(db.session.scalar(sa.insert(model).values(**values).returning(model.id)))


def hold(model: type[Any], key: int) -> None:
    """Lock a row until the commit."""
    read(sa.select(table(model)).where(table(model).c.id == key).with_for_update())


def application_of(practice_code: str) -> Any:
    """Return an application with its call and its applicant."""
    one, call, who = table(Application), table(Call), table(Applicant)
    joined = one.join(call, one.c.call_id == call.c.id).join(who, one.c.applicant_id == who.c.id)
    wanted = sa.select(one, call.c.rules, call.c.title, who.c.name).select_from(joined)
    return read(wanted.where(one.c.practice_code == practice_code))[0]


def send(practice_code: str) -> ResponseReturnValue:
    """Take an application that is ready."""
    owner = current_user.id
    key = f"{practice_code}:{request.form['request_key']}"
    application = application_of(practice_code)
    for model in (AccessRow, Submission):
        rows(model, "application_id", application.id)
    rows(Mandate, "applicant_id", application.applicant_id)
    with transaction():
        take(application, owner, key)
    return redirect(f"/domande/{practice_code}/ricevuta", 303)


def take(application: Any, owner: int, key: str) -> None:
    """Write a submission with all that belongs to it."""
    answers = judge(application, owner)
    now = clock.now()
    snapshot = json.dumps(answers, sort_keys=True)
    digest = hashlib.sha256(snapshot.encode()).hexdigest()
    entry = take_number(application.name, digest)
    submission = add(
        Submission,
        application_id=application.id,
        request_key=key,
        received_at=now,
        submitted_by_id=owner,
        snapshot=snapshot,
        sha256=digest,
        protocol_entry_id=entry,
    )
    document = add_receipt(application.practice_code)
    db.session.execute(
        sa.update(table(Application))
        .where(table(Application).c.id == application.id)
        .values(state=ApplicationState.SUBMITTED.value, version=application.version + 1)
    )
    written = sa.update(table(Submission)).where(table(Submission).c.id == submission)
    db.session.execute(written.values(receipt_id=document))
    add_mail(application.practice_code)
    chain("application.submit", application.id, owner)


def judge(application: Any, owner: int) -> list[Any]:
    """Read and lock what the portal reads and locks before it writes; return the answers."""
    application_of(application.practice_code)
    rows(AccessRow, "application_id", application.id)
    rows(Mandate, "applicant_id", application.applicant_id)
    hold(Call, application.call_id)
    hold(Application, application.id)
    rows(User, "id", owner)
    rows(RoleGrant, "user_id", owner)
    rows(Submission, "application_id", application.id)
    answer_set, form = table(AnswerSet), table(FormDefinition)
    joined = answer_set.join(form, answer_set.c.form_definition_id == form.c.id)
    wanted = sa.select(answer_set, form.c.definition).select_from(joined)
    read(wanted.where(answer_set.c.id == application.answer_set_id))
    answers = rows(Answer, "answer_set_id", application.answer_set_id)
    rows(Attachment, "application_id", application.id)
    for _ in range(int(os.environ.get(READS, "0"))):
        rows(Call, "id", 0)
    return [(row.question_key, row.typed, row.value) for row in answers]


def take_number(correspondent: str, digest: str) -> int:
    """Take the next number of the register and write its entry."""
    year = clock.today().year
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    insert: Any = sqlite.insert if is_sqlite else postgresql.insert
    counted = insert(ProtocolYear).values(year=year, last_number=1)
    counted = counted.on_conflict_do_update(
        index_elements=[ProtocolYear.year], set_={"last_number": ProtocolYear.last_number + 1}
    )
    return add(
        ProtocolEntry,
        year=year,
        number=db.session.scalar(counted.returning(ProtocolYear.last_number)),
        direction=Direction.INCOMING,
        recorded_at=clock.now(),
        subject="Candidatura",
        correspondent=correspondent,
        content_sha256=digest,
    )


def add_receipt(practice_code: str) -> int:
    """Write the receipt and the job that draws it."""
    key, now = f"receipt:{practice_code}", clock.now()
    rows(Document, "key", key)
    document = add(
        Document,
        public_id=secrets.token_hex(8),
        kind="receipt",
        key=key,
        language="it",
        title="Ricevuta",
        html=RECEIPT,
        sha256=hashlib.sha256(RECEIPT.encode()).hexdigest(),
        created_at=now,
    )
    payload = {"document_id": document}
    job = {"kind": "documents.draw", "key": f"document:{key}", "payload": payload}
    add(Job, **job, created_at=now, next_at=now)
    return document


def add_mail(practice_code: str) -> None:
    """Write the mail to who sent."""
    now = clock.now()
    add(
        Mail,
        key=f"application_submitted:{practice_code}",
        template="application_submitted",
        recipient=current_user.email,
        language="it",
        subject="Candidatura ricevuta",
        body=MAIL,
        message_id=f"<{secrets.token_hex(16)}@localhost>",
        created_at=now,
        next_at=now,
    )


def chain(action: str, record_id: int, owner: int) -> None:
    """Add an entry to the trail, under the lock of its end."""
    head = read(sa.select(table(AuditHead)).with_for_update())[0]
    entry: dict[str, Any] = {
        "number": head.number + 1,
        "at": clock.now(),
        "actor_id": owner,
        "action": action,
        "record_kind": "application",
        "record_id": record_id,
        "state_before": "draft",
        "state_after": "submitted",
        "facts": {},
        "previous_hash": head.hash,
    }
    entry["hash"] = entry_hash(entry)
    db.session.execute(sa.insert(AuditEntry).values(**entry))
    moved = sa.update(table(AuditHead)).values(number=entry["number"], hash=entry["hash"])
    db.session.execute(moved)


def keep_file(practice_code: str, section_key: str) -> ResponseReturnValue:
    """Store a file and write that it answers a question."""
    (question, upload), *_ = request.files.items()
    key, now = secrets.token_hex(16), clock.now()
    folder = Path(portal.config["FILES_URL"].removeprefix("file://")) / key[:2]
    folder.mkdir(parents=True, exist_ok=True)
    path, content = folder / key, upload.stream.read()
    write_safely(path, content)
    digest = hashlib.sha256(content).hexdigest()
    application = application_of(practice_code)
    with transaction():
        hold(Application, application.id)
        file = add(
            StoredFile,
            public_id=secrets.token_hex(8),
            storage_key=key,
            name=upload.filename,
            media_type="application/pdf",
            size=len(content),
            sha256=digest,
            uploaded_at=now,
            uploaded_by_id=current_user.id,
        )
        facts = {"application_id": application.id, "question_key": question}
        add(Attachment, **facts, file_id=file, added_at=now)
        answer = {"answer_set_id": application.answer_set_id, "question_key": question}
        add(Answer, **answer, typed=[upload.filename], value=[digest], saved_at=now)
        chain("application.attach", application.id, current_user.id)
    return redirect(f"/domande/{practice_code}/sezioni/{section_key}", 303)


def write_safely(path: Path, content: bytes) -> None:
    """Write a file so that it survives a power cut, its name too."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


app.view_functions["applications.submit_application"] = send
app.view_functions["applications.edit_section"] = keep_file
app.view_functions["operations.show_health"] = lambda: "ok"
