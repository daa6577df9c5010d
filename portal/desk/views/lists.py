"""The office's list of applications: shown, filtered, its columns chosen."""

from __future__ import annotations

from typing import Any

from flask import request, session, url_for
from flask.typing import ResponseReturnValue

from portal.desk import forms, queries
from portal.desk.views import cells
from portal.desk.views.blueprint import blueprint
from portal.web import access, actor, page

LAST_FILTERS = "last_filters"


@blueprint.get("/pratiche")
@access("application.list")
def list_applications() -> ResponseReturnValue:
    """The applications received within the roles of who looks."""
    listing = queries.read_office_listing(request.args)
    columns = queries.columns_of(listing)
    found = queries.applications_page(actor(), listing, columns)
    calls = queries.calls_with_applications(actor())
    address_of = cells.list_address()
    return page(
        "desk/list_applications.html",
        applications=found,
        rows=cells.rows_of(found.items, columns),
        heads=cells.heads_of(listing, columns),
        listing=listing,
        address=listing.values(page=1),
        form=forms.filter_form(request.args, calls),
        chips=cells.chips_of(listing, offered_form()) if more_than_usual(listing) else [],
        views=views_shown(listing),
        kinds=[(kind.value, queries.LABELS[kind]) for kind in queries.kinds_for(actor())],
        last_filters=remember(listing),
        page_url=lambda number: address_of(**listing.values(page=number)),
    )


def more_than_usual(listing: Any) -> bool:
    """Tell whether filters hold that stand in no field of the page."""
    return bool(set(listing.filters) - {"call", "state"})


def offered_form() -> Any:
    """Return every filter with what it offers."""
    offered = forms.Offered(
        calls=queries.calls_with_applications(actor()),
        sectors=[
            (sector, queries.sector_label(sector))
            for sector in queries.sectors_with_applications(actor())
        ],
        tags=queries.all_tags(),
        tasks=tasks_offered(),
        columns=queries.COLUMNS,
    )
    return forms.all_filters_form(request.args, offered)


def tasks_offered() -> list[tuple[str, str]]:
    """Return what is to be done, and the news that the address asks for."""
    names = [name for name, task in queries.TASKS.items() if not task.dated]
    asked = request.args.get("task", "")
    if asked and asked not in names and queries.task_label(asked) != asked:
        names.append(asked)
    return [(name, queries.task_label(name)) for name in names]


def remember(listing: Any) -> str:
    """Keep the filters in the session; without any, return the address of the last ones.

    Words that were searched for may be a name: they are not kept.
    """
    if listing.filters:
        address = listing.values(page="", q="")
        if session.get(LAST_FILTERS) != address:
            session[LAST_FILTERS] = address
        return ""
    last = session.get(LAST_FILTERS)
    return url_for(".list_applications", **last) if last and not listing.search else ""


def views_shown(listing: Any) -> list[dict[str, Any]]:
    """Return the views as links, the one that is shown marked."""
    now = {**listing.values(page=""), "page": None}
    address_of = cells.list_address()
    standing = [(str(view.name), view.address, "") for view in queries.STANDING]
    usual = queries.read_office_listing({}).values(page="")
    return [
        {
            "name": name,
            "url": address_of(**address),
            "owner": owner,
            "is_current": {**usual, **address, "page": None} == now,
        }
        for name, address, owner in (*standing, *queries.view_links(actor()))
    ]


@blueprint.get("/pratiche/filtri")
@access("application.list")
def choose_filters() -> ResponseReturnValue:
    """Every filter and column, to choose from; the list is the answer."""
    listing = queries.read_office_listing(request.args)
    form = offered_form()
    form.columns.data = list(queries.columns_of(listing))
    form.validate()
    kept = cells.hidden_values({"sort": listing.sort, "dir": listing.values()["dir"]})
    return page("desk/choose_filters.html", form=form, listing=listing, kept=kept)
