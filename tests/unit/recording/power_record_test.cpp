#include "recording/power_record.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.hpp"
#include "recording/power_series.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

/// The samples as `time power; `, and what is wrong without the folder.
std::string read_record(const std::string& content, const RecordConfig& config = {},
                        const std::string& name = "p.csv") {
  const test::TemporaryFolder folder;
  const std::string path = folder.write(name, content);
  std::string text;
  Warnings warnings;
  const std::string problem = test::problem_of([&] {
    for (const PowerSample& sample : read_power_record(path, config, warnings).samples)
      text += shortest(sample.time_s) + ' ' + shortest(sample.power.value()) + "; ";
  });
  for (const Warning& warning : warnings) text += '[' + warning.what + ']';
  return problem.empty() ? text : problem.starts_with(path) ? problem.substr(path.size()) : problem;
}

Recording recording_of(const std::string& content) {
  const test::TemporaryFolder folder;
  RecordConfig config;
  if (content.starts_with('#')) config.sample = Seconds(0.1);
  Warnings warnings;
  return read_power_record(folder.write("p.csv", content), config, warnings).recording;
}

/// The highest frequency that a record shows.
double shown_hz(const std::string& content) {
  return recording_of(content).shown().value();
}

/// Rows each 20 ms of a meter that is updated after so many of them, each time by another value.
std::string updated_after(std::size_t rows, std::size_t count = 1000) {
  std::string text = "time_s,power_w\n";
  for (std::size_t i = 0; i < count; ++i)
    text += shortest(0.02 * static_cast<double>(i)) + ',' + std::to_string(300 + 37 * (i / rows) % 101) + '\n';
  return text;
}

TEST(PowerRecord, ShowsNoMoreThanItsValuesChange) {
  EXPECT_NEAR(shown_hz(updated_after(1)), 25.0, 1e-6);
  EXPECT_NEAR(shown_hz(updated_after(2)), 12.5, 1e-6);
  EXPECT_NEAR(shown_hz(updated_after(50)), 0.5, 1e-6);
  EXPECT_NEAR(shown_hz(updated_after(5000)), 25.0, 1e-6);  // a constant record proves nothing
}

TEST(PowerRecord, ShowsWhatItsRowsDoWhereTimesBetweenChangesAreNoMultiples) {
  std::string text = "time_s,power_w\n";
  for (std::size_t i = 0; i < 1000; ++i)  // phases of 300 and 220 ms
    text += shortest(0.02 * static_cast<double>(i)) + (i % 26 < 15 ? ",700\n" : ",200\n");
  EXPECT_NEAR(shown_hz(text), 25.0, 1e-6);
}

RecordConfig of_gpu(const std::string& gpu) {
  RecordConfig config;
  config.gpu.text = gpu;
  return config;
}

const std::string kTwo =
    "timestamp, index, power.draw [W]\n2026/11/20 10:00:00, 0, 300.00 W\n2026/11/20 10:00:00.5, 1, 302.00 W\n"
    "2026/11/20 10:00:02, 0, [N/A]\n2026/11/20 10:00:02.5, 1, 640.00 W\n";

TEST(PowerRecord, ReadsOneGpuOfNvidiaSmi) {
  EXPECT_EQ(read_record(kTwo, of_gpu("1")), "0 302; 2 640; ");
  EXPECT_EQ(read_record(kTwo, of_gpu("0")), "0 300; 2 300; [1 sample without a value held from the one before]");
  EXPECT_EQ(read_record(kTwo, of_gpu("\"mean\"")), "0 301; 2 470; [1 sample without a value held from the one before]");
  EXPECT_EQ(read_record(kTwo, of_gpu("2")), ": has no GPU \"2\"; there are: 0, 1");
  EXPECT_EQ(read_record(kTwo).substr(0, 60), "0 301; 2 470; [holds 2 GPUs (0, 1), whose mean is taken: gpu");
}

