#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"
#include "metrics/class_result.hpp"

namespace headroom {

/// Energy of the completed requests of one class.
struct QueryClassResult {
  std::uint64_t completed = 0;
  Energy gpus{};  ///< of the steps that they were in
  Energy all{};   ///< their share of everything

  void fields(Fields& f) const {
    f("completed", completed, "of this class");
    f("gpu_per_request_wh", per_one(gpus.value() / 3600, completed),
      "GPUs in the steps that they were in ([how](models.md#energy-of-a-request))");
    f("per_request_wh", per_one(all.value() / 3600, completed),
      "everything, divided among completed requests as the energy of GPUs in steps is");
  }
};

/// Where the energy goes.
struct QueryEnergyParts {
  Energy gpus{}, host{}, fans{}, supplies{}, distribution{}, cooling{};

  [[nodiscard]] Energy servers() const { return gpus + host + fans + supplies; }
  [[nodiscard]] Energy all() const { return servers() + distribution + cooling; }
  void fields(Fields& f) const {
    f("gpus_kwh", gpus, "of all servers, busy or not");
    f("host_kwh", host, "processors, memory, network");
    f("fans_kwh", fans, "of the servers");
    f("supplies_kwh", supplies, "lost in the power supplies of the servers");
    f("distribution_kwh", distribution, "lost in the power tree, by as much as the servers drew of it");
    f("cooling_kwh", cooling, "the rest of the site: `pue_ratio` - 1 times all above");
  }
};

/// What requests took, of scenarios that ask for it.
struct QueryEnergyResult {
  double pue_ratio = 1;
  QueryEnergyParts parts;
  Energy idle{};               ///< of servers while no step ran on them
  Seconds busy{}, all_time{};  ///< summed over servers
  Power server_full{};         ///< mean over servers
  std::uint64_t servers = 0;
  std::uint64_t completed = 0, input_tokens = 0, output_tokens = 0;  ///< of completed requests
  std::map<std::string, QueryClassResult> classes;
  std::optional<Energy> others;  ///< of jobs and tenants, with their part of the losses of the power tree
  Energy unexplained{};          ///< of the energy of the site, by all these

  void fields(Fields& f) const {
    const auto share = [](auto part, auto whole) {
      return whole.value() > 0 ? std::optional(part / whole) : std::nullopt;
    };
    f("pue_ratio", pue_ratio, "`/query_energy/pue_ratio` of the scenario");
    f("per_request_wh", per_one(parts.all().value() / 3600, completed),
      "all energy in `parts` over completed requests: without jobs and tenants `/energy/per_request_wh` times "
      "`pue_ratio`");
    f("idle_fraction", share(idle, parts.servers()),
      "of the energy of the servers, what they drew while no step ran on them");
    f("busy_fraction", share(busy, all_time), "time in which steps ran, of all servers");
    f("parts", parts, "where the energy went");
    f("others_kwh", others,
      "at sites with jobs, tenants or servers where no service may stand: what these took of the facility energy, "
      "which "
      "is not in `parts`. Tenants take as much of a server's host, fans and supplies as of the draw of its GPUs");
    f("server_full_w", server_full, "of a server with all GPUs at TDP, at its inlet; a mean where types differ");
    f("power_utilization_fraction", share(parts.servers() + parts.distribution, server_full * all_time),
      "power of a server and its part of the losses of the power tree, over `server_full_w`");
    f("completed_output_tokens_per_s", per_one(static_cast<double>(output_tokens) / mean_time(), servers),
      "output tokens of completed requests, by one server");
    f("input_tokens_per_request", per_one(static_cast<double>(input_tokens), completed), "of completed requests");
    f("output_tokens_per_request", per_one(static_cast<double>(output_tokens), completed),
      "likewise. `per_request_wh` is `pue_ratio` x `server_full_w` x `power_utilization_fraction` x this / "
      "`completed_output_tokens_per_s` / 3600");
    f("classes", classes, "by class");
  }

 private:
  [[nodiscard]] double mean_time() const {
    return servers > 0 && all_time > Seconds() ? all_time.value() / static_cast<double>(servers) : 1.0;
  }
};

}  // namespace headroom
