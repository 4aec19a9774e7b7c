#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "config/document.hpp"
#include "config/reader.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom::test {

/// A line of a table by its column names.
using Row = std::map<std::string, std::string>;

inline std::vector<Row> read_csv(const std::filesystem::path& file) {
  std::ifstream in(file);
  const auto cells = [](std::string line) {
    if (line.ends_with('\r')) line.pop_back();
    std::vector<std::string> list;
    std::istringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');) list.push_back(cell);
    return list;
  };
  std::string line;
  std::getline(in, line);
  const auto names = cells(line);
  std::vector<Row> rows;
  while (std::getline(in, line)) {
    const auto values = cells(line);
    Row& row = rows.emplace_back();
    for (std::size_t i = 0; i < std::min(names.size(), values.size()); ++i) row[names[i]] = values[i];
  }
  return rows;
}

inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// A file of `configs/`, e.g. "hardware/dgx_a100".
template <class T>
T shipped(const std::string& name) {
  const ConfigFolders folders({});
  Document document("configs/" + name + ".json", folders);
  document.drop_description();
  T value;
  read_config(document, value);
  return value;
}

}  // namespace headroom::test
