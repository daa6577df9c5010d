"""Logs as one JSON object a line, without personal data.

A request is told by its endpoint, never by its address (addresses hold codes and links' tokens),
a person by the number of the account, an error by its kind and by the lines of code it went
through: its words may hold what somebody typed. Texts come out escaped, so that no line can be
forged.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, request

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
ROOT = Path(__file__).resolve().parents[1]
OWN = ("portal",)

log = logging.getLogger(__name__)


class JsonLines(logging.Formatter):
    """Format a record with the extra facts it was given."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message_of(record),
            **{name: value for name, value in vars(record).items() if name not in STANDARD},
        }
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line["error"] = " < ".join(map(kind_of, chain_of(error)))
            line["trace"] = [place for each in chain_of(error) for place in places_of(each)]
        return json.dumps(line, ensure_ascii=True, default=str)


def message_of(record: logging.LogRecord) -> str:
    """Return the record's words; of a library's error, those it has before its facts go in."""
    if record.exc_info and not record.name.startswith(OWN):
        return str(record.msg)
    return record.getMessage()


def chain_of(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those that led to it."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def kind_of(error: BaseException) -> str:
    """Return the kind of an error, with the number a database gives it."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    number = getattr(error, "sqlstate", None)
    return f"{kind} {number}" if number else kind


def places_of(error: BaseException) -> list[str]:
    """Return the lines of the portal that the error went through, and where it began."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if is_own(frame)]
    shown = own if not frames or frames[-1] in own else [*own, frames[-1]]
    return [f"{short(frame.filename)}:{frame.lineno} {frame.name}" for frame in shown]


def is_own(frame: traceback.FrameSummary) -> bool:
    """Tell whether a line is the portal's own, and no library's."""
    return frame.filename.startswith(str(ROOT)) and "site-packages" not in frame.filename


def short(filename: str) -> str:
    """Return the file without the folders it is installed in."""
    return filename.rpartition("site-packages/")[2].removeprefix(f"{ROOT}/")


def configure(app: Flask) -> None:
    """Send every log to standard error as such lines, one of them for each request."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    is_test = app.config["PORTAL_ENV"] == "test"
    for name in ("portal", "werkzeug"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = is_test
    logging.getLogger("portal").setLevel(app.config["LOG_LEVEL"])
    logging.getLogger("werkzeug").setLevel("WARNING")
    app.log_exception = log_crash  # type: ignore[method-assign] # Flask's own tells the address
    if not is_test:
        logging.getLogger().handlers = [handler]
        app.after_request(log_request)


def log_crash(exc_info: Any) -> None:
    """Log an error nobody expected."""
    log.error("crash", exc_info=exc_info, extra=facts_of_request())


def facts_of_request() -> dict[str, Any]:
    """Return what a line says of the request being answered."""
    return {
        "method": request.method,
        "endpoint": request.endpoint,
        "user_id": g.get("user_id"),
    }


def log_request(response: Response) -> Response:
    """Log one line about a request that was answered."""
    started = g.get("started")
    logging.getLogger("portal.requests").info(
        "request",
        extra={
            **facts_of_request(),
            "status": response.status_code,
            "ms": round((perf_counter() - started) * 1000) if started else None,
        },
    )
    return response
