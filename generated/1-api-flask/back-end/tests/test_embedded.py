"""The table beside the program, whatever it holds."""

import json
import unittest
from pathlib import Path

from app import create_app

TABLE = Path(__file__).parent.parent / "endpoints.json"


class Embedded(unittest.TestCase):
    def test_it_is_answered_as_it_says(self):
        rows = json.loads(TABLE.read_text(encoding="utf-8"))["endpoints"]
        self.assertTrue(rows, "a table without endpoints answers nothing")
        client = create_app().test_client()
        for row in rows:
            path = row["path"].replace("{", "").replace("}", "")
            with self.subTest(method=row["method"], path=path):
                response = client.open(path, method=row["method"])
                self.assertEqual(response.status_code, row["status"])
                if "text" in row:
                    self.assertEqual(response.text, row["text"])
                else:
                    self.assertEqual(json.loads(response.data), row["json"])
