#include "compare/comparison_junit.hpp"

#include <algorithm>
#include <cctype>

#include "base/file.hpp"
#include "base/problem.hpp"
#include "compare/headline.hpp"

namespace headroom {
namespace {

constexpr const char* kBeginning = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"headroom compare\"";

/// Text as it may stand in an attribute or between tags; XML has no control characters.
std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '&') safe += "&amp;";
    else if (c == '<') safe += "&lt;";
    else if (c == '>') safe += "&gt;";
    else if (c == '"') safe += "&quot;";
    else safe += std::iscntrl(static_cast<unsigned char>(c)) != 0 && c != '\n' ? ' ' : c;
  }
  return safe;
}

std::string first_step(const std::string& pointer) {
  return pointer.substr(0, pointer.find('/', 1));
}

struct TestCase {
  std::string name;
  std::vector<Move> moves{};
};

TestCase& case_of(std::vector<TestCase>& cases, const std::string& name) {
  const auto found = std::ranges::find(cases, name, &TestCase::name);
  return found == cases.end() ? cases.emplace_back(TestCase{name}) : *found;
}

std::vector<TestCase> cases_of(const Comparison& comparison, const ResultTable& base, const ResultTable& now) {
  const bool is_sweep = base.kind == ResultTable::Kind::sweep;
  std::vector<TestCase> cases;
  if (is_sweep) case_of(cases, "columns");
  for (const ResultTable* table : {&base, &now})
    for (const ResultRow& row : table->rows) {
      if (is_sweep) case_of(cases, row.point);
      else
        for (const ResultValue& value : row.values) case_of(cases, first_step(value.pointer));
    }
  for (const Move& move : comparison.moved)
    case_of(cases, !is_sweep            ? first_step(move.pointer)
                   : move.point.empty() ? "columns"
                                        : move.point)
        .moves.push_back(move);
  return cases;
}

std::string text_of(const TestCase& test, const std::string& suite) {
  std::string text = "    <testcase classname=\"" + escaped(suite) + "\" name=\"" + escaped(test.name) + "\"";
  if (test.moves.empty()) return text + "/>\n";
  std::string list;
  for (const Move& move : test.moves) list += escaped(move.pointer + ": " + words_for(move).how) + "\n";
  const MoveWords first = words_for(test.moves.front());
  return text + ">\n      <failure message=\"" + escaped(first.what + " " + first.how) + "\">\n" + list +
         "</failure>\n    </testcase>\n";
}

}  // namespace

std::string comparison_junit(const Comparison& comparison, const ResultTable& base, const ResultTable& now) {
  const auto cases = cases_of(comparison, base, now);
  const auto failed = std::ranges::count_if(cases, [](const TestCase& test) { return !test.moves.empty(); });
  const std::string counts =
      " tests=\"" + std::to_string(cases.size()) + "\" failures=\"" + std::to_string(failed) + "\"";
  std::string text =
      kBeginning + counts + ">\n  <testsuite name=\"" + escaped(now.name) + "\"" + counts + " errors=\"0\">\n";
  for (const TestCase& test : cases) text += text_of(test, now.name);
  return text + "  </testsuite>\n</testsuites>\n";
}

void write_junit(const std::filesystem::path& file, const std::string& text) {
  std::error_code absent;
  const bool there = std::filesystem::exists(std::filesystem::symlink_status(file, absent));
  if (there && !read_file(file).value_or("").starts_with(kBeginning))
    throw InputError("--junit " + file.string(), "exists already and is not of headroom compare");
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path());
  write_whole(file, text);
}

}  // namespace headroom
