#pragma once

#include <algorithm>
#include <optional>

#include "headroom/smoother.hpp"
#include "policy/smoothing/running_sum.hpp"

namespace headroom {

/// The energy in a storage, the books of what passed it, and how it was used. Charging at power p stores efficiency * p
/// and loses the rest; discharging loses nothing.
class StorageAccount {
 public:
  StorageAccount() = default;
  StorageAccount(Energy energy, double efficiency) : energy_(energy), efficiency_(efficiency) { begin(); }

  /// Empties books and statistics.
  void begin() {
    demanded_ = drawn_ = lost_ = {};
    at_begin_ = lowest_ = highest_ = energy_;
    integral_ = least_ = most_ = {};
    peak_charge_ = peak_discharge_ = {};
  }

  /// The demand was held for `time`, and the storage gave `power` of it (below 0: it charged).
  void pass(Power demand, Power power, Seconds time) {
    if (time <= Seconds()) return;
    demanded_ += demand * time;
    drawn_ += (demand - power) * time;
    lost_ += std::max(-power, Power()) * (1.0 - efficiency_) * time;
    set_energy(energy_ - energy_rate(power) * time);
    integral_ += power * time;
    least_ = std::min(least_, integral_);
    most_ = std::max(most_, integral_);
    peak_charge_ = std::max(peak_charge_, -power);
    peak_discharge_ = std::max(peak_discharge_, power);
  }

  void set_energy(Energy energy) {
    energy_ = energy;
    lowest_ = std::min(lowest_, energy_);
    highest_ = std::max(highest_, energy_);
  }

  [[nodiscard]] Energy energy() const { return energy_; }
  /// How fast the energy falls while the storage gives `power`.
  [[nodiscard]] Power energy_rate(Power power) const { return power < Power() ? power * efficiency_ : power; }

  [[nodiscard]] SmoothingBooks books() const {
    SmoothingBooks books;
    books.demand = demanded_.value();
    books.stored = energy_ - at_begin_;
    books.lost = lost_.value();
    books.drawn = drawn_.value();
    return books;
  }

  [[nodiscard]] StorageUse use(std::optional<Energy> capacity) const {
    StorageUse use{most_ - least_, peak_charge_, peak_discharge_, std::nullopt, std::nullopt};
    if (capacity) {
      use.used = highest_ - lowest_;
      use.lowest_charge_fraction = lowest_ / *capacity;
      use.highest_charge_fraction = highest_ / *capacity;
    }
    return use;
  }

 private:
  Energy energy_{}, at_begin_{}, lowest_{}, highest_{};
  double efficiency_ = 1.0;
  RunningSum demanded_, drawn_, lost_;
  Energy integral_{}, least_{}, most_{};
  Power peak_charge_{}, peak_discharge_{};
};

}  // namespace headroom
