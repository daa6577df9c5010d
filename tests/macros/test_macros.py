"""The parts of a page: what each macro writes for eyes, screen readers and scripts."""

from __future__ import annotations

import pytest

from tests.macros.conftest import Draw


def icon(name: str, size: str = "sm") -> str:
    """Return the drawing of a decorative icon."""
    return (
        f'<svg class="icon icon-{size}" aria-hidden="true" focusable="false">'
        f'<use href="/static/icons.svg#{name}"></use></svg>'
    )


def test_icon_is_silent_unless_it_has_a_label(draw: Draw) -> None:
    assert draw("icon", "icon", "it-user") == icon("it-user")
    assert draw("icon", "icon", "it-user", "lg", "Profile") == (
        '<svg class="icon icon-lg" role="img" aria-label="Profile" focusable="false">'
        '<use href="/static/icons.svg#it-user"></use></svg>'
    )


def test_page_title_is_the_only_heading_of_level_one(draw: Draw) -> None:
    assert draw("page", "page_title", "Calls", "Open to all", "2026") == (
        '<div class="page-title"><p class="eyebrow">2026</p>'
        '<h1 data-element="service-title">Calls</h1><p class="lead">Open to all</p></div>'
    )
    assert draw("page", "page_title", "<Calls>") == (
        '<div class="page-title"><h1 data-element="service-title">&lt;Calls&gt;</h1></div>'
    )


def test_breadcrumb_ends_with_the_page_one_is_on(draw: Draw) -> None:
    assert draw("page", "breadcrumb", [("Calls", "/calls"), ("Spring", None)]) == (
        '<nav class="breadcrumb-container" aria-label="Path of the page"><ol class="breadcrumb">'
        '<li class="breadcrumb-item"><a href="/public.home">Home</a></li>'
        '<li class="breadcrumb-item"><a href="/calls">Calls</a></li>'
        '<li class="breadcrumb-item active" aria-current="page">Spring</li></ol></nav>'
    )


@pytest.mark.parametrize(
    ("tone", "role", "drawing"),
    [("danger", "alert", "it-error"), ("ok", "status", "it-check-circle")],
)
def test_alert_interrupts_only_for_a_danger(draw: Draw, tone: str, role: str, drawing: str) -> None:
    assert draw("page", "alert", "Saved", tone, "Well") == (
        f'<div class="notice tone-{tone}" role="{role}">{icon(drawing)}'
        '<div><p class="notice-title">Well</p><p>Saved</p></div></div>'
    )


def test_callout_holds_what_the_page_writes_in_it(draw: Draw) -> None:
    assert draw("page", "callout", "Before you start", inside="<p>Read</p>") == (
        '<div class="portal-callout tone-info"><p class="portal-callout-title">'
        f"{icon('it-info-circle')}<span>Before you start</span></p>"
        '<div class="portal-callout-body"><p>Read</p></div></div>'
    )


def test_badge_says_the_state_in_words(draw: Draw) -> None:
    assert draw("page", "badge", "Sent", "ok") == '<span class="state-badge badge-ok">Sent</span>'


def test_empty_state_shows_the_way_on(draw: Draw) -> None:
    assert draw("page", "empty_state", "Nothing yet", "See the calls", "/calls") == (
        f'<div class="empty-state">{icon("it-inbox", "lg")}<p>Nothing yet</p>'
        '<a class="btn btn-primary" href="/calls">See the calls</a></div>'
    )


def test_progress_is_native_and_named(draw: Draw) -> None:
    assert draw("page", "progress", 3, 6, "3 of 6") == (
        '<div class="portal-progress"><p>3 of 6</p>'
        '<progress value="3" max="6" aria-label="3 of 6">3/6</progress></div>'
    )


def test_deadline_stands_without_scripts(draw: Draw) -> None:
    assert draw("page", "deadline", "2026-05-06T12:00:00+02:00", "6 May, noon").startswith(
        '<span class="deadline"><time datetime="2026-05-06T12:00:00+02:00">6 May, noon</time>'
        '<span class="deadline-left" data-deadline="2026-05-06T12:00:00+02:00" '
    )


def test_post_button_carries_token_and_values(draw: Draw) -> None:
    assert draw("page", "post_button", "Admit", "/admit", {"version": 3}) == (
        '<form method="post" action="/admit" class="post-button">'
        '<input type="hidden" name="csrf_token" value="token">'
        '<input type="hidden" name="version" value="3">'
        '<button type="submit" class="btn btn-primary">Admit</button></form>'
    )


