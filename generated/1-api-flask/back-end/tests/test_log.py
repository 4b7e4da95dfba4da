"""One line a request, and an id to find it by."""

import unittest

from tests.client import get, logged


class Log(unittest.TestCase):
    def test_a_request_is_one_line(self):
        response, lines = logged("GET", "/api/hello?token=secret")
        (line,) = lines
        self.assertEqual(line["method"], "GET")
        self.assertEqual(line["path"], "/api/hello")
        self.assertEqual(line["endpoint"], "getApiHello")
        self.assertEqual(line["status"], 200)
        self.assertEqual(line["request_id"], response.headers["X-Request-ID"])
        self.assertGreaterEqual(line["ms"], 0)
        self.assertTrue(line["replica"])
        self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_a_path_cannot_forge_a_line(self):
        lines = logged("GET", "/api/x%0A%7B%22status%22:200%7D")[1]
        self.assertEqual(len(lines), 1)

    def test_health_is_not_logged(self):
        self.assertEqual(logged("GET", "/healthz")[1], [])
        self.assertEqual(logged("GET", "/readyz")[1], [])

    def test_an_id_is_taken_if_it_is_sound(self):
        for given in ["a", "0af7651916cd43dd-8448eb211c80319c", "x" * 64]:
            answer = get("/api/hello", X_Request_ID=given)
            self.assertEqual(answer.headers["X-Request-ID"], given)
        for given in ["", "x" * 65, "a b", "a_b", "ä", '"']:
            answer = get("/api/hello", X_Request_ID=given)
            self.assertRegex(answer.headers["X-Request-ID"], r"^[0-9a-f]{32}$")
