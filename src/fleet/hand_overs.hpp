#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fleet/fleet.hpp"
#include "fleet/return_desk.hpp"
#include "metrics/network_result.hpp"
#include "scenario/network_config.hpp"

namespace headroom {

/// KV caches on their way from the instance that read a prompt to the one that goes on. Room for a cache is booked
/// there before it sets out; where there is none, it waits.
class HandOvers final : public SliceWatch {
 public:
  /// All outlive this. What finds its other instance gone goes to `desk`, which is set before the run begins.
  HandOvers(const NetworkConfig& network, Fleet& fleet, InstanceObserver& observer, EventQueue& queue);
  void set_desk(ReturnDesk& desk) { desk_ = &desk; }

  void prefilled(InstanceId id) override;
  void power_cut(std::span<const ServerId> servers) override;

  /// Calls `use(sequence, from)` for every request that is under way.
  template <class Use>
  void each_under_way(Use use) const {
    for (const Transfer& transfer : transfers_)
      if (transfer.lives) use(transfer.sequence, transfer.from);
  }
  [[nodiscard]] std::uint64_t under_way() const;
  [[nodiscard]] NetworkResult finish();

 private:
  struct Transfer {
    Sequence sequence;
    InstanceId from;
    bool lives = false;     ///< false: its event is still to come, but it was cut
    bool has_room = false;  ///< travels
    Seconds since{};
  };

  void look(const Event& event);
  void set_out(std::uint32_t number);
  void arrive(Transfer& transfer);
  void turn_back(Transfer& transfer);
  void lose(Transfer& transfer);
  void note_cut(const Transfer& transfer);
  [[nodiscard]] double bytes_of(const Transfer& transfer) const;
  [[nodiscard]] Instance& instance(InstanceId id) { return fleet_.instances()[id.index()]; }
  [[nodiscard]] static InstanceId to(const Transfer& transfer) { return *transfer.sequence.decode_at; }

  const NetworkConfig& network_;
  Fleet& fleet_;
  InstanceObserver& observer_;
  EventQueue& queue_;
  ReturnDesk* desk_ = nullptr;
  std::vector<Transfer> transfers_;
  std::vector<std::uint32_t> free_;  ///< places in `transfers_` whose event has come
  std::vector<Sequence> taken_;
  NetworkResult result_;
};

}  // namespace headroom
