"""The published ranking to take along: as PDF, and as open data with their licence."""

from __future__ import annotations

import json
from typing import Any

from flask import Response

from portal.errors import NotFound
from portal.evaluation.views.blueprint import asked_round
from portal.outcomes import queries
from portal.outcomes.views.blueprint import blueprint
from portal.spreadsheets import MIME, write_csv
from portal.web import PUBLIC, access, actor, download, send_file_of

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@blueprint.get("/graduatorie/<code>/dati.csv")
@access(PUBLIC)
def download_ranking_csv(code: str) -> Response:
    """Hand out the ranking as a table."""
    ranking = queries.get_published(code, actor(), asked_round())
    columns = queries.columns_of(ranking)
    rows = [[row[name] for name in columns] for row in queries.open_rows(ranking)]
    content = write_csv([list(columns), *rows])
    return as_file(ranking, content, MIME["csv"], "csv")


@blueprint.get("/graduatorie/<code>/dati.json")
@access(PUBLIC)
def download_ranking_json(code: str) -> Response:
    """Hand out the ranking with what it is about and its licence."""
    ranking: Any = queries.get_published(code, actor(), asked_round())
    content = {
        "call": ranking.call.code,
        "state": ranking.state.value,
        "published_at": ranking.published_at.isoformat(),
        "threshold": queries.points_text(ranking.threshold_hundredths),
        "licence": LICENCE,
        "places": queries.open_rows(ranking),
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    return as_file(ranking, text, "application/json", "json")


@blueprint.get("/graduatorie/<code>/graduatoria.pdf")
@access(PUBLIC)
def download_ranking(code: str) -> Response:
    """Hand out the ranking as it was published, once it is drawn."""
    ranking: Any = queries.get_published(code, actor(), asked_round())
    document = queries.document_of(ranking)
    if document is None or document.file is None:
        raise NotFound
    return unlisted(ranking, send_file_of(document.file))


def as_file(ranking: Any, content: Any, kind: str, ending: str) -> Response:
    """Return a download of open data."""
    name = f"graduatoria-{ranking.call.code}.{ending}"
    return unlisted(ranking, download(content, name, kind))


def unlisted(ranking: Any, response: Response) -> Response:
    """Keep what has names out of search engines."""
    if not ranking.call.names_hidden:
        response.headers["X-Robots-Tag"] = "noindex"
    return response
