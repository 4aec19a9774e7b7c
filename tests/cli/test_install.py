"""What `cmake --install` makes runs from wherever it is, and builds policies out of the tree, which run."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from support import PROGRAM, ROOT, Output, ProgramTest

BUILD = pathlib.Path(PROGRAM).resolve().parent
COPYRIGHT = ROOT / "scripts/package/copyright"


def run(*words, cwd="/", env=None):
    return subprocess.run(list(map(str, words)), cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=250, env={**os.environ, **(env or {})})


@unittest.skipUnless((BUILD / "cmake_install.cmake").exists() and shutil.which("cmake"), "no build tree or no cmake here")
class Installed(ProgramTest):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="headroom-install-")
        cls.addClassCleanup(folder.cleanup)
        done = run("cmake", "--install", BUILD, "--prefix", f"{folder.name}/first")
        assert done.returncode == 0, done.stderr
        cls.prefix = pathlib.Path(folder.name, "moved")
        pathlib.Path(folder.name, "first").rename(cls.prefix)

    def headroom(self, *arguments, code=0):
        done = run(self.prefix / "bin/headroom", *arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def test_finds_configurations_and_traces_from_anywhere(self):
        names = self.headroom("list", "scenario", "--names").stdout.split()
        self.assertEqual(names, sorted(file.stem for file in (ROOT / "configs/scenario").glob("*.json")))
        self.headroom("check", *names)
        self.headroom("sweep", "polca_hour", "--dry-run")

    def test_runs(self):
        self.headroom("run", "polca_row", "--set", "/duration_s=60", "--out", self.folder / "out")
        if (BUILD / "report.html").exists():
            self.headroom("report", self.folder / "out")

    def plugin(self, cwd):
        """Builds docs/plugin as it is installed."""
        source = self.prefix / "share/headroom/plugin"
        for words in [["-S", source, "-B", cwd, f"-DCMAKE_PREFIX_PATH={self.prefix}"], ["--build", cwd]]:
            done = run("cmake", *words)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return cwd / "thrifty.so", source / "thrifty.json"

    def test_builds_a_policy_out_of_the_tree_which_runs(self):
        plugin, scenario = self.plugin(self.folder / "build")
        load = ["--plugin", plugin]
        self.assertIn("locks low priority near the budget", self.headroom(*load, "list", "controller").stdout)
        self.assertIn("above_fraction", self.headroom(*load, "describe", "controller", "thrifty").stdout)
        self.headroom(*load, "run", scenario, "--set", "/duration_s=600", "--out", self.folder / "out")
        output = Output(self.folder / "out")
        self.assertIn("thrifty: row0 nears its budget", {event.get("cause") for event in output.events})
        self.assertIn(["--plugin", "thrifty.so"], [[i["pointer"], i["file"]] for i in output.summary["inputs"]])
        self.assertIn("clock_mhz", self.headroom(*load, "check", scenario, "--set", "/policy/controllers/0/clock_mhz=1111",
                                                 code=2).stderr)
        self.assertIn("thrifty", self.headroom("check", scenario, code=2).stderr)
        study = self.write("study.json", {"name": "s", "scenario": str(scenario), "metrics": ["/throttle/clock_locks"],
                                          "set": {"/duration_s": 120}, "axes": {"/seed": [1]}})
        self.headroom(*load, "sweep", study, "--out", self.folder / "sweep")
        self.assertEqual(json.loads((self.folder / "sweep/sweep.json").read_text())["points"][0]["outcome"], "done")
        other = self.folder / "other.so"
        other.write_bytes(re.sub(rb"(\d+\.\d+\.\d+-)[0-9a-f]{12}", rb"\g<1>0123456789ab", plugin.read_bytes()))
        self.assertIn("was made for the interface", self.headroom("--plugin", other, "list", code=2).stderr)

    def test_refuses_what_is_no_plugin(self):
        for file, expected in [(self.write("text.so", "text"), "cannot be loaded"), ("/nowhere.so", "no such file"),
                               (self.prefix / "lib/headroom/libheadroom_simgrid.so", "")]:
            self.assertIn(expected, self.headroom("--plugin", file, "list", code=2).stderr)


class Licences(unittest.TestCase):
    def needed(self, file):
        text = run("readelf", "-d", file).stdout
        return {re.sub(r"[-.]\d*\.?so.*|\.so.*", "", name) for name in re.findall(r"\(NEEDED\).*\[(.*)\]", text)}

    @unittest.skipUnless(shutil.which("readelf"), "no readelf here")
    def test_every_linked_library_is_named(self):
        linked = self.needed(PROGRAM) | self.needed(BUILD / "libheadroom_simgrid.so") | self.needed(BUILD / "libheadroom_milp.so")
        self.assertIn("libsimgrid", linked)
        words = set(re.findall(r"[\w+.-]+", COPYRIGHT.read_text()))
        for library in linked - {"ld-linux-x86-64"}:
            self.assertIn(library, words, "is linked and not in scripts/package/copyright")
        self.assertFalse({"libfftw3", "libfftw3f"} & linked, "GPL, which the EPL of solvers does not go with")

    def test_versions_agree(self):
        version = re.search(r"project\(headroom VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
        self.assertRegex(run(PROGRAM, "--version").stdout, rf"^{re.escape(version)} \(build [0-9a-f]{{16}}\)\n$")
        self.assertIn(f"\nversion: {version}\n", (ROOT / "CITATION.cff").read_text())
        self.assertIn(f"\n## {version},", (ROOT / "CHANGELOG.md").read_text())


if __name__ == "__main__":
    unittest.main()
