#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <vector>

#include "kernel/event_queue.hpp"
#include "kernel/flow_solver.hpp"
#include "kernel/network.hpp"
#include "kernel/network_layout.hpp"

namespace headroom {

/// Transfers as flows that share NICs and uplinks. Each way a NIC has so many at most; the others wait for it in order
/// of their sending, and one that waits for two NICs is behind no later one at either. What stays within a server waits
/// for nobody.
class FlowNetwork final : public Network, public FlowWatch {
 public:
  /// All outlive this.
  FlowNetwork(const NetworkLayout& layout, std::uint32_t flows_per_nic, FlowSolver& solver, EventQueue& queue);

  void send(std::uint32_t number, ServerId from, ServerId to, double bytes, double ahead) override;
  void cut(std::uint32_t number) override;
  [[nodiscard]] double bytes_per_s(ServerId from, ServerId to) const override;
  [[nodiscard]] double shared_bytes_per_s(ServerId from, ServerId to) const override;
  [[nodiscard]] std::vector<LinkUse> links() const override;

  void arrived(std::uint32_t number, Seconds now) override;

 private:
  enum class Phase : std::uint8_t { over, waits, sets_out, flows };
  struct Flow {
    ServerId from, to;
    double bytes = 0, ahead = 0;
    Phase phase = Phase::over;
    bool is_cut = false;  ///< and its event of the kind `flow` is still to come

    [[nodiscard]] bool is_local() const { return from == to; }
  };
  /// Into, or out of, a NIC.
  struct Lane {
    std::deque<std::uint32_t> waiting;
    std::uint32_t live = 0;
  };

  void act(const Event& event);
  void let_go(std::uint32_t number, Seconds now);
  void end(std::uint32_t number, double left, Seconds now);
  void admit(std::size_t lane, Seconds now);
  [[nodiscard]] bool may_go(std::uint32_t number) const;
  /// Of a flow between servers: out of its NIC, into the other's.
  [[nodiscard]] static std::array<std::size_t, 2> lanes_of(const Flow& flow) {
    return {2 * flow.from.index(), 2 * flow.to.index() + 1};
  }
  [[nodiscard]] bool crosses_racks(const Flow& flow) const;
  /// Calls `use(link)` for each link of a flow, an index into `ended_`; for none within a server.
  template <class Use>
  void each_link(const Flow& flow, Use use) const;
  void forget(const Flow& flow);
  void note_carried(const Flow& flow, double left, std::vector<LinkUse>& links) const;

  const NetworkLayout& layout_;
  std::uint32_t flows_per_nic_;
  FlowSolver& solver_;
  EventQueue& queue_;
  std::vector<Flow> flows_;           ///< by number
  std::vector<Lane> lanes_;           ///< out of and into each NIC
  std::vector<LinkUse> ended_;        ///< NICs as lanes, then uplinks; by flows that are over
  std::vector<std::uint32_t> users_;  ///< by link likewise: flows that are not over
};

}  // namespace headroom
