"""Ends with 0 if the API in this container is alive, with 1 if not."""

import http.client
import os
import sys


def is_alive(port: int) -> bool:
    """Ask the API."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_alive(int(os.environ.get("PORT") or 8080)) else 1)
