#include "training/measured_waveform.hpp"

#include <gtest/gtest.h>

#include "support/training_fixtures.hpp"

namespace headroom {
namespace {

using test::duration_of;
using test::energy_of;
using test::plan_of;
using test::problem_of;
using test::steps_of;
using test::TemporaryFolder;
using test::text_of_steps;

const std::string kHeader = "time_s,power_w\n";

JobShape measured(const std::string& path, bool repeat) {
  JobShape shape;
  shape.waveform.path = path;
  shape.waveform.repeat = repeat;
  return shape;
}

/// What reading that content says, without the folder.
std::string problem(const std::string& content, std::optional<Seconds> longest_step = std::nullopt,
                    std::optional<PowerUnit> unit = PowerUnit::watt) {
  const TemporaryFolder folder;
  const std::string path = folder.write("w.csv", content);
  WaveformConfig config;
  config.path = path;
  config.longest_step = longest_step;
  config.record.power_unit = unit;
  Warnings warnings;
  const std::string text = problem_of([&] { (void)measured_cycle(config, {Power(1000.0), Power(60.0)}, warnings); });
  return text.starts_with(path) ? text.substr(path.size()) : text;
}

TEST(MeasuredWaveform, HoldsItsSamplesAtAnySampling) {
  const TemporaryFolder folder;
  const auto path = folder.write("w.csv", kHeader + "10,700\n10.5,200\n10.6,650\n11.1,100\n");
  const auto steps = steps_of(measured(path, false), 10);
  // the last sample is held for the median step; (700 + 100) / 2 = 400 W parts compute from the rest
  EXPECT_EQ(text_of_steps(steps), "compute 0.5 700; communication 0.1 200; compute 0.5 650; communication 0.5 100; ");
  // 350 + 20 + 325 + 50
  EXPECT_NEAR(energy_of(steps) / Energy(1.0), 745.0, 1e-9);
  EXPECT_NEAR(duration_of(steps).value(), 1.6, 1e-12);
}

TEST(MeasuredWaveform, RepeatsWhereAsked) {
  const TemporaryFolder folder;
  const auto path = folder.write("w.csv", kHeader + "0,700\n1,200\n");
  EXPECT_EQ(steps_of(measured(path, false), 10).size(), 2U);
  EXPECT_EQ(text_of_steps(steps_of(measured(path, true), 3)), "compute 1 700; communication 1 200; compute 1 700; ");
}

TEST(MeasuredWaveform, RefusesBadRows) {
  EXPECT_EQ(problem(""), ": the power record is empty");
  EXPECT_EQ(problem(kHeader), ": the power record has no rows");
  EXPECT_EQ(problem(kHeader + "0,1\n"), ": the waveform needs two rows or more");
  EXPECT_EQ(problem(kHeader + "0,1\n1,x\n"), ":3: \"x\" is not a power");
  EXPECT_EQ(problem(kHeader + "0,1\n1,1 J\n"), ":3: \"1 J\" is not a power");
  EXPECT_EQ(problem(kHeader + "0,\n1,1\n"), ":2: has no power, and none before it that could be held");
  EXPECT_EQ(
      problem(kHeader + "0,1\n1,2\n1,3\n"),
      ":4: has the time of the row before: the time must increase from row to row of a GPU. Where rows are of several, "
      "the waveform's columns say which column tells them apart");
  EXPECT_EQ(
      problem(kHeader + "0,1\n1,2\n0.5,3\n"),
      ":4: the time must increase from row to row of a GPU; where rows are of several, the waveform's columns say "
      "which column tells them apart");
  EXPECT_EQ(problem(kHeader + "0,1\n\n1,-2\n"), ":4: a draw of -2 W is below 0");
  EXPECT_EQ(problem(kHeader + "0,1\n1,2001\n"), ":3: a draw of 2001 W is more than twice the TDP of the GPU, 1000 W");
}

TEST(MeasuredWaveform, RefusesWhatIsAlwaysBelowIdle) {
  const std::string server_kw = kHeader + "0,7.2\n1,9.4\n2,5\n";
  EXPECT_EQ(problem(server_kw, std::nullopt, std::nullopt),
            ": the GPU never draws more than 9.4 W, less than an idle one, 60 W; power_unit says what the file counts");
  EXPECT_EQ(problem(server_kw), "");
  EXPECT_EQ(problem(kHeader + "0,7.2\n1,60\n", std::nullopt, std::nullopt), "");
}

TEST(MeasuredWaveform, RefusesGpusInTurn) {
  const auto said = [](std::size_t gpus) {
    return ": looks like " + std::to_string(gpus) +
           " GPUs in turn: the waveform's columns say which column tells them apart; longest_step_s says that a single "
           "one was sampled so";
  };
  std::string two, eight, jittered = kHeader;
  for (int second = 0; second < 6; ++second) {
    two += std::to_string(second) + ",200\n" + std::to_string(second) + ".01,700\n";
    for (int gpu = 0; gpu < 8; ++gpu) eight += std::to_string(second) + ".0" + std::to_string(gpu) + ",300\n";
    jittered += std::to_string(second) + (second % 2 == 0 ? ".1,300\n" : ".6,300\n");
  }
  EXPECT_EQ(problem(kHeader + two), said(2));
  EXPECT_EQ(problem(kHeader + eight), said(8));
  EXPECT_EQ(problem(kHeader + two, Seconds(1.0)), "");
  EXPECT_EQ(problem(jittered), "");
}

TEST(MeasuredWaveform, RefusesGaps) {
  const std::string regular = kHeader + "0,1\n1,1\n2,1\n3,1\n";
  EXPECT_EQ(problem(regular + "103,2\n"), "");
  EXPECT_EQ(problem(regular + "103.5,2\n"),
            ":6: the waveform has a gap of 100.5 s before this row, more than the 100 s that are held");
  EXPECT_EQ(problem(regular + "103.5,2\n", Seconds(101.0)), "");
  EXPECT_EQ(problem(regular + "5,2\n", Seconds(1.0)),
            ":6: the waveform has a gap of 2 s before this row, more than the 1 s that are held");
}

}  // namespace
}  // namespace headroom
