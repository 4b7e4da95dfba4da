"""The API: serves the table in endpoints.json; every error is a problem document."""

import os
from collections.abc import Mapping

from flask import Flask, Response

import cors
import endpoints
import headers
import health
import limits
import problems
import request_log


def create_app(
    table: endpoints.Table | None = None, env: Mapping[str, str] = os.environ
) -> Flask:
    """Build the service for a table; by default for the one beside this file."""
    table = table or endpoints.load()
    app = Flask(__name__, static_folder=None)
    # A path is served as it is written, or not at all: no redirects.
    app.url_map.merge_slashes = False

    # Flask runs what looks at answers in reverse order: the log line comes last.
    request_log.register(app)
    headers.register(app)
    cors.register(app, table, env.get("ALLOWED_ORIGINS", ""))
    problems.register(app)
    limits.register(app, table)
    health.register(app)

    for endpoint in table.endpoints:
        app.add_url_rule(
            endpoint.rule,
            endpoint=endpoint.name,
            view_func=answer_with(endpoint),
            methods=[endpoint.method],
            provide_automatic_options=False,
        )
    return app


def answer_with(endpoint: endpoints.Endpoint):
    """Make the function that answers an endpoint's requests."""

    def answer(**_path_values: str) -> Response:
        return Response(
            endpoint.body, endpoint.status, content_type=endpoint.content_type
        )

    return answer
