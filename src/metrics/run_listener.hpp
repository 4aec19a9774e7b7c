#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "headroom/batch_scheduler.hpp"
#include "headroom/id.hpp"
#include "headroom/quantity.hpp"
#include "headroom/step.hpp"

namespace headroom {

/// A KV cache that travelled from the instance that read a prompt to the one that goes on.
struct KvTransfer {
  const Sequence& sequence;
  InstanceId from, to;
  Seconds start, end;  ///< from the end of the prompt
  double bytes;
  bool arrived;  ///< else it was cut
};

/// A stage of a job of a stream that is done.
struct StageRecord {
  const std::string& stream;
  const std::string& stage;
  std::uint32_t job, item;             ///< from 0: in its stream, and among the stages of this name of its job
  const std::string* level;            ///< of quality; none: it has none
  std::optional<InstanceId> instance;  ///< that it ran on; none: it takes no time
  Seconds ready, begin, end;           ///< its predecessors were done, the instance took it, it was done
};

/// Hears of single requests and runs of steps while a run goes on; for the optional outputs that grow with them.
/// `gpu_power` is that of one GPU.
class RunListener {
 public:
  virtual ~RunListener() = default;
  virtual void completed(const Sequence&, InstanceId, Seconds /*now*/) {}
  /// It has made as many tokens as somebody wanted to hear of; returns at how many the listener would hear of it next.
  virtual std::uint32_t progressed(const Sequence&, InstanceId) { return Sequence::kNever; }
  /// A planner stopped it, with so many tokens.
  virtual void cancelled(const Sequence&, InstanceId) {}
  virtual void rejected(const Request&) {}
  /// An instance handed it back, and nobody else takes it: rejected, too.
  virtual void turned_away(const Sequence& sequence) { rejected(sequence.request); }
  virtual void lost(const Sequence&, InstanceId) {}
  /// Still held by an instance when the run ended.
  virtual void left(const Request&, InstanceId) {}
  /// Its images were on their way through their stages when the run ended.
  virtual void left_under_way(const Request&) {}
  virtual void stage_done(const StageRecord&) {}
  virtual void travelled(const KvTransfer&) {}
  virtual void ran(InstanceId, const StepShape&, Seconds /*from*/, Seconds /*to*/, std::uint64_t /*steps*/,
                   Hertz /*clock*/, Power /*gpu_power*/) {}
};

}  // namespace headroom
