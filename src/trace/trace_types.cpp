#include "trace/trace_types.hpp"

#include <algorithm>
#include <utility>

#include "trace/classes.hpp"

namespace headroom {
namespace {

constexpr std::size_t most_types = 256;
constexpr std::size_t most_name_bytes = 100;

}  // namespace

bool is_reserved_class_name(std::string_view name) {
  return name == "high" || name == "low" || name == "all";
}

std::uint32_t TraceTypes::index_of(std::string_view written, const TableReader& table) {
  if (last_ < written_.size() && written_[last_] == written) return last_;
  const auto found = std::ranges::find(written_, written);
  last_ = found != written_.end() ? static_cast<std::uint32_t>(found - written_.begin()) : add(written, table);
  return last_;
}

std::uint32_t TraceTypes::add(std::string_view written, const TableReader& table) {
  if (written.empty()) table.fail("the class is empty");
  if (written.size() > most_name_bytes) table.fail("the class has a name of more than 100 characters");
  if (names_.size() == most_types) table.fail("the trace has more than " + std::to_string(most_types) + " classes");
  std::string name(written);
  for (char& c : name)
    if (!is_class_name(std::string_view(&c, 1))) c = '_';
  if (is_reserved_class_name(name))
    table.fail('"' + name + "\" is a priority or means all requests, no class may be called so");
  if (const auto same = std::ranges::find(names_, name); same != names_.end())
    table.fail("the classes " + in_quotes(written) + " and " +
               in_quotes(written_[static_cast<std::size_t>(same - names_.begin())]) + " would both be called " + name);
  written_.emplace_back(written);
  names_.push_back(std::move(name));
  return static_cast<std::uint32_t>(names_.size() - 1);
}

}  // namespace headroom
