#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include "config/folders.hpp"
#include "fuzz/support/scratch.hpp"
#include "scenario/scenario.hpp"

using namespace headroom;

/// A `--set` each line, on a scenario.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ConfigFolders folders({});
  std::istringstream lines{std::string(fuzz::text_of(data, size))};
  std::vector<std::string> sets;
  for (std::string line; std::getline(lines, line);) sets.push_back(line);
  fuzz::only_input_errors([&] { load_scenario("configs/scenario/polca_row.json", folders, sets); });
  return 0;
}
