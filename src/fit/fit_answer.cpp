#include "fit/fit_answer.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "report/wording.hpp"

namespace headroom {
namespace {

bool keeps(const FitLimit& limit, double value) {
  return value <= limit.most;
}

/// The limits that a size breaks, as indices.
std::vector<std::size_t> broken(const std::vector<FitLimit>& limits, const std::vector<double>& values) {
  std::vector<std::size_t> list;
  for (std::size_t i = 0; i < limits.size(); ++i)
    if (!keeps(limits[i], values[i])) list.push_back(i);
  return list;
}

std::string servers(std::uint64_t count) {
  return counted(count, "server");
}

/// `58 break low.e2e_p50 (+5.5 %, limit +5.0 %) and 2 other limits`.
std::string breaks_text(const FitAnswer& answer, std::uint64_t size) {
  const auto& values = answer.values.at(size);
  const auto list = broken(answer.limits, values);
  const FitLimit& limit = answer.limits[list.front()];
  std::string text = grouped(size) + " break" + (size == 1 ? "s " : " ") + limit.name + " (" +
                     value_text(limit, values[list.front()]) + ", limit " + value_text(limit, limit.most) + ")";
  if (list.size() > 1) text += " and " + counted(list.size() - 1, "other limit");
  return text;
}

/// What the largest size that fits has of every limit.
std::string values_text(const FitAnswer& answer, std::uint64_t size) {
  const auto& values = answer.values.at(size);
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < answer.limits.size(); ++i)
    parts.push_back(answer.limits[i].name + " " + value_text(answer.limits[i], values[i]));
  return join(parts, ", ");
}

std::string more_text(const FitAnswer& answer, std::uint64_t size) {
  const double more = static_cast<double>(size) / static_cast<double>(answer.base.servers) - 1;
  if (size == answer.base.servers) return "as many as in the scenario";
  return rounded(100 * std::abs(more), 1) + " % " + (more > 0 ? "more" : "fewer") + " than the " +
         grouped(answer.base.servers) + " of the scenario";
}

std::string load_text(const FitAnswer& answer) {
  return answer.base.load_pointer.empty() ? "with the same load" : "with load in proportion";
}

std::string main_sentence(const FitAnswer& answer, const SizeFinding& finding) {
  const std::string of = " under " + answer.policy + " " + load_text(answer);
  if (!finding.fits)
    return "Not even " + servers(answer.range.from) + " fit" + of + ": " + breaks_text(answer, *finding.breaks) + ".";
  std::string text = (finding.breaks ? "" : "At least ") + servers(*finding.fits) + " fit" +
                     (*finding.fits == 1 ? "s" : "") + of + ", " + more_text(answer, *finding.fits) + ": " +
                     values_text(answer, *finding.fits) + "; ";
  return text +
         (finding.breaks ? breaks_text(answer, *finding.breaks) : "--to was not above " + grouped(answer.range.to)) +
         ".";
}

std::string order_sentence(const SizeFinding& finding) {
  if (finding.fit_above.empty()) return "";
  std::vector<std::string> sizes;
  for (const std::uint64_t size : finding.fit_above) sizes.push_back(grouped(size));
  return " Above, not all sizes break: " + join(sizes, ", ") + (sizes.size() == 1 ? " fits." : " fit.");
}

/// An answer at the end of the range is one of at least, or of fewer.
std::string draw_text(const FitAnswer& answer, std::uint64_t size) {
  if (size == 0) return "fewer than " + grouped(answer.range.from);
  return grouped(size) + (size == answer.range.to ? " or more" : "");
}

std::string interval_sentence(const FitAnswer& answer) {
  const FitInterval& interval = answer.interval;
  if (interval.draws.empty()) return " The models are taken at their word; --uncertainty 20 adds an interval.";
  return " With the models' errors (" + counted(interval.draws.size(), "draw") +
         ", p10 to p90): " + draw_text(answer, interval.quantile(0.1)) + " to " +
         draw_text(answer, interval.quantile(0.9)) + ".";
}

Json sizes_json(const FitAnswer& answer) {
  Json sizes = Json::array();
  for (const auto& [size, values] : answer.values) {
    Json row = {{"servers", size}, {"fits", broken(answer.limits, values).empty()}, {"values", Json::object()}};
    for (std::size_t i = 0; i < values.size(); ++i) row["values"][answer.limits[i].name] = values[i];
    sizes.push_back(std::move(row));
  }
  return sizes;
}

}  // namespace

TriedSizes tried_sizes(const FitValues& values, const std::vector<FitLimit>& limits) {
  TriedSizes tried;
  for (const auto& [size, measured] : values) tried[size] = broken(limits, measured).empty();
  return tried;
}

std::uint64_t FitInterval::quantile(double share) const {
  std::vector<std::uint64_t> sorted = draws;
  std::ranges::sort(sorted);
  return sorted[static_cast<std::size_t>(std::lround(share * static_cast<double>(sorted.size() - 1)))];
}

std::string answer_text(const FitAnswer& answer) {
  const SizeFinding finding = finding_of(tried_sizes(answer.values, answer.limits));
  return main_sentence(answer, finding) + order_sentence(finding) + interval_sentence(answer);
}

std::string answer_table(const FitAnswer& answer) {
  std::vector<std::vector<std::string>> rows = {{"servers"}};
  for (const FitLimit& limit : answer.limits) rows.front().push_back(limit.name);
  for (const auto& [size, values] : answer.values) {
    auto& row = rows.emplace_back(std::vector<std::string>{grouped(size)});
    for (std::size_t i = 0; i < values.size(); ++i)
      row.push_back(value_text(answer.limits[i], values[i]) + (keeps(answer.limits[i], values[i]) ? " " : "!"));
  }
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (std::size_t column = 0; column < rows[r].size(); ++column) {
      std::size_t width = 0;
      for (const auto& row : rows) width = std::max(width, row[column].size());
      const std::string cell = rows[r][column] + (r == 0 && column > 0 ? " " : "");
      line += std::string(std::max(width + 3, cell.size()) - cell.size(), ' ') + cell;
    }
    line.resize(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

Json answer_json(const FitAnswer& answer) {
  const SizeFinding finding = finding_of(tried_sizes(answer.values, answer.limits));
  Json json = {
      {"format", 1}, {"scenario", answer.base.name}, {"policy", answer.policy}, {"answer", answer_text(answer)}};
  if (finding.fits) json["fits"] = *finding.fits;
  if (finding.breaks) {
    json["breaks"] = *finding.breaks;
    for (const std::size_t i : broken(answer.limits, answer.values.at(*finding.breaks)))
      json["broken"].push_back(answer.limits[i].name);
  }
  json["fit_above"] = finding.fit_above;
  json["base_servers"] = answer.base.servers;
  json["load_grows"] = !answer.base.load_pointer.empty();
  for (const FitLimit& limit : answer.limits) json["limits"][limit.name] = limit.most;
  json["sizes"] = sizes_json(answer);
  if (answer.interval.draws.empty()) return json;
  json["interval"] = {
      {"p10", answer.interval.quantile(0.1)}, {"p90", answer.interval.quantile(0.9)}, {"draws", answer.interval.draws}};
  return json;
}

}  // namespace headroom
