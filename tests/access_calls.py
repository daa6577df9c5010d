"""The draft call and the file of a call that the access table looks at."""

from __future__ import annotations

import io

from sqlalchemy import select

from portal import clock
from portal.accounts.models import User
from portal.calls.models import Call, CallFile
from portal.calls.queries import bench_of
from portal.calls.services import save_form
from portal.db import db, transaction
from portal.files import store_upload
from tests.files.makers import pdf

COSTS = {
    "key": "costs",
    "type": "table",
    "label": {"it": "Spese"},
    "required": False,
    "columns": [{"key": "cost", "type": "amount", "label": {"it": "Importo"}}],
}
CHECK = {
    "key": "within",
    "left": {"question": "costs", "column": "cost"},
    "must": "at_most",
    "right": "100000",
    "message": {"it": "Le spese sono troppe."},
    "at": "costs",
}
GRID_PAGES = ("build_grid", "arrange_grid", "compare_grids", "preview_grid")


def arguments_of_builder(staff: User) -> dict[str, dict[str, str]]:
    """Return what stands in the addresses of the builder: the draft gets a table and a check."""
    call = db.session.scalars(select(Call).where(Call.code == "draft")).one()
    bench = bench_of(call)
    first, *others = bench.form["sections"]
    section = {**first, "questions": [*first["questions"], COSTS]}
    form = {**bench.form, "sections": [section, *others], "checks": [CHECK]}
    save_form(call, staff, form, bench.version)
    names = ("build_form", "arrange_form", "download_form", "replace_form")
    names += ("add_form_section", "add_form_check")
    draft, costs = {"code": "draft"}, {"code": "draft", "table": "costs"}
    return {
        **dict.fromkeys((f"calls.{name}" for name in names), draft),
        "calls.add_form_question": {**draft, "section": first["key"]},
        "calls.edit_form_section": {**draft, "key": first["key"]},
        "calls.preview_form": {**draft, "section": first["key"]},
        "calls.edit_form_question": {**draft, "key": "costs"},
        "calls.edit_form_check": {**draft, "key": "within"},
        "calls.drop_form_part": {**draft, "kind": "check", "key": "within"},
        **dict.fromkeys((f"calls.{name}" for name in GRID_PAGES), draft),
        "calls.add_criterion": {**draft, "kind": "judged"},
        **dict.fromkeys(
            ("calls.edit_criterion", "calls.drop_criterion"), {**draft, "key": "employment"}
        ),
        "calls.add_form_column": costs,
        "calls.edit_form_column": {**costs, "key": "cost"},
    }


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
