#pragma once

#include <compare>

namespace headroom {

/// A physical quantity of dimension energy^E * time^T * temperature^K, held in SI units (joule, second, kelvin).
/// Products and quotients carry their dimension; a ratio of equals is a plain double.
template <int E, int T, int K = 0>
class Quantity {
 public:
  constexpr Quantity() = default;
  constexpr explicit Quantity(double si) : value_(si) {}

  /// The magnitude in SI units.
  [[nodiscard]] constexpr double value() const { return value_; }

  constexpr auto operator<=>(const Quantity&) const = default;
  constexpr Quantity operator-() const { return Quantity(-value_); }
  constexpr Quantity& operator+=(Quantity other) {
    value_ += other.value_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    value_ -= other.value_;
    return *this;
  }
  constexpr Quantity& operator*=(double factor) {
    value_ *= factor;
    return *this;
  }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return a += b; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return a -= b; }
  friend constexpr Quantity operator*(Quantity a, double b) { return a *= b; }
  friend constexpr Quantity operator*(double a, Quantity b) { return b *= a; }
  friend constexpr Quantity operator/(Quantity a, double b) { return Quantity(a.value_ / b); }

 private:
  double value_ = 0.0;
};

template <int E1, int T1, int K1, int E2, int T2, int K2>
constexpr auto operator*(Quantity<E1, T1, K1> a, Quantity<E2, T2, K2> b) {
  if constexpr (E1 + E2 == 0 && T1 + T2 == 0 && K1 + K2 == 0) return a.value() * b.value();
  else return Quantity<E1 + E2, T1 + T2, K1 + K2>(a.value() * b.value());
}

template <int E1, int T1, int K1, int E2, int T2, int K2>
constexpr auto operator/(Quantity<E1, T1, K1> a, Quantity<E2, T2, K2> b) {
  if constexpr (E1 == E2 && T1 == T2 && K1 == K2) return a.value() / b.value();
  else return Quantity<E1 - E2, T1 - T2, K1 - K2>(a.value() / b.value());
}

using Seconds = Quantity<0, 1>;
using Hertz = Quantity<0, -1>;
using Energy = Quantity<1, 0>;
using Power = Quantity<1, -1>;
using PowerRamp = Quantity<1, -2>;         ///< how fast a power changes
using Kelvin = Quantity<0, 0, 1>;          ///< a difference of temperatures
using KelvinPerWatt = Quantity<-1, 1, 1>;  ///< a thermal resistance

/// A temperature in degrees Celsius: a point on its scale. Two have a difference and an order, but no sum.
class Celsius {
 public:
  constexpr Celsius() = default;
  constexpr explicit Celsius(double degrees) : value_(degrees) {}

  [[nodiscard]] constexpr double value() const { return value_; }

  constexpr auto operator<=>(const Celsius&) const = default;
  constexpr Celsius& operator+=(Kelvin difference) {
    value_ += difference.value();
    return *this;
  }
  friend constexpr Celsius operator+(Celsius a, Kelvin b) { return a += b; }
  friend constexpr Celsius operator-(Celsius a, Kelvin b) { return a += -b; }
  friend constexpr Kelvin operator-(Celsius a, Celsius b) { return Kelvin(a.value_ - b.value_); }

 private:
  double value_ = 0.0;
};

}  // namespace headroom
