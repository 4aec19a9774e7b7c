#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "headroom/policy.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// What is expected of an item of a job (a clip, with all stages that make it) that is about to begin.
struct ItemOutlook {
  Seconds now{};
  Seconds deadline{};                ///< when its last stage is to be done; infinite where it has none
  std::span<const Seconds> done_by;  ///< when it would be, by quality level, the best first
};

/// A thought of one of several chains of reasoning for one question, which is complete. What chains say is not
/// simulated: `likeness` stands for how unlike the thoughts of the other live chains this one is.
struct Thought {
  std::uint32_t number = 0;  ///< of its chain, from 1
  double likeness = 0;       ///< uniform in 0..1, the smaller the more like another
  double coin = 0;           ///< likewise, for a choice at random
};

/// Who is to be stopped at a thought: another one is any of the live ones.
enum class Prune : std::uint8_t { nobody, itself, another };

/// A query of a job template with a catalogue, once it is characterised: its configurations, but for those that others
/// dominate.
struct QueryOutlook {
  std::span<const double> probabilities;  ///< of a right answer, by configuration
  std::span<const double> costs;          ///< likewise
  double noise = 0;                       ///< of this query: a standard normal number, for what a predictor errs by
};

/// Layers, one behind the other, that a model recomputes where it takes over the KV cache of another one.
struct LayerGroup {
  double layer_fraction = 0;  ///< of its layers, 0..1
  std::uint32_t entry_layer = 0;
  double quality = 1;  ///< of answers, as somebody measured it
  void fields(Fields& f) {
    f.required("layer_fraction", layer_fraction, "of the receiver's layers, those that are recomputed; 0: none",
               Range::fraction());
    f("entry_layer", entry_layer, "the first of them, whose input is fetched where some are recomputed",
      Range::between(0, 1e4));
    f("quality", quality, "of answers, as somebody measured it for this pair", Range::fraction());
  }
};

/// Two models of one architecture (fine-tuned variants): what one has of a prefix the other may take over.
struct ReusePair {
  std::string sender, receiver;  ///< names of models
  std::vector<LayerGroup> groups;
  void fields(Fields& f) {
    f.required("sender", sender, "name of the model that has read the prefix");
    f.required("receiver", receiver, "name of the model that takes its KV cache over");
    f.required("groups", groups, "of layers, of which one is recomputed");
  }
};

/// A prompt on an instance whose prefix the sender of a pair has read.
struct ReuseOutlook {
  Seconds queue{};                ///< until the instance would begin
  Seconds prefix{}, rest{};       ///< how long it takes to read the prefix, and what comes behind it
  double kv_bytes = 0;            ///< of the prefix: the KV cache of all layers
  double hidden_bytes = 0;        ///< likewise: the hidden state at the entry of one layer
  double bytes_per_s = 0;         ///< of the network between them, if nobody else used it
  double shared_bytes_per_s = 0;  ///< likewise: in equal parts with the transfers that are under way on its links
  bool requests_wait = false;     ///< at the instance
  std::span<const LayerGroup> groups;
};

/// The KV cache is taken over.
struct ReuseDecision {
  std::size_t group = 0;  ///< that is recomputed
  Seconds predicted{};    ///< until the first token, from now on
};

/// How the stages of job graphs are done. Those that are ready wait by pool for whom the router names, in the order of
/// their deadlines where the planner goes by them; among equals earlier jobs go first, then earlier stages.
class Planner : public Policy {
 public:
  /// Whether stages have deadlines: from the dates of their job (`ttff_s`, `due_s`) backwards along the graph.
  [[nodiscard]] virtual bool sets_deadlines() const { return false; }
  /// The quality level of an item, an index into `done_by`; asked when its first scaled stage is about to run.
  [[nodiscard]] virtual std::size_t level(const ItemOutlook& /*item*/) { return 0; }
  /// Whether it chooses configurations of queries; the first planner that does is asked.
  [[nodiscard]] virtual bool chooses_configurations() const { return false; }
  /// The configuration of a query, an index into its costs.
  [[nodiscard]] virtual std::size_t configuration(const QueryOutlook& /*query*/) { return 0; }
  /// Between which models KV caches of prefixes are taken over.
  [[nodiscard]] virtual std::span<const ReusePair> reuse_pairs() const { return {}; }
  /// Of what senders keep for others, on each server at most.
  [[nodiscard]] virtual double reuse_server_bytes() const { return 0; }
  /// Whether a prompt takes one over; else it is read whole.
  [[nodiscard]] virtual std::optional<ReuseDecision> reuse(const ReuseOutlook& /*prompt*/) { return std::nullopt; }
  /// Whether it is asked about this thought once it is complete; of others a run has no event.
  [[nodiscard]] virtual bool hears_of(const Thought& /*thought*/) const { return false; }
  /// Asked of such a thought where another chain lives, and `voters` chains would vote: are done, or live.
  [[nodiscard]] virtual Prune prune(const Thought& /*thought*/, std::uint32_t /*voters*/) { return Prune::nobody; }
};

}  // namespace headroom
