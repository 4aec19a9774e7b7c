"""What the tests of `headroom report` share: pages and the facts in them."""

import json
import pathlib
import re
import unittest

from support import PROGRAM, ProgramTest

TEMPLATE = pathlib.Path(PROGRAM).parent / "report.html"
EVIL = "<script>alert(1)</script>"


def rename_class(output, old, new):
    """Gives a class of an output another name, such as no scenario may."""
    for file in ("summary.json", "latency.json"):
        json_of = json.loads((output / file).read_text())
        json_of["classes"][new] = json_of["classes"].pop(old)
        (output / file).write_text(json.dumps(json_of))


@unittest.skipUnless(TEMPLATE.exists(), "this build has no report.html: npm was not there, or not its registry")
class ReportTest(ProgramTest):
    def report(self, *arguments):
        """Makes a page, expects success; returns its text."""
        page = self.folder / "page.html"
        self.ok("report", *arguments, "--save", page, "--force")
        return page.read_text()

    def facts(self, page):
        return json.loads(re.search(r'<script type="application/json" id="facts">(.*?)</script>', page, re.S)[1])
