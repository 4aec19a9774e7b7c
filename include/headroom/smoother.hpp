#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "headroom/policy.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// Where the energy of a smoothing stage went: drawn = demand - unserved + burned + stored + lost.
struct SmoothingBooks {
  Energy demand{};    ///< what was asked for
  Energy unserved{};  ///< asked for and not drawn: work that was not done
  Energy burned{};    ///< drawn above the demand, to no use
  Energy stored{};    ///< in a storage now, less what was in it at the start
  Energy lost{};      ///< in the conversions of a storage
  Energy drawn{};
};

/// How a storage was used since the statistics began.
struct StorageUse {
  /// Most less least energy in it, of which charging has lost its share. Where the capacity is unlimited, so that
  /// nothing would make up for that share: largest less smallest integral of its power at the rack's side.
  Energy used{};
  Power peak_charge{};
  Power peak_discharge{};
  std::optional<double> lowest_charge_fraction;  ///< energy over capacity; absent where the capacity is unlimited
  std::optional<double> highest_charge_fraction;
};

/// Where a stage stands: at each GPU, or at each rack, behind the servers.
enum class SmootherPlace : std::uint8_t { gpu, rack };

/// Turns the power that is wanted into the power that is drawn; both are held until one of them changes. Powers are
/// those of one GPU; a stage at the rack sees and gives what its servers draw at their inlets, over the number of
/// their GPUs.
class Smoother : public Policy {
 public:
  [[nodiscard]] virtual SmootherPlace place() const = 0;
  /// Called once, before anything else; the demand is 0 until its first date.
  virtual void start(const PolicyContext& context, Seconds now) = 0;
  /// The demand is `power` from `now` on. Dates come in order.
  virtual void demand(Power power, Seconds now) = 0;
  /// Brings the stage to its own date, `next_change()`, or to any before.
  virtual void advance(Seconds now) = 0;
  /// What is drawn until the next change of demand or `next_change()`, whichever comes first.
  [[nodiscard]] virtual Power draw() const = 0;
  /// When the draw or exhausted() may change though the demand does not, above the date of the last call; kNever for
  /// never. At this date advance() or demand() must be called, whichever comes: each does what is due.
  [[nodiscard]] virtual Seconds next_change() const = 0;
  static constexpr Seconds kNever{std::numeric_limits<double>::infinity()};

  /// From the start, or since the statistics began, to `now`, which is not beyond next_change().
  [[nodiscard]] virtual SmoothingBooks books(Seconds now) const = 0;
  /// The statistics begin at `now`: what was before was warming up.
  virtual void begin_statistics(Seconds now) = 0;

  /// The most that a GPU draws behind this stage, whatever the others burn.
  [[nodiscard]] virtual Power highest_draw() const { return Power(std::numeric_limits<double>::infinity()); }
  /// How long it takes from the start of a job to do what it should; nothing is counted before.
  [[nodiscard]] virtual Seconds settling() const { return Seconds(); }
  /// Of a storage: how it was used.
  [[nodiscard]] virtual std::optional<StorageUse> storage_use(Seconds /*now*/) const { return std::nullopt; }
  /// Of a storage: whether it is too empty or too full to do what it should, so that others must.
  [[nodiscard]] virtual bool exhausted() const { return false; }
  /// Memory that it takes once started, beside itself, in bytes.
  [[nodiscard]] virtual double state_bytes() const { return 0; }
  /// Told of a stage that stands by until a storage is exhausted (true) and may rest again (false).
  virtual void take_over(bool /*on*/, Seconds /*now*/) {}
};

}  // namespace headroom
