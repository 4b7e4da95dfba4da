"""The log: one JSON object a line on standard output, and one line a request."""

import json
import re
import secrets
import socket
import sys
import time
import traceback
from datetime import UTC, datetime

from flask import Flask, Response, g, request

import health

REPLICA = socket.gethostname()
# What can go into logs and headers as it is.
SOUND_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


def register(app: Flask) -> None:
    """Give every request an id, and log it when it has been answered."""

    @app.before_request
    def begin() -> None:
        g.start = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if SOUND_ID.fullmatch(given) else secrets.token_hex(16)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.request_id
        if request.path not in (health.ALIVE, health.READY):
            write(line(response))
        return response


def line(response: Response) -> dict:
    """Say what is worth knowing about a request."""
    error = g.get("error")
    fields = {
        "time": datetime.now(UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z"),
        "level": "error" if error else "info",
        "message": "request",
        "replica": REPLICA,
        "method": request.method,
        "path": request.path,
        "endpoint": request.endpoint,
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.start) * 1000, 3),
        "request_id": g.request_id,
    }
    if error:
        fields["error"] = "".join(traceback.format_exception(error))
    return {name: value for name, value in fields.items() if value is not None}


def write(fields: dict) -> None:
    """Write one line at once, since threads share the stream."""
    sys.stdout.write(json.dumps(fields, separators=(",", ":")) + "\n")
    sys.stdout.flush()