TEST(PowerRecord, TakesTheBlanksOfDcgmForNoValueAndNoOtherLargeNumber) {
  for (const char* blank :
       {"2147483632", "2147483635.000", "140737488355328", "140737488355330", "9223372036854775794"})
    EXPECT_EQ(read_record("time_s,power_w\n0,300\n1," + std::string(blank) + "\n"),
              "0 300; 1 300; [1 sample without a value held from the one before]");
  for (const double power : {1e10, 1e12, 1e300})
    EXPECT_EQ(read_record("time_s,power_w\n0,300\n1," + shortest(power) + "\n"), "0 300; 1 " + shortest(power) + "; ");
}

TEST(PowerRecord, TellsGpusOfSeveralHostsApart) {
  for (const char* host : {"hostname", "Host", "node", "instance"}) {
    const std::string record = "time_s," + std::string(host) +
                               ",index,power_w\n0,n1,0,300\n0,n2,0,500\n"
                               "1,n1,0,320\n1,n2,0,500\n";
    EXPECT_EQ(read_record(record).substr(0, 65), "0 400; 1 410; [holds 2 GPUs (n1/0, n2/0), whose mean is taken: gp");
    EXPECT_EQ(read_record(record, of_gpu("\"n1/0\"")), "0 300; 1 320; ");
    EXPECT_EQ(read_record(record, of_gpu("0")), ": has GPU \"0\" on several hosts; there are: n1/0, n2/0");
  }
  EXPECT_EQ(read_record("time_s,device,power_w\n0,0,300\n0,1,500\n1,0,300\n1,1,500\n", of_gpu("1")), "0 500; 1 500; ");
  EXPECT_EQ(read_record("time_s,uuid,index,power_w\n0,GPU-a,0,300\n0,GPU-b,0,500\n"),
            ":3: GPU \"0\" is another one than before by the other columns that call it: say in the waveform's columns "
            "which one tells the GPUs apart");
}

TEST(PowerRecord, ReadsUnitsOfHeadersCellsAndSettings) {
  EXPECT_EQ(read_record("time_s,power_mw\n0,300500\n1,1000\n"), "0 300.5; 1 1; ");
  EXPECT_EQ(read_record("time_ms,power (kW)\n0,0.25\n1500,0.5\n"), "0 250; 1.5 500; ");
  EXPECT_EQ(read_record("time_s,power\n0,300500 mW\n1,300 W\n"), "0 300.5; 1 300; ");
  RecordConfig milliwatts;
  milliwatts.power_unit = PowerUnit::milliwatt;
  EXPECT_EQ(read_record("time_s,power_w\n0,300500\n1,1000\n", milliwatts), "0 300.5; 1 1; ");
  EXPECT_EQ(read_record("time_s,power [MW]\n0,1\n1,1\n"),
            ": the unit of column \"power [MW]\" is none of mW, W and kW: say it in power_unit");
  EXPECT_EQ(read_record("time,power\n0,1\n1,1\n"), ":2: the times of column \"time\" say no unit: say it in time_unit");
}

TEST(PowerRecord, ReadsColumnsByName) {
  EXPECT_EQ(read_record("power_w,clock_mhz,time_s\n300,1980,0\n200,1980,1\n"), "0 300; 1 200; [not used: clock_mhz]");
  EXPECT_NE(read_record("time_s,power.draw [W],power.draw.instant [W]\n0,1,1\n").find("two columns may be the power"),
            std::string::npos);
  RecordConfig config;
  config.columns = {"when_s", "", "drawn"};
  EXPECT_EQ(read_record("drawn,when_s\n300,5\n200,7\n", config), "0 300; 2 200; ");
}

