"""How large the body of a request may be."""

from flask import Flask, request

from endpoints import Table


def register(app: Flask, table: Table) -> None:
    """Read each body up to its endpoint's limit, and answer 413 beyond."""
    app.config["MAX_CONTENT_LENGTH"] = table.body_limit
    by_name = {endpoint.name: endpoint.body_limit for endpoint in table.endpoints}

    @app.before_request
    def limit() -> None:
        request.max_content_length = by_name.get(
            request.endpoint or "", table.body_limit
        )
        # Flask checks the size only when the body is read, and no answer needs it.
        request.get_data(cache=True)
