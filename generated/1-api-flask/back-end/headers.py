"""What every answer says: it is not to be run, framed, guessed at or kept."""

from flask import Flask, Response

SECURE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def register(app: Flask) -> None:
    """Add the headers, unless a view has set its own."""

    @app.after_request
    def secure(response: Response) -> Response:
        for name, value in SECURE.items():
            response.headers.setdefault(name, value)
        return response
