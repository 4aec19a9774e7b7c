#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.hpp"
#include "headroom/quantity.hpp"
#include "recording/record_config.hpp"
#include "recording/recording.hpp"
#include "table/utc_time.hpp"

namespace headroom {

/// A draw as a record has it; nothing where the record says that there is no value.
struct RecordedPower {
  WallTime time{};
  std::optional<Power> power;
  std::uint64_t line = 0;
};

/// What a record says of one GPU.
struct PowerSeries {
  std::string gpu;  ///< as the record calls it
  std::vector<RecordedPower> samples;
  DriverMean mean = DriverMean::no;
};

/// The samples of the GPU that is called so, which is added where it is new.
std::vector<RecordedPower>& samples_of(std::vector<PowerSeries>& series, std::string_view gpu);

/// What a column or metric of powers is by its name, in lower case and with words joined by `_`.
[[nodiscard]] DriverMean driver_mean_of(std::string_view key);

/// The unit of power that a header or a cell names; none where it is another.
[[nodiscard]] std::optional<PowerUnit> power_unit_of(std::string_view text);

/// The draw in a cell, which may name its own unit: `412.50 W`, `[N/A]`. `unit` counts where the cell names none.
/// Throws InputError at `where` for what is neither a number nor a word for no value.
[[nodiscard]] std::optional<Power> power_in(std::string_view cell, const RecordConfig& config,
                                            std::optional<PowerUnit> unit, const std::string& where);

/// Reads a table of powers, each row of one GPU or with a column for each.
[[nodiscard]] std::vector<PowerSeries> read_power_table(const std::string& path, const RecordConfig& config,
                                                        Warnings& warnings);

/// Whether a file that begins with this line is text of a tool: `dcgmi dmon`, `nvidia-smi dmon`, or what the exporter
/// of DCGM answers.
[[nodiscard]] bool is_tool_text(std::string_view first_line);
[[nodiscard]] std::vector<PowerSeries> read_tool_text(const std::string& path, const RecordConfig& config);

}  // namespace headroom
