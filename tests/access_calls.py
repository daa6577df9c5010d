"""The draft call and the file of a call that the access table looks at."""

from __future__ import annotations

import io

from sqlalchemy import select

from portal import clock
from portal.calls.models import Call, CallFile
from portal.db import db, transaction
from portal.files import store_upload
from tests.files.makers import pdf


def arguments_of_calls() -> dict[str, dict[str, str]]:
    """Return what stands in the addresses of a draft call, and of a file of an open one."""
    call = db.session.scalars(select(Call).where(Call.code == "open")).one()
    name, content = pdf()
    with transaction():
        file = store_upload(io.BytesIO(content), name, None)
        row = CallFile(call_id=call.id, key="notice", file_id=file.id, added_at=clock.now())
        db.session.add(row)
    names = ("manage_call", "export_call", "replace_call", "edit_call_files")
    return {
        **dict.fromkeys((f"calls.{name}" for name in names), {"code": "draft"}),
        "calls.edit_call": {"code": "draft", "part": "facts"},
        "calls.download_call_file": {"code": "open", "key": "notice"},
    }
