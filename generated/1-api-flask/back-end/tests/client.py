"""A service with a small table, to be asked without a server."""

import contextlib
import io
import json

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from endpoints import Table, parse

ENDPOINTS = [
    {"method": "GET", "path": "/api/hello", "name": "getApiHello", "status": 200}
    | {"text": "Hello, World!"},
    {"method": "GET", "path": "/api/info", "name": "getApiInfo", "status": 200}
    | {"json": {"b": 1, "a": ["ä", None]}},
    {"method": "GET", "path": "/api/items/{id}", "name": "getApiItemsById"}
    | {"status": 200, "text": "an item"},
    {"method": "POST", "path": "/api/jobs", "name": "postApiJobs", "status": 202}
    | {"text": "taken", "body_bytes": 5},
]


def table() -> Table:
    """Make a table with limits that are easy to pass."""
    limits = {"body_bytes": 100, "request_ms": 10000}
    return parse({"limits": limits, "endpoints": ENDPOINTS, "resources": {}})


def client(allowed_origins: str = "") -> FlaskClient:
    """Make a client of the service."""
    return create_app(table(), {"ALLOWED_ORIGINS": allowed_origins}).test_client()


def logged(
    method: str, path: str, **options: object
) -> tuple[TestResponse, list[dict]]:
    """Ask the service, and return what it logs as well."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        response = client().open(path, method=method, **options)
    return response, [json.loads(line) for line in output.getvalue().splitlines()]


def get(path: str, **headers: str) -> TestResponse:
    """Ask the service with headers, `_` for `-` in their names."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return logged("GET", path, headers=named)[0]
