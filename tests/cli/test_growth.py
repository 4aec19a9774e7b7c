"""Job graphs that find out while they run what they consist of, dates of the run, and what stages hand each other."""

import copy
import unittest

from support import ProgramTest

TEMPLATE = {
    "name": "film", "parameters": {"scenes": 3, "clips": 2},
    "stages": {"script": {"per": ["scenes"], "in_order": True, "work": {"second": {"times": 10}}, "makes": "scene"},
               "clip": {"per": ["scenes", "clips"], "after": ["script"], "takes": ["scene"], "work": {"second": {"times": 5}}},
               "join": {"per": ["scenes", "clips"], "after": ["clip"], "in_order": True}},
    "playback": {"stage": "join", "content": {"times": 60}},
    "grows": {"clips": {"for_each": ["scenes"], "after": "script", "counts": [1, 4]}}}


def pool(name, instances):
    return {"steps": {"kind": "units", "units": [{"unit": "second", "time_s": 1}]}, "tensor_parallel": 1,
            "pools": [{"name": "all", "serves": [name], "instances": {"service": instances}}]}


def scenario(template=TEMPLATE, **stream):
    return {"name": "growth", "hardware": "dgx_a100", "site": {"servers": 1, "levels": [{"name": "row"}]},
            "services": {"writer": pool("script", 1), "camera": pool("clip", 7)}, "policy": "streamwise",
            "workload": {"graphs": [{"name": "films", "template": template, **stream}]}}


class Growth(ProgramTest):
    def play(self, content, *words, out="out"):
        summary = self.simulate(self.write("growth.json", content), *words, out=out).summary
        for check, residual in summary["checks"].items():
            self.assertLess(abs(residual), 1e-9, check)
        films = summary["graphs"]["films"]
        stages = films["stages"]
        self.assertEqual(stages["created"], stages["done"] + stages["cancelled"] + stages["lost"] + stages["left"])
        return films

    def test_each_scene_has_its_clips(self):
        films = self.play(scenario(count=2))  # six and nine clips
        self.assertEqual(films["stages"]["done"], 6 + 2 * 15)
        self.assertEqual(films["makespan"]["max_s"], 65)  # the last scene of the second job at 60 s, its clips beside each other

    def test_what_is_not_found_out_is_not_there(self):
        stages = self.play(scenario(count=2), "--set", "/duration_s=15")["stages"]
        # Six scripts, of which one is done, and its one clip, which is done, too, and joined.
        self.assertEqual([stages["created"], stages["done"], stages["left"]], [8, 3, 5])

    def test_as_expected_where_counts_are(self):
        fixed = copy.deepcopy(TEMPLATE)
        del fixed["grows"]
        alike = copy.deepcopy(TEMPLATE)
        alike["grows"]["clips"]["counts"] = [2]
        both = [self.play(scenario(template, ttff_s=20), out=out) for template, out in ((fixed, "fixed"), (alike, "alike"))]
        self.assertEqual(both[0], both[1])

    def test_playback_goes_by_what_is_expected(self):
        films = self.play(scenario())  # items of 60 s / 6: clips there at 15, 25, 25, 25, 25, 35
        self.assertEqual(films["first_item"]["mean_s"], 15)
        self.assertEqual(films["ttff"]["mean_s"], 15)

    def test_a_date_of_the_run(self):
        as_declared = ["--set", '/policy/planner={"kind": "as_declared"}']
        films = self.play(scenario(count=2, every_s=1, due_at_s=40), *as_declared)
        self.assertEqual([films["jobs"]["done"], films["jobs"]["in_time"]], [2, 1])
        self.refuses_run(scenario(count=2, every_s=50, due_at_s=50), "/workload/graphs/0/due_at_s: is not after the last job comes, at 50 s")

    def test_bad_input(self):
        def refuses(expected, **changes):
            template = copy.deepcopy(TEMPLATE)
            for path, value in changes.items():
                *outer, last = path.split("__")
                inner = template
                for key in outer: inner = inner[key]
                inner[last] = value
            self.refuses_run(scenario(template), expected)

        refuses("/grows/clips/after: the template has no stage \"scrip\"", grows__clips__after="scrip")
        refuses("/grows/clips/counts/0", grows__clips__counts=[0])
        refuses("/grows/clips/counts: must have at least one number", grows__clips__counts=[])
        refuses("/grows/clip: the template has no parameter \"clip\"", grows={"clip": TEMPLATE["grows"]["clips"]})
        refuses("/grows/clips: stage \"clip\" does not come `after` \"script\"", stages__clip__after=[], stages__clip__takes=[])
        refuses("/stages/clip/takes/0: no stage that it comes after makes \"speech\" (they make: scene)", stages__clip__takes=["speech"])


if __name__ == "__main__":
    unittest.main()
