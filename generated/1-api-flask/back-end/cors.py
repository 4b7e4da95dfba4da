"""Lets the pages of exactly the given origins call the API; without any, no CORS."""

from flask import Flask, Response, request

from endpoints import Table


def register(app: Flask, table: Table, allowed_origins: str) -> None:
    """Allow a comma-separated list of origins."""
    origins = {
        origin.strip() for origin in allowed_origins.split(",") if origin.strip()
    }
    if not origins:
        return
    methods = ", ".join(sorted({endpoint.method for endpoint in table.endpoints}))

    @app.before_request
    def preflight() -> Response | None:
        if (
            request.method != "OPTIONS"
            or "Access-Control-Request-Method" not in request.headers
        ):
            return None
        response = Response(status=204)
        if request.origin in origins:
            response.headers["Access-Control-Allow-Methods"] = methods
            response.headers["Access-Control-Allow-Headers"] = (
                "content-type, x-request-id"
            )
            response.headers["Access-Control-Max-Age"] = "3600"
        return response

    @app.after_request
    def allow(response: Response) -> Response:
        response.vary.add("Origin")
        if request.origin in origins:
            response.headers["Access-Control-Allow-Origin"] = request.origin
            response.headers["Access-Control-Expose-Headers"] = "x-request-id"
        return response
