#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fleet/fleet.hpp"
#include "fleet/return_desk.hpp"
#include "kernel/network.hpp"
#include "metrics/network_result.hpp"
#include "metrics/run_listener.hpp"
#include "scenario/network_config.hpp"

namespace headroom {

/// Hears of what it gave to be carried beside KV caches.
class ParcelDesk {
 public:
  virtual ~ParcelDesk() = default;
  virtual void parcel_came(std::uint32_t parcel) = 0;
  /// The server that it was to leave has no power any more.
  virtual void parcel_lost(std::uint32_t parcel) = 0;
};

/// KV caches on their way from the instance that read a prompt to the one that goes on. Room for a cache is booked
/// there before it sets out; where there is none, it waits.
class HandOvers final : public SliceWatch {
 public:
  /// All outlive this.
  struct Surroundings {
    Network& network;
    Fleet& fleet;
    InstanceObserver& observer;
    std::span<RunListener* const> listeners;
    EventQueue& queue;
  };
  /// What finds its other instance gone goes to a desk, which is set before the run begins.
  HandOvers(const NetworkConfig& config, const Surroundings& around);
  void set_desk(ReturnDesk& desk) { desk_ = &desk; }

  /// Takes so much from one instance to another, over the same network, for somebody who needs no room for it there.
  void carry(ParcelDesk& desk, std::uint32_t parcel, InstanceId from, InstanceId to, double bytes);
  /// What such a parcel gets that shares nothing.
  [[nodiscard]] double bytes_per_s(InstanceId from, InstanceId to) const {
    return network_.bytes_per_s(fleet_.server_of(from), fleet_.server_of(to));
  }
  /// What it would get beside what is under way.
  [[nodiscard]] double shared_bytes_per_s(InstanceId from, InstanceId to) const {
    return network_.shared_bytes_per_s(fleet_.server_of(from), fleet_.server_of(to));
  }
  void prefilled(InstanceId id) override;
  void power_cut(std::span<const ServerId> servers) override;

  /// Calls `use(sequence, from)` for every request that is under way.
  template <class Use>
  void each_under_way(Use use) const {
    for (const Transfer& transfer : transfers_)
      if (transfer.lives && !transfer.desk) use(transfer.sequence, transfer.from);
  }
  /// Requests.
  [[nodiscard]] std::uint64_t under_way() const;
  /// When the run is over.
  [[nodiscard]] NetworkResult finish() const;

 private:
  struct Transfer {
    Sequence sequence;
    InstanceId from;
    double bytes = 0;
    bool lives = false;     ///< false: its event is still to come, but it was cut
    bool has_room = false;  ///< travels
    Seconds since{};
    ParcelDesk* desk = nullptr;  ///< whose parcel it is, else a KV cache
    std::uint32_t parcel = 0;
  };

  [[nodiscard]] std::uint32_t new_number();
  void look(const Event& event);
  void set_out(std::uint32_t number, Seconds prefill);
  void arrive(Transfer& transfer);
  void turn_back(Transfer& transfer);
  void lose(Transfer& transfer);
  void note_arrived(const Transfer& transfer);
  void note_cut(const Transfer& transfer);
  void tell(const Transfer& transfer, bool arrived) const;
  [[nodiscard]] double bytes_left(const Transfer& transfer, Seconds prefill) const;
  [[nodiscard]] const VariantSpec& variant_of(InstanceId id) const {
    return fleet_.variants()[fleet_.view()[id].variant].spec;
  }
  [[nodiscard]] Instance& instance(InstanceId id) { return fleet_.instances()[id.index()]; }
  [[nodiscard]] static InstanceId to(const Transfer& transfer) { return *transfer.sequence.decode_at; }

  const NetworkConfig& config_;
  Network& network_;
  Fleet& fleet_;
  InstanceObserver& observer_;
  std::span<RunListener* const> listeners_;
  EventQueue& queue_;
  ReturnDesk* desk_ = nullptr;
  std::vector<Transfer> transfers_;
  std::vector<std::uint32_t> free_;  ///< places in `transfers_` whose event has come
  std::vector<Prefilled> taken_;
  NetworkResult result_;
};

}  // namespace headroom