def test_card_leads_on_through_its_title(draw: Draw) -> None:
    drawn = draw("cards", "card", "Spring", "/spring", "2026", "Open", "ok", inside="<p>Apply</p>")
    assert drawn == (
        '<article class="portal-card portal-card-link"><p class="portal-card-top">'
        '<span class="eyebrow">2026</span><span class="state-badge badge-ok">Open</span></p>'
        '<h3 class="portal-card-title"><a href="/spring">Spring</a></h3>'
        '<div class="portal-card-body"><p>Apply</p></div></article>'
    )


def test_summary_list_shows_lists_and_what_is_missing(draw: Draw) -> None:
    rows = [
        {"label": "Sectors", "value": ["Farming", "Tourism"]},
        {"label": "Seat", "missing": True, "edit_url": "/seat"},
    ]
    assert draw("cards", "summary_list", rows, "Body", "/body") == (
        '<section class="summary"><div class="summary-top"><h2 class="summary-title">Body</h2>'
        f'<a href="/body" class="summary-edit">{icon("it-pencil")}Edit'
        '<span class="visually-hidden">: Body</span></a></div><dl class="summary-rows">'
        '<div class="summary-row"><dt>Sectors</dt><dd><ul class="plain-list">'
        "<li>Farming</li><li>Tourism</li></ul></dd></div>"
        '<div class="summary-row summary-missing"><dt>Seat</dt><dd>'
        f"{icon('it-warning-circle')}Missing"
        '<a href="/seat" class="summary-edit">Edit<span class="visually-hidden">: Seat</span></a>'
        "</dd></div></dl></section>"
    )


def test_file_list_says_kind_and_size(draw: Draw) -> None:
    files = [{"name": "Notice", "url": "/notice.pdf", "kind": "PDF", "size_text": "240 kB"}]
    assert draw("cards", "file_list", files) == (
        f'<ul class="file-list"><li>{icon("it-file")}<div class="file-text">'
        '<a href="/notice.pdf">Notice</a><span class="file-size">PDF, 240 kB</span>'
        "</div></li></ul>"
    )


def test_stepper_marks_confirmed_and_active_in_words(draw: Draw) -> None:
    assert draw("steps", "stepper", [{"label": "Privacy", "url": "/1"}, "Form", "Send"], 1) == (
        '<nav class="portal-steps" aria-label="Steps">'
        '<p class="portal-steps-short" aria-hidden="true">Step 2 of 3</p><ol>'
        '<li class="confirmed"><span class="step-number" aria-hidden="true">'
        f'{icon("it-check", "xs")}</span><a href="/1">Privacy</a>'
        '<span class="visually-hidden">Confirmed</span></li>'
        '<li class="active" aria-current="step"><span class="step-number" aria-hidden="true">2'
        '</span><span>Form</span><span class="visually-hidden">Active</span></li>'
        '<li class="coming"><span class="step-number" aria-hidden="true">3</span>'
        "<span>Send</span></li></ol></nav>"
    )


def test_side_index_says_the_state_of_each_section(draw: Draw) -> None:
    items = [
        {"label": "Body", "url": "/1", "state": "done"},
        {"label": "Project", "url": "/2", "state": "current"},
    ]
    assert draw("steps", "nav_steps", items, "Sections") == (
        '<nav class="side-index" aria-label="Sections">'
        '<p class="side-index-title" aria-hidden="true">Sections</p><ul><li class="side-done">'
        f'<a href="/1">{icon("it-check-circle")}<span>Body</span>'
        '<span class="visually-hidden">, complete</span></a></li>'
        '<li class="side-current"><a href="/2" aria-current="page">'
        '<span class="side-dot" aria-hidden="true"></span><span>Project</span></a></li></ul></nav>'
    )


def test_task_list_links_only_what_can_be_opened(draw: Draw) -> None:
    sections = [
        {"title": "Body", "url": "/1", "status": "done", "status_text": "Complete"},
        {"title": "Send", "status": "blocked", "status_text": "Not yet", "hint": "Fill the rest"},
    ]
    assert draw("steps", "task_list", sections) == (
        '<ol class="task-list"><li><div class="task-text"><a href="/1">Body</a></div>'
        '<span class="state-badge badge-ok">Complete</span></li>'
        '<li><div class="task-text"><span class="task-title">Send</span>'
        '<p class="form-text">Fill the rest</p></div>'
        '<span class="state-badge badge-neutral">Not yet</span></li></ol>'
    )


