"""Logs as one JSON object a line, without personal data.

A request is told by its endpoint, never by its address (addresses hold codes), and a person by
the number of the account. Texts come out escaped, so that no line can be forged.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from time import perf_counter

from flask import Flask, Response, g, request
from flask_login import current_user

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Format a record with the extra facts it was given."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in STANDARD},
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str)


def configure(app: Flask) -> None:
    """Send the portal's logs to standard error and log every request."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("portal", "werkzeug"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = app.config["PORTAL_ENV"] == "test"
    logging.getLogger("portal").setLevel(app.config["LOG_LEVEL"])
    logging.getLogger("werkzeug").setLevel("WARNING")
    if app.config["PORTAL_ENV"] != "test":
        app.after_request(log_request)


def log_request(response: Response) -> Response:
    """Log one line about a request that was answered."""
    started = g.get("started")
    logging.getLogger("portal.requests").info(
        "request",
        extra={
            "method": request.method,
            "endpoint": request.endpoint,
            "status": response.status_code,
            "ms": round((perf_counter() - started) * 1000) if started else None,
            "user_id": current_user.id if current_user else None,
        },
    )
    return response
