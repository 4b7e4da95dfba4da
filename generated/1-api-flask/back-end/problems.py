"""What a client is told when a request fails: a problem document (RFC 9457)."""

import json

from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

DETAILS = {
    404: "there is nothing at this path",
    405: "this path does not know the method",
    413: "the body of the request is too large",
    500: "something went wrong on our side",
}


def register(app: Flask) -> None:
    """Answer every error with a problem document."""
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(Exception, failed)


def problem(status: int, detail: str) -> Response:
    """Make the answer for a status."""
    document = {
        "type": "about:blank",
        "title": HTTP_STATUS_CODES.get(status, "Error"),
        "status": status,
        "detail": detail,
    }
    return Response(
        json.dumps(document), status, content_type="application/problem+json"
    )


def refused(error: HTTPException) -> Response:
    """Answer a request that we will not serve."""
    status = error.code or 500
    response = problem(
        status,
        DETAILS.get(status) or error.description or "the request cannot be served",
    )
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    return response


def failed(error: Exception) -> Response:
    """Answer after a fault of ours: its cause is for the log, not for the client."""
    g.error = error
    return problem(500, DETAILS[500])
