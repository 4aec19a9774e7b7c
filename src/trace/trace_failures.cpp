#include "trace/trace_failures.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string_view>

namespace headroom {
namespace {

struct MarkName {
  std::string_view name;
  FailureMark mark;
};

constexpr std::array<MarkName, 17> mark_names{{
    {"error", FailureMark::set},
    {"errors", FailureMark::set},
    {"error_message", FailureMark::set},
    {"error_code", FailureMark::set},
    {"failed", FailureMark::set},
    {"is_error", FailureMark::set},
    {"timed_out", FailureMark::set},
    {"aborted", FailureMark::set},
    {"cancelled", FailureMark::set},
    {"canceled", FailureMark::set},
    {"was_cancelled", FailureMark::set},
    {"metadata.was_cancelled", FailureMark::set},
    {"success", FailureMark::unset},
    {"succeeded", FailureMark::unset},
    {"status", FailureMark::status},
    {"status_code", FailureMark::status},
    {"http_status", FailureMark::status},
}};

constexpr std::array<std::string_view, 7> words_of_no{"", "false", "0", "no", "none", "null", "nan"};
constexpr std::array<std::string_view, 7> good_status{"ok",        "success",  "succeeded", "successful",
                                                      "completed", "complete", "finished"};
constexpr int first_http_error = 400;

bool is_one_of(std::string_view text, std::span<const std::string_view> words) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b; };
  return std::ranges::any_of(words, [&](std::string_view word) { return std::ranges::equal(text, word, same); });
}

bool is_good_status(std::string_view text) {
  int code = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), code);
  const bool is_code = error == std::errc() && stop == text.data() + text.size();
  return is_code ? code > 0 && code < first_http_error : is_one_of(text, good_status);
}

std::optional<FailureMark> mark_of(const Column& column) {
  if (column.name.starts_with("error.")) return FailureMark::set;  // an object in the place of a null
  const auto found =
      std::ranges::find_if(mark_names, [&](const MarkName& known) { return column_of(known.name).key == column.key; });
  return found != mark_names.end() ? std::optional(found->mark) : std::nullopt;
}

}  // namespace

void FailureColumns::look(TableReader& table, std::optional<std::size_t> type) {
  for (; seen_ < table.columns().size(); ++seen_) {
    const Column& column = table.columns()[seen_];
    const auto mark = mark_of(column);
    if (!mark || seen_ == type) continue;
    list_.push_back({table.named(column.name), *mark});
  }
}

bool FailureColumns::mark_row(const TableReader& table) const {
  return std::ranges::any_of(list_, [&](const FailureColumn& from) {
    if (!table.has(from.column)) return false;
    const std::string_view cell = table.cell(from.column);
    if (from.mark == FailureMark::status) return !is_good_status(cell);
    const bool is_no = is_one_of(cell, words_of_no);
    return from.mark == FailureMark::set ? !is_no : is_no && !cell.empty();
  });
}

}  // namespace headroom
