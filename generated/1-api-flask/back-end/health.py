"""The two questions of an orchestrator, and what a stopping replica says."""

from flask import Flask, Response, request

import stopping
from problems import problem

# Is the process alive? If not, it should be restarted.
ALIVE = "/healthz"
# Should it get requests? If not, others should get them meanwhile.
READY = "/readyz"


def register(app: Flask) -> None:
    """Serve the health paths."""
    app.add_url_rule(
        ALIVE, "healthz", alive, methods=["GET"], provide_automatic_options=False
    )
    app.add_url_rule(
        READY, "readyz", ready, methods=["GET"], provide_automatic_options=False
    )
    app.before_request(refuse)


def alive() -> Response:
    """Answer as long as there is a thread to do so."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


def ready() -> Response:
    """Answer that all is well until a stop begins."""
    return leaving() if stopping.is_leaving() else alive()


def refuse() -> Response | None:
    """Send away what another replica can answer as well, at the end of the linger."""
    is_safe = request.method in ("GET", "HEAD") and request.path not in (ALIVE, READY)
    return leaving() if is_safe and stopping.is_refusing() else None


def leaving() -> Response:
    """Say why this replica does not serve the request."""
    return problem(503, "this replica is stopping")
