"""The OpenAPI document, made from the routes and their schemas: it can say nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Flask, Response, current_app, jsonify
from werkzeug.routing import Rule

from portal import i18n
from portal.api.operations import Operation
from portal.api.schemas import Args, ErrorAnswer
from portal.web import PUBLIC, access

blueprint = Blueprint("api", __name__)

ROOT = "/api/v1/"
KEPT = "api_document"
CONVERTER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
REFUSALS = {
    "400": "The request cannot be read.",
    "401": "The key is missing, wrong, ended or expired.",
    "403": "The key lacks the scope, or the person the right.",
    "404": "It is not there, or not for this person.",
    "422": "A parameter is wrong: `field` or `details` say which.",
    "429": "Too many requests: wait as long as Retry-After says.",
    "503": "The service is not available: try again after Retry-After.",
}


@blueprint.get(f"{ROOT}openapi.json")
@access(PUBLIC)
def show_document() -> Response:
    """Hand out the document."""
    return jsonify(document_of(current_app))


def document_of(app: Flask) -> dict[str, Any]:
    """Return the document, made once."""
    if KEPT not in app.extensions:
        with i18n.in_language("en"):
            app.extensions[KEPT] = make_document(app)
    found: dict[str, Any] = app.extensions[KEPT]
    return found


def operations_of(app: Flask) -> Iterator[tuple[Rule, Any]]:
    """Yield every route of the interface with its view, in the order of their addresses."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        if rule.rule.startswith(ROOT) and rule.endpoint != "api.show_document":
            yield rule, app.view_functions[rule.endpoint]


def check_operations(app: Flask) -> None:
    """Raise RuntimeError naming the routes of the interface that lack a scope or a description."""
    bad = [
        rule.endpoint
        for rule, view in operations_of(app)
        if not getattr(view, "scope", "") or not hasattr(view, "operation")
    ]
    if bad:
        raise RuntimeError("routes of the interface without scope or operation: " + ", ".join(bad))


def make_document(app: Flask) -> dict[str, Any]:
    """Return the document of all routes as they are."""
    spec = APISpec(
        title="Insieme per il lavoro",
        version="1",
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin(schema_name_resolver=name_of)],
        info={"description": "Calls, applications and dossiers, with a key made in the account."},
        servers=[{"url": app.config["PUBLIC_URL"]}],
    )
    spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    for status, text in REFUSALS.items():
        spec.components.response(status, refusal(status, text))
    for rule, view in operations_of(app):
        spec.path(CONVERTER.sub(r"{\1}", rule.rule), operations={"get": operation_of(rule, view)})
    return spec.to_dict()


def name_of(schema: Any) -> str:
    """Return a schema's name in the document."""
    found: str = schema.__name__ if isinstance(schema, type) else type(schema).__name__
    return found.removesuffix("Schema")


def refusal(status: str, text: str) -> dict[str, Any]:
    """Return what the document says of one kind of refusal."""
    found: dict[str, Any] = {
        "description": text,
        "content": {"application/json": {"schema": ErrorAnswer}},
    }
    if status in {"429", "503"}:
        found["headers"] = {"Retry-After": {"schema": {"type": "integer", "minimum": 0}}}
    if status == "401":
        found["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return found


def described(app: Flask) -> list[dict[str, Any]]:
    """Return each route as its page shows it to people."""
    return [
        {
            "path": CONVERTER.sub(r"{\1}", rule.rule),
            "summary": str(view.operation.summary),
            "scope": view.scope,
            "is_list": view.operation.is_list,
        }
        for rule, view in operations_of(app)
    ]


def operation_of(rule: Rule, view: Any) -> dict[str, Any]:
    """Return what the document says of a route."""
    each: Operation = view.operation
    path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in sorted(rule.arguments)
    ]
    query = [{"in": "query", "schema": each.args}] if each.args is not Args else []
    return {
        "operationId": rule.endpoint.replace("_api.", "_"),
        "summary": str(each.summary),
        "security": [{"key": [view.scope]}],
        "parameters": [*path, *query],
        "responses": {"200": given(each), **{status: status for status in REFUSALS}},
    }


def given(each: Operation) -> dict[str, Any]:
    """Return what the document says of a good answer."""
    if each.answer is None:
        return {"description": "The file.", "content": {"*/*": {"schema": {}}}}
    found: dict[str, Any] = {
        "description": "What was asked for.",
        "content": {"application/json": {"schema": each.answer}},
    }
    if each.is_list:
        found["headers"] = {"Link": {"schema": {"type": "string"}}}
    return found
