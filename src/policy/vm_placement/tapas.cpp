#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

#include "headroom/recipe.hpp"
#include "headroom/vm.hpp"

namespace headroom {
namespace {

enum class BeyondLimits : std::uint8_t { wait, least };
std::array<std::string_view, 2> words_of(BeyondLimits) {
  return {"wait", "least"};
}

/// The virtual machine allocator of TAPAS (ASPLOS 2025, sections 4.1 and 4.5): servers whose row or aisle would go
/// beyond its limit at some step are out (or come last); opaque machines go to cold servers and those that serve to
/// warm ones, as long as their GPUs stay cool; rows and aisles that have much of a kind already get no more of it; what
/// is left is levelled by the peaks of rows.
class TapasPlacement final : public VmPlacement {
 public:
  void fields(Fields& f) override {
    f("limit_margin_k", limit_margin_, "so far below the temperature at which they throttle GPUs are to stay",
      Range::between(0, 100));
    f("heavy_fraction", heavy_fraction_, "a row or aisle of whose machines more than this are of a kind has much of it",
      Range::fraction());
    f("beyond_limits", beyond_,
      "where no row and aisle would stay within its limit: `wait`, or `least`: to where it is passed by the least");
  }

  std::optional<ServerId> place(const Vm& vm, const VmView& view) override {
    std::vector<Candidate> candidates = free_servers(vm, view);
    sort_into_groups(candidates, vm, view);
    const Shares shares(vm, view);
    Validator validator(view);
    const Candidate* best = nullptr;
    for (Candidate& one : candidates) {
      const auto [peak, excess] = validator.with(vm, one.server);
      if (excess > 0 && beyond_ == BeyondLimits::wait) continue;
      one.order = {excess, rank(vm, view, one), shares.is_heavy(one.server, heavy_fraction_), peak, one.server.index()};
      if (!best || one.order < best->order) best = &one;
    }
    return best ? std::optional(best->server) : std::nullopt;
  }

 private:
  static constexpr std::size_t kGroups = 3;  ///< cold, medium, warm
  using Order = std::tuple<double, std::size_t, bool, double, std::size_t>;
  struct Candidate {
    ServerId server;
    std::uint16_t first_gpu;
    Celsius projected{};  ///< at one load for all, whatever the machine
    std::size_t group = 0;
    Order order{};
  };

  static std::vector<Candidate> free_servers(const Vm& vm, const VmView& view) {
    std::vector<Candidate> list;
    for (std::size_t i = 0; i < view.servers(); ++i)
      if (const auto first = view.first_gpu(vm, ServerId(i))) list.push_back({ServerId(i), *first});
    return list;
  }

  /// Of equal size, by the hottest of the GPUs that it would get, at TDP; without /cooling all are cold.
  static void sort_into_groups(std::vector<Candidate>& list, const Vm& vm, const VmView& view) {
    const Heat* heat = view.heat();
    if (!heat) return;
    for (Candidate& one : list)
      one.projected =
          heat->steady_gpu(one.server, one.first_gpu, vm.gpus, view.gpu_tdp(one.server), heat->inlet(one.server));
    std::ranges::stable_sort(list, {}, &Candidate::projected);
    for (std::size_t i = 0; i < list.size(); ++i) list[i].group = i * kGroups / list.size();
  }

  /// 0 for the group that suits the machine best, the highest for servers where it would be too hot.
  [[nodiscard]] std::size_t rank(const Vm& vm, const VmView& view, const Candidate& one) const {
    const Heat* heat = view.heat();
    if (!heat) return 0;
    const Power peak(*std::ranges::max_element(vm.gpu_w));
    const Celsius hottest = heat->steady_gpu(one.server, one.first_gpu, vm.gpus, peak, heat->inlet(one.server));
    if (!(hottest < heat->gpu_limit(one.server) - limit_margin_)) return kGroups;
    return vm.is_opaque() ? one.group : kGroups - 1 - one.group;
  }

  /// How much of rows and aisles is of the machine's kind.
  class Shares {
   public:
    Shares(const Vm& vm, const VmView& view) : view_(view), rows_(view.rows()) {
      const Heat* heat = view.heat();
      if (heat) aisles_.resize(heat->aisles());
      std::vector<bool> seen(view.rows());
      for (std::size_t i = 0; i < view.servers(); ++i) {
        const std::size_t row = view.row_of(ServerId(i));
        if (seen[row]) continue;
        seen[row] = true;
        const std::size_t opaque = view.opaque_in_row(row), serving = view.serving_in_row(row);
        const Share share{vm.is_opaque() ? opaque : serving, opaque + serving};
        rows_[row] = share;
        if (!heat) continue;
        aisles_[heat->aisle_of(ServerId(i))].alike += share.alike;
        aisles_[heat->aisle_of(ServerId(i))].all += share.all;
      }
    }
    [[nodiscard]] bool is_heavy(ServerId server, double fraction) const {
      const auto heavy = [&](const Share& share) {
        return static_cast<double>(share.alike) > fraction * static_cast<double>(share.all);
      };
      return heavy(rows_[view_.row_of(server)]) || (view_.heat() && heavy(aisles_[view_.heat()->aisle_of(server)]));
    }

   private:
    struct Share {
      std::size_t alike = 0, all = 0;
    };
    const VmView& view_;
    std::vector<Share> rows_, aisles_;
  };

  /// What rows and aisles come to at their highest step. Servers of a row on which a machine adds the same have the
  /// same answer.
  class Validator {
   public:
    explicit Validator(const VmView& view) : view_(view) {}

    struct Answer {
      double peak_of_row;  ///< W, with the machine
      double excess;       ///< 0 where row and aisle stay within their limits, else by how much of it one is passed
    };
    [[nodiscard]] Answer with(const Vm& vm, ServerId server) {
      const std::size_t row = view_.row_of(server);
      const double row_peak = peak(rows_, row, view_.row_w(row), view_.added_w(vm, server));
      double excess = beyond(row_peak, view_.row_limit(row).value());
      if (const Heat* heat = view_.heat()) {
        const std::size_t aisle = heat->aisle_of(server);
        const double air = peak(aisles_, aisle, view_.aisle_m3_per_s(aisle), view_.added_m3_per_s(vm, server));
        excess = std::max(excess, beyond(air, heat->supply(aisle)));
      }
      return {row_peak, excess};
    }

   private:
    static double beyond(double load, double limit) { return load > limit ? load / limit - 1 : 0; }
    struct Known {
      std::size_t where;
      const double* added;
      double peak;
    };
    static double peak(std::vector<Known>& known, std::size_t where, std::span<const double> load,
                       std::span<const double> added) {
      for (const Known& one : known)
        if (one.where == where && one.added == added.data()) return one.peak;
      double most = 0;
      for (std::size_t i = 0; i < load.size(); ++i) most = std::max(most, load[i] + added[i]);
      known.push_back({where, added.data(), most});
      return most;
    }
    const VmView& view_;
    std::vector<Known> rows_, aisles_;
  };

  Kelvin limit_margin_{5};
  double heavy_fraction_ = 0.6;
  BeyondLimits beyond_ = BeyondLimits::wait;
};

}  // namespace

namespace kinds {
Kind<VmPlacement> tapas() {
  return kind_of<VmPlacement, TapasPlacement>(
      "tapas", "within limits of rows and aisles, opaque machines to cold servers and those that serve to warm ones");
}
}  // namespace kinds

}  // namespace headroom
