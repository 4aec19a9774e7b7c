#include "jobs/vm_record.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"
#include "table/table_reader.hpp"

namespace headroom {
namespace {

constexpr auto kTimeNames = std::to_array<std::string_view>({"time_s"});
constexpr auto kPowerNames = std::to_array<std::string_view>({"power_fraction"});

}  // namespace

VmRecord::VmRecord(const std::string& path, const std::string& machine, double least, Seconds until) {
  TableReader table(path, {.subject = "power record"});
  const std::size_t time = table.need({"time", kTimeNames}), power = table.need({"power", kPowerNames});
  const auto refuse = [&](const std::string& what) { table.fail("of machine " + machine + ": " + what); };
  while (table.next()) {
    const Point point{table.number(time), table.number(power)};
    if (points_.empty() ? point.time_s != 0 : point.time_s <= points_.back().time_s)
      refuse(points_.empty() ? "time_s must begin at 0" : "time_s must rise");
    if (point.fraction > 1) refuse("power_fraction is above 1, that is above TDP");
    if (point.fraction < least)
      refuse("power_fraction is below " + shortest(least) + ", what an idle GPU draws over TDP");
    points_.push_back(point);
  }
  if (points_.empty() || points_.back().time_s < until.value())
    throw InputError(table.where(), "the record of machine " + machine + " ends here, before the " +
                                        shortest(until.value()) + " s that the machine stays in the run");
}

double VmRecord::mean(Seconds from, Seconds to) const {
  auto at = std::ranges::upper_bound(points_, from.value(), {}, &Point::time_s) - 1;
  double sum = 0;
  for (double begin = from.value(); begin < to.value(); ++at) {
    const double end = at + 1 == points_.end() ? to.value() : std::min(to.value(), (at + 1)->time_s);
    sum += at->fraction * (end - begin);
    begin = end;
  }
  return sum / (to - from).value();
}

double VmRecord::peak() const {
  return std::ranges::max_element(points_, {}, &Point::fraction)->fraction;
}

}  // namespace headroom