TEST(PowerRecord, ReadsWideTables) {
  const std::string wide = "Time;gpu0_power [W];gpu1_power [W]\n1738570000000;300;400\n1738570000500;500;600\n";
  EXPECT_EQ(read_record(wide, of_gpu("1")), "0 400; 0.5 600; ");
  EXPECT_EQ(read_record(wide, of_gpu("\"mean\"")), "0 350; 0.5 550; ");
  EXPECT_EQ(read_record("\"Time\",\"{__name__=\"\"DCGM_FI_DEV_POWER_USAGE\"\", gpu=\"\"0\"\"}\"\n1738570000000,388.5\n"
                        "1738570001000,390\n"),
            "0 388.5; 1 390; ");
  EXPECT_EQ(read_record("1738570000.125,301.5,298.0\n1738570000.375,305.75,297.25\n", of_gpu("1")),
            "0 298; 0.25 297.25; ");
}

/// The columns of a table that are no draws.
std::string not_used(const std::string& header) {
  std::string row = "0", rows;
  for (std::size_t i = 1; i < static_cast<std::size_t>(std::ranges::count(header, ',')) + 1; ++i) row += ",300";
  const std::string said = read_record(header + '\n' + row + '\n', of_gpu("\"mean\""));
  return said.substr(said.find('[') + 1);
}

TEST(PowerRecord, TakesForADrawOnlyWhatSaysPower) {
  EXPECT_EQ(not_used("time_s,gpu0,gpu1,gpu0_temp,gpu0_mem_mib"), "not used: gpu0_temp, gpu0_mem_mib]");
  EXPECT_EQ(not_used("time_s,gpu0_power_w,gpu0_power_limit_w,gpu 1"), "not used: gpu0_power_limit_w, gpu 1]");
  EXPECT_EQ(not_used("time_s,GPU-0 Power Draw,GPU-1 Power Draw,GPU-0 SM Clock"), "not used: GPU-0 SM Clock]");
  EXPECT_EQ(not_used("time_s,server_power_w,gpu0_power_w,total_power_w,cpu_power_w,gpu0_energy_j"),
            "not used: server_power_w, total_power_w, cpu_power_w, gpu0_energy_j]");
  EXPECT_EQ(not_used("time_s,DCGM_FI_DEV_POWER_USAGE{gpu=0 host=server1},gpu0_util"), "not used: gpu0_util]");
  for (const char* none : {"gpu_temp,gpu_util", "power.limit [W]", "enforced.power.limit [W]", "power.max_limit [W]",
                           "gpu0_fb_used", "total_power_w", "gpu"})
    EXPECT_EQ(read_record("time_s," + std::string(none) + "\n").substr(0, 25), ": no column is the power ") << none;
}

TEST(PowerRecord, ReadsDcgm) {
  const std::string dmon =
      "#Entity         POWER           TMPTR\nID              W               C\nGPU 0           388.125         58\n"
      "GPU 1           380             58\nGPU 0           N/A             58\nGPU 1           390             58\n";
  RecordConfig config = of_gpu("0");
  EXPECT_EQ(read_record(dmon, config), ":3: the record has no times: say in sample_s how far its samples are apart");
  config.sample = Seconds(0.5);
  EXPECT_EQ(read_record(dmon, config), "0 388.125; 0.5 388.125; [1 sample without a value held from the one before]");
  EXPECT_EQ(read_record("# HELP x\nDCGM_FI_DEV_POWER_USAGE{gpu=\"0\",hostname=\"n1\"} 388.125 1738570000000\n"
                        "DCGM_FI_DEV_SM_CLOCK{gpu=\"0\",hostname=\"n1\"} 1980 1738570000000\n"
                        "DCGM_FI_DEV_POWER_USAGE{gpu=\"0\",hostname=\"n1\"} 400 1738570001000\n"),
            "0 388.125; 1 400; ");
}

