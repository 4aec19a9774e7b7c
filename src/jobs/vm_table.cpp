#include "jobs/vm_table.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string_view>

#include "base/text.hpp"
#include "table/table_reader.hpp"

namespace headroom {
namespace {

/// Reads the machines of a table, one row each.
class VmTable {
 public:
  VmTable(const VmsConfig& config, const std::vector<Endpoint>& endpoints, Seconds until, double most_idle_fraction)
      : config_(config),
        endpoints_(endpoints),
        until_(until),
        most_idle_fraction_(most_idle_fraction),
        table_(config.path, {.subject = "list of machines"}),
        name_(need("name")),
        arrival_(need("arrival_s")),
        gpus_(need("gpus")),
        lifetime_(find("lifetime_s")),
        group_(find("group")),
        service_(find("service")),
        level_(find("level_fraction")),
        phase_(find("phase_s")),
        history_(find("has_history")),
        record_(find("record")) {}

  VmList read() {
    while (table_.next()) add_row();
    std::ranges::stable_sort(list_.machines, {}, &VmSpec::arrival);
    return std::move(list_);
  }

 private:
  std::size_t need(std::string_view name) { return table_.need({name, std::span(&name, 1)}); }
  std::optional<std::size_t> find(std::string_view name) { return table_.find({name, std::span(&name, 1)}); }
  /// What stands in an optional column; nothing where that is empty.
  [[nodiscard]] std::string_view text(std::optional<std::size_t> column) const {
    return column && table_.has(*column) ? table_.cell(*column) : std::string_view();
  }
  [[nodiscard]] double number(std::optional<std::size_t> column, double otherwise) const {
    return text(column).empty() ? otherwise : table_.number(*column);
  }

  void add_row() {
    VmSpec machine;
    machine.name = table_.cell(name_);
    if (machine.name.empty()) table_.fail("name must not be empty");
    if (!names_.insert(machine.name).second) table_.fail("another machine is already called \"" + machine.name + '"');
    machine.arrival = Seconds(table_.number(arrival_)) * config_.time_stretch;
    if (machine.arrival < Seconds()) table_.fail("arrival_s must not be below 0");
    if (const double life = number(lifetime_, 0); !text(lifetime_).empty()) {
      if (life <= 0) table_.fail("lifetime_s must be above 0");
      machine.lifetime = Seconds(life) * config_.time_stretch;
    }
    const std::uint64_t gpus = table_.whole(gpus_);
    if (gpus == 0 || gpus > 1024) table_.fail("gpus must be from 1 to 1024");
    machine.gpus = static_cast<std::uint16_t>(gpus);
    const double history = number(history_, 1);
    if (history != 0 && history != 1) table_.fail("has_history must be 0 or 1");
    machine.has_history = history == 1;
    machine.service = service();
    machine.group = group_of(machine);
    if (machine.arrival >= until_) return;
    if (const auto record = text(record_); !record.empty()) machine.record = read_record(machine, std::string(record));
    list_.machines.push_back(std::move(machine));
  }

  [[nodiscard]] std::optional<ServiceId> service() const {
    const auto name = text(service_);
    if (name.empty()) return std::nullopt;
    std::vector<std::string> known;
    for (const Endpoint& endpoint : endpoints_) {
      if (endpoint.name == name) return endpoint.service;
      known.push_back(endpoint.name);
    }
    table_.fail("no service on machines is called \"" + std::string(name.substr(0, 60)) + '"' +
                (known.empty() ? "" : " (there are: " + join(known, ", ") + ")"));
  }

  /// Rows of a group say the same; machines without one are alone.
  std::uint32_t group_of(const VmSpec& machine) {
    const VmGroup row{number(level_, 1), number(level_, 1), Seconds(number(phase_, 0)) * config_.time_stretch};
    if (row.level_fraction < 0 || row.level_fraction > 1) table_.fail("level_fraction must be from 0 to 1");
    if (row.phase < Seconds()) table_.fail("phase_s must not be below 0");
    const std::string name(text(group_));
    const auto next = static_cast<std::uint32_t>(list_.groups.size());
    const auto [at, is_new] = groups_.try_emplace(name.empty() ? "\n" + machine.name : name, next);
    if (is_new) list_.groups.push_back(row);
    const VmGroup& group = list_.groups[at->second];
    if (group.level_fraction != row.level_fraction || group.phase != row.phase)
      table_.fail("machines of a group have one level_fraction and phase_s, but group " + name +
                  " has had others before");
    return at->second;
  }

  [[nodiscard]] std::shared_ptr<const VmRecord> read_record(const VmSpec& machine, const std::string& record) const {
    if (machine.service) table_.fail("a machine that serves has no record: its instance says what it draws");
    const auto path = (std::filesystem::path(config_.path).parent_path() / record).lexically_normal().string();
    const Seconds stays = until_ - machine.arrival;
    return std::make_shared<const VmRecord>(path, machine.name, most_idle_fraction_,
                                            machine.lifetime ? std::min(stays, *machine.lifetime) : stays);
  }

  const VmsConfig& config_;
  const std::vector<Endpoint>& endpoints_;
  Seconds until_;
  double most_idle_fraction_;
  TableReader table_;
  std::size_t name_, arrival_, gpus_;
  std::optional<std::size_t> lifetime_, group_, service_, level_, phase_, history_, record_;
  std::set<std::string> names_;
  std::map<std::string, std::uint32_t> groups_;
  VmList list_;
};

}  // namespace

VmList read_vms(const VmsConfig& config, const std::vector<Endpoint>& endpoints, Seconds until,
                double most_idle_fraction) {
  return VmTable(config, endpoints, until, most_idle_fraction).read();
}

}  // namespace headroom
