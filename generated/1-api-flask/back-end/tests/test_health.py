"""What others are told while this replica stops."""

import unittest

import stopping
from tests.client import get, logged


class Health(unittest.TestCase):
    def tearDown(self):
        stopping.enter(stopping.SERVING)

    def test_all_is_well(self):
        for path in ["/healthz", "/readyz"]:
            self.assertEqual(get(path).text, "ok\n")

    def test_a_lingering_replica_serves_but_is_not_ready(self):
        stopping.enter(stopping.LINGERING)
        self.assertEqual(get("/healthz").status_code, 200)
        self.assertEqual(get("/readyz").status_code, 503)
        self.assertEqual(get("/api/hello").status_code, 200)

    def test_a_refusing_replica_serves_what_cannot_be_asked_twice(self):
        stopping.enter(stopping.REFUSING)
        self.assertEqual(get("/healthz").status_code, 200)
        self.assertEqual(get("/api/hello").status_code, 503)
        self.assertEqual(logged("POST", "/api/jobs")[0].status_code, 202)
