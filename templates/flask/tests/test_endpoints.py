"""A table that cannot be served stops the start, with all that is wrong."""

import json
import tempfile
import unittest
from pathlib import Path

from endpoints import load, parse

LIMITS = {"body_bytes": 1, "request_ms": 1}
GOOD = {"method": "GET", "path": "/x", "name": "getX", "status": 200, "text": "x"}


def parse_one(**changes):
    entry = {**GOOD, **changes}
    return parse({"limits": LIMITS, "endpoints": [entry], "resources": {}})


class Endpoints(unittest.TestCase):
    def test_what_cannot_be_served(self):
        for changes, reason in [
            ({"path": "x"}, "the path must be"),
            ({"path": "/<int:x>"}, "the path must be"),
            ({"path": "/{x}y"}, "the path must be"),
            ({"path": "/healthz"}, "reserved"),
            ({"method": "TRACE"}, "the method must be"),
            ({"json": 1}, "exactly one"),
            ({"resource": "messages"}, "no storage"),
            ({"colour": "pink"}, "unknown key colour"),
        ]:
            with self.subTest(changes), self.assertRaisesRegex(ValueError, reason):
                parse_one(**changes)

    def test_null_is_an_answer(self):
        entry = {name: value for name, value in GOOD.items() if name != "text"}
        table = parse({"limits": LIMITS, "endpoints": [{**entry, "json": None}]})
        self.assertEqual(table.endpoints[0].body, "null")

    def test_a_stop_waits_for_the_longest_request(self):
        self.assertEqual(parse_one().longest_ms, 1)
        self.assertEqual(parse_one(timeout_ms=20000).longest_ms, 20000)
        table = parse({"limits": LIMITS, "endpoints": []})
        self.assertEqual(table.longest_ms, 0)

    def test_the_start_stops_with_a_message(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "endpoints.json")
            for text in [
                "{",
                json.dumps({"limits": LIMITS, "endpoints": [{}]}),
            ]:
                file.write_text(text)
                with self.assertRaisesRegex(SystemExit, "^endpoints.json: "):
                    load(file)
            with self.assertRaisesRegex(SystemExit, "^endpoints.json: "):
                load(Path(folder, "missing", "endpoints.json"))
