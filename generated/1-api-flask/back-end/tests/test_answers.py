"""What the table says is what is answered."""

import unittest

from tests.client import get, logged


class Answers(unittest.TestCase):
    def test_a_text_is_exactly_the_text(self):
        response = get("/api/hello")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.data, b"Hello, World!")
        self.assertEqual(response.headers["Content-Type"], "text/plain; charset=utf-8")

    def test_json_keeps_its_order(self):
        response = get("/api/info")
        self.assertEqual(response.data, '{"b":1,"a":["ä",null]}'.encode())
        self.assertEqual(response.headers["Content-Type"], "application/json")

    def test_a_parameter_is_one_segment(self):
        self.assertEqual(get("/api/items/a%20b").text, "an item")
        self.assertEqual(get("/api/items/").status_code, 404)
        self.assertEqual(get("/api/items/a/b").status_code, 404)

    def test_the_status_is_the_tables(self):
        self.assertEqual(logged("POST", "/api/jobs")[0].status_code, 202)

    def test_head_is_get_without_the_body(self):
        response = logged("HEAD", "/api/hello")[0]
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.data, b"")

    def test_every_answer_is_data_only(self):
        for path in ["/api/hello", "/nothing", "/healthz"]:
            headers = get(path).headers
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["Cache-Control"], "no-store")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            policy = "default-src 'none'; frame-ancestors 'none'"
            self.assertEqual(headers["Content-Security-Policy"], policy)
