"""How large the body of a request may be."""

from flask import Flask, abort, request

from endpoints import Table


def register(app: Flask, table: Table) -> None:
    """Read each body up to its endpoint's limit, and answer 413 beyond."""
    by_name = {endpoint.name: endpoint.body_limit for endpoint in table.endpoints}

    @app.before_request
    def limit() -> None:
        most = by_name.get(request.endpoint or "", table.body_limit)
        # One byte more than allowed is read, to see that there is more: a body in
        # chunks does not say its length, and Flask itself would only cut it off.
        request.max_content_length = most + 1
        if len(request.get_data()) > most:
            abort(413)