TEST(PowerRecord, ReadsDmonOfNvidiaSmi) {
  const std::string rows =
      "# gpu    pwr  gtemp\n# Idx      W      C\n    0    300     50\n    1    500     50\n"
      "    0      -     50\n    1    510     50\n";
  RecordConfig config = of_gpu("1");
  EXPECT_EQ(read_record(rows, config), ":3: the record has no times: say in sample_s how far its samples are apart");
  config.sample = Seconds(0.5);
  EXPECT_EQ(read_record(rows, config), "0 500; 0.5 510; ");
  const std::string dated =
      "#Date       Time        gpu   pwr\n#YYYYMMDD   HH:MM:SS    Idx     W\n"
      " 20261120   10:00:00      0   300\n 20261120   10:00:01      0   400\n";
  EXPECT_EQ(read_record(dated), "0 300; 1 400; ");
  EXPECT_EQ(read_record(dated + " 2026  10:00:02  0  400\n"),
            ":5: \"2026 10:00:02\" is not a time like 20261120 10:00:00");
}

TEST(PowerRecord, SaysThatDecimalCommasAreNotRead) {
  EXPECT_EQ(read_record("time_s;power_w\n0;300,5\n"),
            ":2: \"300,5\" is not a power: a decimal comma is not read, decimals stand behind a point");
  EXPECT_EQ(read_record("t_ms;power_w\n0;300.5\n500;300\n"), "0 300.5; 0.5 300; ");
}

TEST(PowerRecord, RefusesAMeanOfWhatWasNotSampledTogether) {
  EXPECT_EQ(read_record("time_s,gpu,power_w\n0,0,1\n1,0,1\n2,0,1\n2,1,1\n"),
            ": its GPUs have 1 to 3 samples, which have no mean: choose one by gpu");
  EXPECT_EQ(read_record("time_s,gpu,power_w\n0,0,1\n1,0,1\n7,1,1\n8,1,1\n"),
            ":4: the GPUs were not sampled together and have no mean: choose one by gpu");
}

TEST(PowerRecord, ShowsWhatItsLongestHoldShows) {
  EXPECT_EQ(shown_hz("time_s,power_w\n0,1\n0.25,1\n0.5,1\n"), 2.0);
  EXPECT_EQ(shown_hz("time_s,power_w\n0,1\n0.25,1\n1.25,1\n1.5,1\n"), 0.5);           // rows that are missing
  EXPECT_EQ(shown_hz("time_s,power_w\n0,1\n0.25,1\n0.5,N/A\n0.75,\n1.25,1\n"), 0.5);  // values that are held
  EXPECT_EQ(shown_hz("time_s,power_w\n0,1\n0.5,N/A\n1,N/A\n"), 0.5);                  // to the end
  EXPECT_EQ(shown_hz("time_s,gpu,power_w\n0,0,1\n0,1,1\n0.5,0,\n0.5,1,1\n1,0,1\n1,1,1\n"), 0.5);  // of a GPU
}

TEST(PowerRecord, ShowsNoMoreThanMeansOverASecondDo) {
  const std::string rows = "0,1\n0.125,1\n", wide = "0,1,1\n0.125,1,1\n";
  EXPECT_EQ(shown_hz("time_s,power.draw.average [W]\n" + rows), 0.5);
  EXPECT_EQ(shown_hz("time_s,gpu0 power.draw.average,gpu1 power.draw.average\n" + wide), 0.5);
  EXPECT_EQ(shown_hz("time_s,power.draw.instant [W]\n" + rows), 4.0);
  EXPECT_EQ(shown_hz("time_s,power.draw [W]\n" + rows), 4.0);
  EXPECT_EQ(driver_mean_of("power_draw"), DriverMean::on_recent_gpus);
  EXPECT_EQ(recording_of("#Entity   POWER\nGPU 0  300\nGPU 0  301\n").mean, DriverMean::on_recent_gpus);
  EXPECT_EQ(recording_of("#Entity   POWINST\nGPU 0  300\nGPU 0  301\n").mean, DriverMean::no);
  EXPECT_EQ(driver_mean_of("dcgm_fi_dev_power_usage_instant"), DriverMean::no);
}

}  // namespace
}  // namespace headroom
