"""Only what runs loads SimGrid, from beside the program or from where it is installed."""

import os
import shutil
import subprocess
import unittest

from support import LIBRARY, PROGRAM, ROOT, ProgramTest, small_scenario


class Start(ProgramTest):
    def at(self, program, *arguments):
        return subprocess.run([str(program), *map(str, arguments)], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=60)

    def copy_to(self, folder):
        folder.mkdir(parents=True)
        return shutil.copy(PROGRAM, folder)

    def test_the_program_itself_is_not_linked_with_simgrid(self):
        done = subprocess.run([PROGRAM], env={**os.environ, "LD_TRACE_LOADED_OBJECTS": "1"}, capture_output=True, text=True)
        self.assertIn("libc.so", done.stdout)
        self.assertNotIn("simgrid", done.stdout)

    def test_runs_where_it_is_installed(self):
        program = self.copy_to(self.folder / "usr" / "bin")
        library = self.folder / "usr" / "lib" / "headroom"
        library.mkdir(parents=True)
        shutil.copy(LIBRARY, library)
        scenario = self.write("scenario.json", small_scenario())
        done = self.at(program, "--config-dir", "configs", "run", scenario, "--out", self.folder / "out")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_says_that_its_library_is_missing(self):
        program = self.copy_to(self.folder / "alone")
        scenario = self.write("scenario.json", small_scenario())
        self.assertEqual(self.at(program, "--config-dir", "configs", "check", scenario).returncode, 0)
        done = self.at(program, "--config-dir", "configs", "run", scenario, "--out", self.folder / "out")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"cannot load {LIBRARY.name}", done.stderr)
        self.assertFalse((self.folder / "out").exists())


if __name__ == "__main__":
    unittest.main()
