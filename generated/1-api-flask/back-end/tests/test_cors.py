"""Pages of the given origins may call, and no others."""

import unittest
from contextlib import redirect_stdout
from io import StringIO

from tests.client import client

PAGE = "http://localhost:9000"


def ask(method, origin, allowed, path="/api/hello", **headers):
    with redirect_stdout(StringIO()):
        headers = {"Origin": origin, **headers}
        return client(allowed).open(path, method=method, headers=headers)


class Cors(unittest.TestCase):
    def test_without_origins_there_is_none(self):
        headers = ask("GET", PAGE, "").headers
        self.assertNotIn("Access-Control-Allow-Origin", headers)
        self.assertNotIn("Vary", headers)

    def test_exactly_the_origins_are_allowed(self):
        allowed = f"https://example.com, {PAGE}"
        headers = ask("GET", PAGE, allowed).headers
        self.assertEqual(headers["Access-Control-Allow-Origin"], PAGE)
        self.assertEqual(headers["Vary"], "Origin")
        for origin in ["http://localhost:9001", "http://localhost", "null", "*"]:
            headers = ask("GET", origin, allowed).headers
            self.assertNotIn("Access-Control-Allow-Origin", headers)
            self.assertEqual(headers["Vary"], "Origin")

    def test_an_error_can_be_read_too(self):
        headers = ask("GET", PAGE, PAGE, path="/nothing").headers
        self.assertEqual(headers["Access-Control-Allow-Origin"], PAGE)

    def test_a_preflight_says_what_is_allowed(self):
        headers = {"Access-Control-Request-Method": "POST"}
        response = ask("OPTIONS", PAGE, PAGE, path="/api/jobs", **headers)
        self.assertEqual(response.status_code, 204)
        self.assertEqual(response.headers["Access-Control-Allow-Origin"], PAGE)
        self.assertEqual(response.headers["Access-Control-Allow-Methods"], "GET, POST")
        self.assertIn("content-type", response.headers["Access-Control-Allow-Headers"])
        stranger = ask("OPTIONS", "http://evil", PAGE, path="/api/jobs", **headers)
        self.assertNotIn("Access-Control-Allow-Methods", stranger.headers)
