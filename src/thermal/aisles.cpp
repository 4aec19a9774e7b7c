#include "thermal/aisles.hpp"

#include <algorithm>
#include <limits>

#include "headroom/placement.hpp"

namespace headroom {
namespace {

constexpr double kUnlimited = std::numeric_limits<double>::infinity();

}  // namespace

double airflow_of(const HardwareConfig& hardware, Power gpus) {
  return hardware.server.airflow.at(gpus / (hardware.gpu.tdp * static_cast<double>(hardware.server.gpus)));
}

Aisles::Aisles(const CoolingConfig& cooling, const Site& site, const Fleet& fleet) : fleet_(fleet) {
  for (const AisleConfig& aisle : cooling.aisles) aisles_.push_back({aisle.name, aisle.airflow.value_or(0)});
  if (cooling.aisles.empty()) aisles_.push_back({"", kUnlimited});
  for (std::size_t i = 0; i < site.servers(); ++i) {
    const std::string& path = fleet.path(ServerId(i));
    const auto holds = [&](const AisleConfig& aisle) {
      return std::ranges::any_of(aisle.nodes, [&](const auto& node) { return is_at_or_under(path, node); });
    };
    const auto found = std::ranges::find_if(cooling.aisles, holds) - cooling.aisles.begin();
    const auto aisle = cooling.aisles.empty() ? 0 : static_cast<std::uint32_t>(found);
    of_server_.push_back(aisle);
    aisles_[aisle].servers.emplace_back(i);
  }
  for (std::size_t i = 0; i < cooling.aisles.size(); ++i) {
    if (cooling.aisles[i].airflow) continue;
    for (const ServerId server : aisles_[i].servers)
      aisles_[i].full += fleet.hardware_of(server).server.airflow.at(1.0);
  }
  for (Aisle& aisle : aisles_) aisle.result.airflow_limit_m3_per_s = aisle.full;
}

double Aisles::demand(std::size_t aisle) const {
  double sum = 0;
  for (const ServerId server : aisles_[aisle].servers)
    if (!fleet_.servers()[server.index()].down) sum += airflow_of(fleet_.hardware_of(server), fleet_.gpus_draw(server));
  return sum;
}

double Aisles::supply(std::size_t aisle) const {
  return aisles_[aisle].full * aisles_[aisle].limit.fraction();
}

std::vector<std::size_t> Aisles::named(const std::vector<std::string>& names) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < aisles_.size(); ++i)
    if (names.empty() || std::ranges::find(names, aisles_[i].name) != names.end()) found.push_back(i);
  return found;
}

void Aisles::renew(Seconds now) {
  book(now);
  for (std::size_t i = 0; i < aisles_.size(); ++i) {
    Aisle& aisle = aisles_[i];
    const double wanted = demand(i), available = supply(i);
    Power heat;
    for (const ServerId server : aisle.servers) heat += fleet_.inlet(server);
    aisle.is_short = wanted > available;
    aisle.rise = recirculation_rise(wanted, available, heat);
    aisle.result.max_demand_m3_per_s = std::max(aisle.result.max_demand_m3_per_s, wanted);
  }
}

bool Aisles::any_is_short() const {
  return std::ranges::any_of(aisles_, &Aisle::is_short);
}

void Aisles::book(Seconds now) {
  for (Aisle& aisle : aisles_)
    if (aisle.is_short) aisle.result.short_s += (now - booked_).value();
  booked_ = now;
}

std::map<std::string, AisleResult> Aisles::finish(Seconds now) {
  book(now);
  std::map<std::string, AisleResult> results;
  for (const Aisle& aisle : aisles_)
    if (!aisle.name.empty()) results[aisle.name] = aisle.result;
  return results;
}

}  // namespace headroom
