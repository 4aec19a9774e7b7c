#pragma once

#include <string>
#include <string_view>

#include "workload/trace_reader.hpp"

namespace headroom {

/// A trace in the layout of the Azure LLM inference traces: TIMESTAMP,ContextTokens,GeneratedTokens, and optionally
/// Class.
class AzureCsv : public TraceReader {
 public:
  explicit AzureCsv(const std::string& path);

 private:
  void parse(std::string_view line, TraceRow& row, WallTime& time) override;
  [[nodiscard]] std::uint32_t tokens(std::string_view column, std::string_view text) const;
};

}  // namespace headroom
