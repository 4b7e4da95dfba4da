"""A table that cannot be served stops the start, with all that is wrong."""

import json
import tempfile
import unittest
from pathlib import Path

from endpoints import load, parse

GOOD = {"method": "GET", "path": "/x", "name": "getX", "status": 200, "text": "x"}


def parse_one(**changes):
    entry = {**GOOD, **changes}
    limits = {"body_bytes": 1, "request_ms": 1}
    return parse({"limits": limits, "endpoints": [entry], "resources": {}})


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
        limits = {"body_bytes": 1, "request_ms": 1}
        table = parse({"limits": limits, "endpoints": [{**entry, "json": None}]})
        self.assertEqual(table.endpoints[0].body, "null")

    def test_the_start_stops_with_a_message(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "endpoints.json")
            for text in [
                "{",
                json.dumps({"limits": {"body_bytes": 1}, "endpoints": [{}]}),
            ]:
                file.write_text(text)
                with self.assertRaisesRegex(SystemExit, "^endpoints.json: "):
                    load(file)
            with self.assertRaisesRegex(SystemExit, "^endpoints.json: "):
                load(Path(folder, "missing", "endpoints.json"))
