"""What the office does with many dossiers at once, and what it keeps of its own work."""

from portal.desk.services.bulk import MOST, ask_bulk, choose_applications, do_few, work_on_bulk
from portal.desk.services.exporting import export_list
from portal.desk.services.handing import hand_over_application
from portal.desk.services.imports import (
    enter_few,
    enter_sheet,
    try_few,
    upload_sheet,
)
from portal.desk.services.likeness import note_likeness, note_missing_likeness
from portal.desk.services.mail_templates import delete_template, save_template
from portal.desk.services.mailings import (
    cancel_letters,
    edit_letter,
    leave_out_letter,
    note_mailing,
    open_mailing,
    resend_letter,
    send_mailing,
    write_mailing,
)
from portal.desk.services.prepared import (
    forget_prepared,
    make_prepared,
    prepare_call,
    prepare_dossier,
    prepare_list,
    prepare_sheets,
)
from portal.desk.services.saved_views import change_view, delete_view, save_view
from portal.desk.services.tags import tag_application, untag_application
from portal.errors import declare, mark

declare(
    {
        "none_chosen": mark("Choose at least one application."),
        "too_many_chosen": mark(
            "You have chosen %(chosen)s applications, and %(maximum)s at most go at once. Narrow "
            "the filters."
        ),
        "too_many_tags": mark("An application bears %(maximum)s tags at most. Take one off first."),
        "too_many_views": mark("You keep %(maximum)s views at most. Delete one first."),
        "view_name_taken": mark("You have a view of this name already. Choose another one."),
    }
)

__all__ = [
    "MOST",
    "ask_bulk",
    "cancel_letters",
    "change_view",
    "choose_applications",
    "delete_template",
    "delete_view",
    "do_few",
    "edit_letter",
    "enter_few",
    "enter_sheet",
    "export_list",
    "forget_prepared",
    "hand_over_application",
    "leave_out_letter",
    "make_prepared",
    "note_likeness",
    "note_mailing",
    "note_missing_likeness",
    "open_mailing",
    "prepare_call",
    "prepare_dossier",
    "prepare_list",
    "prepare_sheets",
    "resend_letter",
    "save_template",
    "save_view",
    "send_mailing",
    "tag_application",
    "try_few",
    "untag_application",
    "upload_sheet",
    "work_on_bulk",
    "write_mailing",
]
