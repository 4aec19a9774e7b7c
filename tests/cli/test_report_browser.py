"""A page of `headroom report` in a browser without a window: Debian's chromium-headless-shell or chromium."""

import json
import re
import shutil
import subprocess
import unittest

from report_pages import EVIL, ReportTest, rename_class
from support import small_scenario

BROWSER = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))), None)
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr",
           "--window-size=1240,2000", "--virtual-time-budget=20000"]

# Presses keys on the first chart and on the map of racks, chooses another kind of latency, and leaves what it saw.
PRESS = """<script>
const pixels = () => document.querySelector(".chart canvas").toDataURL();
const press = (node, key) => { node.focus(); node.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true})); };
const pause = () => new Promise((done) => setTimeout(done, 300));
addEventListener("load", async () => {
  while (!document.documentElement.dataset.ready) await pause();
  const seen = {};
  const chart = document.querySelector(".chart"), map = document.querySelector('canvas[tabindex]');
  const [whole, racks] = [pixels(), map.toDataURL()];
  press(chart, "+");
  await pause();
  seen.zoomed = pixels() !== whole && map.toDataURL() !== racks;
  press(chart, "0");
  await pause();
  seen.whole = pixels() === whole && map.toDataURL() === racks;
  press(map, "ArrowDown");
  await pause();
  seen.chosen = map.getAttribute("aria-label");
  const kind = document.querySelector(".pair").parentElement.querySelector("select");
  kind.value = "ttft_s";
  kind.dispatchEvent(new Event("change"));
  await pause();
  seen.kind = document.querySelector(".pair h3").textContent;
  document.querySelectorAll("details").forEach((details) => (details.open = true));
  await pause();
  seen.rows = document.querySelectorAll("tbody tr").length;
  document.title = JSON.stringify(seen);
});
</script>"""


@unittest.skipUnless(BROWSER, "no Chromium here")
class Browser(ReportTest):
    def setUp(self):
        super().setUp()
        sites = {"servers": 6, "levels": [{"name": "row", "budget_w": 42000}, {"name": "rack", "holds": 2}]}
        for out, policy in (("base", "none"), ("out", "fixed_limit")):
            self.output = self.simulate(small_scenario(name="</script><img src=x>", site=sites,
                                                       slo={"high": {"ttft_s": 2}, "low": {"ttft_s": 4}}),
                                        "--set", f"/policy={policy}", out=out)
            rename_class(self.folder / out, "low", EVIL)
        self.report(self.folder / "out", "--base", self.folder / "base")

    def browse(self, *options, file="page.html"):
        done = subprocess.run([BROWSER, *OPTIONS, f"--user-data-dir={self.folder}/profile", *options,
                               (self.folder / file).as_uri()], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("CONSOLE", done.stderr)
        return done.stdout

    def test_it_draws_itself_without_a_network(self):
        page = self.browse("--dump-dom")
        self.assertIn('data-ready="true"', page)
        titles = re.findall(r"<h2[^>]*>([^<]*)", page)
        self.assertEqual(titles[:7], ["What went wrong", "Power over time", "Decisions and events", "Pools over time", "Latency over time",
                                      "Racks over time", "Floor"])
        for title in ("Latency", "Energy", "Against base", "Inputs, and the same run again", "Limits"):
            self.assertIn(title, titles)
        tiles = dict(re.findall(r'class="label">([^<]*)</span><span class="value">([^<]*)', page))
        summary = self.output.summary
        self.assertEqual(tiles["requests completed"], f"{summary['requests']['completed']:,}")
        self.assertEqual(tiles["energy"], f"{summary['energy']['facility_kwh']:.1f} kWh")
        self.assertEqual(tiles["trips"], "0")
        body = page.split("</noscript>")[-1].split('<script type="application/json"')[0]
        self.assertNotIn("<script>alert", body)
        self.assertNotIn("<img", body)
        self.assertIn("&lt;script&gt;alert", body)

    def test_keys_zoom_all_charts_and_choose_a_rack(self):
        page = (self.folder / "page.html").read_text()
        open_page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page).replace("</body>", PRESS + "</body>")
        (self.folder / "pressed.html").write_text(open_page)
        seen = json.loads(re.search(r"<title>(.*?)</title>", self.browse("--dump-dom", file="pressed.html"))[1].replace("&amp;", "&"))
        self.assertTrue(seen["zoomed"])
        self.assertTrue(seen["whole"])
        self.assertIn("chosen: row0/rack1", seen["chosen"])
        self.assertEqual(seen["kind"], "Time to first token: share at or below")
        self.assertGreater(seen["rows"], 60)

    def test_the_policy_stops_scripts_that_are_not_its_own(self):
        page = (self.folder / "page.html").read_text()
        (self.folder / "foreign.html").write_text(page.replace("</body>", "<script>document.title = 'taken'</script></body>"))
        done = subprocess.run([BROWSER, *OPTIONS, f"--user-data-dir={self.folder}/profile", "--dump-dom",
                               (self.folder / "foreign.html").as_uri()], capture_output=True, text=True, timeout=120)
        self.assertIn('data-ready="true"', done.stdout)
        self.assertNotIn("<title>taken", done.stdout)

    def test_it_prints_and_has_a_picture(self):
        self.browse(f"--screenshot={self.folder}/page.png")
        self.assertGreater((self.folder / "page.png").stat().st_size, 40_000)
        self.browse(f"--print-to-pdf={self.folder}/page.pdf")
        self.assertGreater((self.folder / "page.pdf").stat().st_size, 20_000)


if __name__ == "__main__":
    unittest.main()