def test_table_has_caption_scopes_and_the_order_in_use(draw: Draw) -> None:
    columns = [
        {"label": "Number", "sort_url": "?by=number", "direction": "asc"},
        {"label": "Amount", "numeric": True},
        {"label": "Actions", "hidden": True},
    ]
    drawn = draw("tables", "data_table", "Applications", columns, "2 in all", inside="<tr></tr>")
    assert drawn == (
        '<div class="table-region" role="region" tabindex="0" aria-label="Applications">'
        '<table class="portal-table"><caption>Applications<span class="table-count">2 in all</span>'
        '</caption><thead><tr><th scope="col" aria-sort="ascending"><a href="?by=number">Number'
        f'{icon("it-arrow-up", "xs")}</a></th><th scope="col" class="numeric">Amount</th>'
        '<th scope="col"><span class="visually-hidden">Actions</span></th></tr></thead>'
        "<tbody><tr></tr></tbody></table></div>"
    )


def test_cell_carries_its_label_for_phones(draw: Draw) -> None:
    assert draw("tables", "cell", "Amount", "8.000,00 €", numeric=True) == (
        '<td data-label="Amount" class="numeric">8.000,00 €</td>'
    )
    assert draw("tables", "cell", "Number", "7", header=True, url="/7") == (
        '<th data-label="Number" scope="row"><a href="/7">7</a></th>'
    )
    assert draw("tables", "cell", "State", inside="<b>Sent</b>") == (
        '<td data-label="State"><b>Sent</b></td>'
    )


def test_filter_bar_is_a_search_that_can_be_cleared(draw: Draw) -> None:
    assert draw("tables", "filter_bar", "/list", "/all", inside="<i></i>") == (
        '<form method="get" action="/list" class="filter-bar" role="search" '
        'aria-label="Filter the list" data-once="off"><i></i><div class="filter-buttons">'
        '<button type="submit" class="btn btn-outline-primary btn-sm">Filter</button>'
        '<a class="btn btn-link btn-sm" href="/all">Remove the filters</a></div></form>'
    )


def test_pagination_keeps_the_ends_and_the_neighbours(draw: Draw) -> None:
    def link(number: int, here: bool = False) -> str:
        current = ' aria-current="page"' if here else ""
        return (
            f'<li><a href="?page={number}"{current}>'
            f'<span class="visually-hidden">Page</span>{number}</a></li>'
        )

    gap = '<li class="page-gap" aria-hidden="true">…</li>'
    drawn = draw("tables", "pagination", 5, 12, lambda number: f"?page={number}")
    assert drawn == (
        '<nav class="portal-pages" aria-label="Pages of the list"><ul>'
        f'<li><a href="?page=4" rel="prev">{icon("it-chevron-left")}'
        '<span class="visually-hidden">Previous page</span></a></li>'
        f"{link(1)}{gap}{link(3)}{link(4)}{link(5, here=True)}{link(6)}{link(7)}{gap}{link(12)}"
        f'<li><a href="?page=6" rel="next">{icon("it-chevron-right")}'
        '<span class="visually-hidden">Next page</span></a></li></ul></nav>'
    )
    assert draw("tables", "pagination", 1, 1, str) == ""


def test_timeline_says_which_moment_is_now(draw: Draw) -> None:
    events = [
        {"when": "3 April", "title": "Opens", "iso": "2026-04-03"},
        {"when": "6 May", "title": "Closes", "state": "current", "who": "Office"},
    ]
    assert draw("timeline", "timeline", events, "Dates") == (
        '<ol class="portal-timeline" aria-label="Dates"><li class="moment-past">'
        '<p class="moment-when"><time datetime="2026-04-03">3 April</time></p>'
        '<p class="moment-title">Opens</p></li><li class="moment-current">'
        '<p class="moment-when">6 May</p><p class="moment-title">Closes'
        '<span class="visually-hidden">(now)</span></p><p class="moment-who">Office</p></li></ol>'
    )


def test_next_steps_are_counted(draw: Draw) -> None:
    assert draw("timeline", "next_steps", [{"title": "Check", "when": "in 30 days"}]) == (
        '<ol class="next-steps"><li><p class="next-title">Check</p>'
        '<p class="moment-when">in 30 days</p></li></ol>'
    )
