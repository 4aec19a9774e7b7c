#pragma once

#include <stdlib.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/problem.hpp"
#include "headroom/fields.hpp"
#include "trace/request_source.hpp"
#include "trace/trace_reader.hpp"

namespace headroom::test {

/// A folder of its own for one test, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "headroom-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }

  /// Writes a file as it is and returns its path.
  std::string write(const std::string& name, std::string_view content) const {
    std::ofstream(path(name), std::ios::binary) << content;
    return path(name);
  }

  /// Writes a file compressed and returns its path.
  std::string write_gzip(const std::string& name, std::string_view content) const {
    gzFile file = gzopen(path(name).c_str(), "wb");
    if (!content.empty()) gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
    gzclose(file);
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

inline std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What the InputError says that the action throws; empty where it throws none.
template <class Action>
std::string problem_of(const Action& action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

inline std::unique_ptr<TraceReader> trace_at(const std::string& path) {
  TraceConfig config;
  config.path = path;
  return open_trace(config, "/workload/trace");
}

inline std::vector<TraceRow> rows_of(const std::string& path) {
  const auto reader = trace_at(path);
  std::vector<TraceRow> rows;
  for (TraceRow row; reader->next(row);) rows.push_back(row);
  return rows;
}

/// The first requests of a source, at most `limit`.
inline std::vector<Request> requests_of(RequestSource& source, std::size_t limit = 10'000'000) {
  std::vector<Request> requests;
  for (Request request; requests.size() < limit && source.next(request);) requests.push_back(request);
  return requests;
}

/// Sets numbers of a configuration by name, in the SI unit; a switch by 0 or 1, a word by its index.
class NumberSetter : public Fields {
 public:
  explicit NumberSetter(std::map<std::string, double> numbers) : numbers_(std::move(numbers)) {}

 protected:
  void visit(const Field& field, const Slot& slot) override {
    const auto found = numbers_.find(std::string(field.name));
    if (found == numbers_.end()) return;
    set(slot, found->second, field.name);
  }

 private:
  static void set(const Slot& slot, double value, std::string_view name) {
    if (const auto* number = std::get_if<NumberSlot>(&slot)) number->assign(value);
    else if (const auto* integer = std::get_if<IntegerSlot>(&slot)) integer->assign(static_cast<std::uint64_t>(value));
    else if (const auto* flag = std::get_if<BoolSlot>(&slot)) flag->value = value != 0.0;
    else if (const auto* word = std::get_if<WordSlot>(&slot)) word->assign(static_cast<std::size_t>(value));
    else if (const auto* optional = std::get_if<OptionalSlot>(&slot)) set(optional->emplace(), value, name);
    else throw std::logic_error("not a number: " + std::string(name));
  }

  std::map<std::string, double> numbers_;
};

/// A choice of the given kind with some of its numbers set.
template <class Base>
Choice<Base> chosen(std::span<const Kind<Base>> kinds, std::string_view kind, std::map<std::string, double> numbers) {
  for (const auto& entry : kinds) {
    if (entry.kind != kind) continue;
    Choice<Base> choice{kinds, std::string(kind), entry.make()};
    NumberSetter setter(std::move(numbers));
    choice.value->fields(setter);
    return choice;
  }
  throw std::logic_error("no kind " + std::string(kind));
}

/// The folder of measured data, or an empty path where it is not there.
inline std::filesystem::path data_folder() {
  const char* given = std::getenv("HEADROOM_DATA");
  std::vector<std::filesystem::path> places;
  if (given != nullptr) places.emplace_back(given);
  for (const char* up : {"../shared/data", "../../shared/data", "../../../shared/data"}) places.emplace_back(up);
  for (const auto& place : places)
    if (std::filesystem::is_directory(place)) return place;
  return {};
}

}  // namespace headroom::test
