"""Every error is a problem document."""

import io
import unittest
from contextlib import redirect_stdout

from app import create_app
from tests.client import get, logged, table


class Problems(unittest.TestCase):
    def assert_problem(self, response, status, title):
        self.assertEqual(response.status_code, status)
        self.assertEqual(response.headers["Content-Type"], "application/problem+json")
        self.assertEqual(response.json["status"], status)
        self.assertEqual(response.json["title"], title)
        self.assertTrue(response.json["detail"])

    def test_an_unknown_path(self):
        for path in ["/", "/api", "/api/hello/", "//api/hello", "/api/hello/../x"]:
            self.assert_problem(get(path), 404, "Not Found")

    def test_an_unknown_method_names_the_known_ones(self):
        for method in ["POST", "DELETE", "OPTIONS"]:
            response = logged(method, "/api/hello")[0]
            self.assert_problem(response, 405, "Method Not Allowed")
            self.assertEqual(set(response.allow), {"GET", "HEAD"})

    def test_a_body_beyond_the_limit_of_its_endpoint(self):
        self.assertEqual(logged("POST", "/api/jobs", data=b"12345")[0].status_code, 202)
        response = logged("POST", "/api/jobs", data=b"123456")[0]
        self.assert_problem(response, 413, "Request Entity Too Large")
        response = logged("POST", "/api/jobs", data=b"1" * 1000)[0]
        self.assert_problem(response, 413, "Request Entity Too Large")

    def test_a_body_in_chunks_has_the_same_limit(self):
        for body, status in [(b"12345", 202), (b"123456", 413), (b"1" * 1000, 413)]:
            # As gunicorn passes it on: without a length, and ended by itself.
            options = {"input_stream": io.BytesIO(body), "content_length": None}
            environ = {"wsgi.input_terminated": True}
            path = "/api/jobs"
            response = logged("POST", path, environ_overrides=environ, **options)[0]
            self.assertEqual(response.status_code, status, body)

    def test_a_fault_of_ours_is_logged_and_not_told(self):
        app = create_app(table(), {})

        @app.get("/fault")
        def fault():
            raise RuntimeError("the cause")

        output = io.StringIO()
        with redirect_stdout(output):
            response = app.test_client().get("/fault")
        self.assert_problem(response, 500, "Internal Server Error")
        self.assertNotIn("the cause", response.text)
        self.assertIn("the cause", output.getvalue())
