#pragma once

#include <string>
#include <string_view>

#include "workload/trace_reader.hpp"

namespace headroom {

/// A trace in the layout of the Mooncake traces: JSON lines with timestamp (ms), input_length and output_length
/// (tokens).
class MooncakeJsonl : public TraceReader {
 public:
  explicit MooncakeJsonl(const std::string& path) : TraceReader(path) {}

 private:
  void parse(std::string_view line, TraceRow& row, WallTime& time) override;
  [[nodiscard]] std::uint32_t tokens(std::string_view key, double value) const;
};

}  // namespace headroom
