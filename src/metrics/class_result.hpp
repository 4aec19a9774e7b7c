#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"
#include "metrics/latency_digest.hpp"
#include "metrics/slo_targets.hpp"

namespace headroom {

/// Why a request was not served: it can never fit into the KV memory of an instance, the queue of the instance that the
/// router chose is full, that instance is down or the router chose none, the router chose none although some are up,
/// or the power of its server was cut.
enum class Rejection : std::uint8_t { too_long, queue_full, no_instance, router, lost };
constexpr std::array<std::string_view, 5> words_of(Rejection) {
  return {"too_long", "queue_full", "no_instance", "router", "lost"};
}
constexpr std::array<std::string_view, 5> meanings_of(Rejection) {
  return {"longer than any instance that its pool had could hold in its KV memory",
          "the queue of its instance was full", "no instance was up", "the router refused it",
          "lost with the power of its server"};
}

/// A sum over what was counted; none where nothing was.
[[nodiscard]] inline std::optional<double> per_one(double sum, std::uint64_t count) {
  return count > 0 ? std::optional(sum / static_cast<double>(count)) : std::nullopt;
}

/// What prefix caches had of the prompts of a class.
struct PrefixHits {
  std::uint64_t prompt_tokens = 0, hit_tokens = 0;

  void add(std::uint64_t prompt, std::uint64_t hit) {
    prompt_tokens += prompt;
    hit_tokens += hit;
  }
  void fields(Fields& f) const {
    f("prompt_tokens", prompt_tokens,
      "of prompts whose prefill began on an instance with a prefix cache; one that begins again counts again");
    f("hit_tokens", hit_tokens, "of these, those that the cache had: they took no time and no energy");
    f("hit_fraction", per_one(static_cast<double>(hit_tokens), prompt_tokens), "of these");
  }
};

/// Requests of one class.
struct ClassResult {
  LatencyDigest latency;
  std::uint64_t arrived = 0;
  std::uint64_t completed = 0;
  std::uint64_t rejected = 0;
  std::uint64_t squashed = 0;
  std::optional<std::uint64_t> cancelled;  ///< of scenarios with chains of reasoning
  std::array<std::uint64_t, words_of(Rejection()).size()> rejected_by{};
  std::uint64_t in_flight_older_than_p99 = 0;  ///< at the end, than the p99 of e2e of those completed
  std::uint64_t slo_counted = 0;  ///< of classes that have targets: completed, rejected, or late in flight at the end
  std::uint64_t slo_attained = 0;
  std::optional<PrefixHits> prefix_cache;  ///< of scenarios with prefix caches
  std::optional<double> quality_sum;       ///< over those completed, where variants differ in it
  Energy step_energy{};                    ///< of those completed

  void merge(const ClassResult& other) {
    latency.merge(other.latency);
    arrived += other.arrived;
    completed += other.completed;
    rejected += other.rejected;
    squashed += other.squashed;
    if (other.cancelled) cancelled = cancelled.value_or(0) + *other.cancelled;
    for (std::size_t i = 0; i < rejected_by.size(); ++i) rejected_by[i] += other.rejected_by[i];
    slo_counted += other.slo_counted;
    slo_attained += other.slo_attained;
    if (other.quality_sum) quality_sum = quality_sum.value_or(0) + *other.quality_sum;
    step_energy += other.step_energy;
    if (!other.prefix_cache) return;
    if (!prefix_cache) prefix_cache.emplace();
    prefix_cache->add(other.prefix_cache->prompt_tokens, other.prefix_cache->hit_tokens);
  }

  void fields(Fields& f) const {
    f.group("requests", "of this class", [this](Fields& requests) {
      count_fields(requests, arrived - completed - rejected - squashed - cancelled.value_or(0));
    });
    f.required("latency", latency, "of this class");
    slo_fields(f);
    f("step_energy_kwh", step_energy,
      "GPU energy of the steps that its completed requests took part in, as in requests.csv: that of a step is split "
      "equally over its tokens. Idle GPUs, hosts, fans, losses and what was lost or is in flight are in no class; "
      "`/query_energy` divides all");
    f("quality_mean", quality_sum ? per_one(*quality_sum, completed) : std::nullopt,
      "where variants differ in `quality`: of the variants that completed the requests, each with that of its last "
      "instance");
    f("prefix_cache", prefix_cache, "of scenarios with prefix caches: of the prompts of this class");
  }

  /// What became of the requests.
  void count_fields(Fields& f, std::uint64_t in_flight) const {
    f("arrived", arrived, "until the end of the run");
    f("completed", completed, "got all their tokens");
    f("rejected", rejected, "got none, or lost them");
    f.group("rejected_by", "the rejected ones by reason", [this](Fields& reasons) {
      for (std::size_t i = 0; i < rejected_by.size(); ++i)
        reasons(words_of(Rejection())[i], rejected_by[i], meanings_of(Rejection())[i]);
    });
    f("squashed", squashed, "dropped by a controller, since they had waited too long");
    f("cancelled", cancelled, "chains of reasoning that a planner stopped, in scenarios with some");
    f("in_flight", in_flight, "at the end");
    f("in_flight_older_than_p99", in_flight_older_than_p99,
      "of those in flight, older than the p99 of the end-to-end latency of those completed");
  }

  void slo_fields(Fields& f) const {
    f.group("slo", "where requests have targets", [this](Fields& slo) {
      slo("attained_fraction", per_one(static_cast<double>(slo_attained), slo_counted),
          "requests that kept every target of their class, over those completed, rejected (a rejected one keeps none) "
          "or "
          "in flight at the end with a target missed already; one that may still keep them stays out, and one exactly "
          "on "
          "a target keeps it. Targets of class (`TYPE_PRIORITY`), type, priority, `all`: the first that `/slo` of the "
          "scenario gives holds");
    });
  }
};

}  // namespace headroom
