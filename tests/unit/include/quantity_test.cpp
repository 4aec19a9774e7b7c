#include "headroom/quantity.hpp"

#include <gtest/gtest.h>

#include <concepts>
#include <type_traits>

namespace headroom {
namespace {

template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};

static_assert(std::same_as<decltype(KelvinPerWatt() * Power()), Kelvin>);
static_assert(std::same_as<decltype(Kelvin() / KelvinPerWatt()), Power>);
static_assert(std::same_as<decltype(Kelvin() / Kelvin()), double>);
static_assert(std::same_as<decltype(Celsius() - Celsius()), Kelvin>);
static_assert(!Addable<Celsius, Celsius>);
static_assert(!Addable<Kelvin, Power>);
static_assert(!std::is_convertible_v<Kelvin, Celsius>);

TEST(Celsius, IsAPointWhoseDistancesAreKelvin) {
  EXPECT_EQ(Celsius(85) - Celsius(60), Kelvin(25));
  EXPECT_EQ(Celsius(20) + Kelvin(5), Celsius(25));
  EXPECT_EQ(Celsius(20) - Kelvin(25), Celsius(-5));
  EXPECT_LT(Celsius(-5), Celsius(0));
  EXPECT_EQ(Celsius(30) + KelvinPerWatt(0.1) * Power(400), Celsius(70));
}

}  // namespace
}  // namespace headroom
