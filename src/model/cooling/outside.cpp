#include "model/cooling/outside.hpp"

#include <array>

#include "headroom/trigonometry.hpp"
#include "model/cooling/polyline.hpp"

namespace headroom {
namespace {

constexpr double kDay = 86400;  // s
constexpr Range time_of_day = Range::between(0, kDay);
constexpr Range weather = Range::between(-60, 70);

class Constant final : public OutsideTemperature {
 public:
  [[nodiscard]] Celsius at(Seconds) const override { return outside_; }
  void fields(Fields& f) override { f("outside_c", outside_, "the whole time", weather); }

 private:
  Celsius outside_{20};
};

class Day final : public OutsideTemperature {
 public:
  [[nodiscard]] Celsius at(Seconds now) const override {
    const double turns = (now + start_ - peak_).value() / kDay;
    return mean_ + amplitude_ * portable::cosine(turns);
  }
  void fields(Fields& f) override {
    f("mean_c", mean_, "mean of the day", weather);
    f("amplitude_k", amplitude_, "highest temperature less the mean", Range::between(0, 40));
    f("peak_s", peak_, "time of day at which it is hottest, after midnight", time_of_day);
    f("start_s", start_, "time of day at which the run starts", time_of_day);
  }

 private:
  Celsius mean_{20};
  Kelvin amplitude_{5};
  Seconds peak_{54000};
  Seconds start_{0};
};

class Points final : public OutsideTemperature {
 public:
  [[nodiscard]] Celsius at(Seconds now) const override { return Celsius(value_at(curve_, now.value(), Beyond::holds)); }
  void fields(Fields& f) override {
    f.required("curve", curve_, "straight lines between points of rising time; constant before and after them");
  }
  void check(const Scope& scope) const override { check_rising(curve_, "a later time_s", scope.at("curve")); }

 private:
  struct Point {
    Seconds time{};
    Celsius outside{};
    [[nodiscard]] double x() const { return time.value(); }
    [[nodiscard]] double y() const { return outside.value(); }
    void fields(Fields& f) {
      f.required("time_s", time, "since the start of the run", Range::delay());
      f.required("outside_c", outside, "outside then", weather);
    }
  };
  std::vector<Point> curve_;
};

template <class T>
std::unique_ptr<OutsideTemperature> make() {
  return std::make_unique<T>();
}

constexpr std::array<Kind<OutsideTemperature>, 3> kKinds = {
    Kind<OutsideTemperature>{"constant", "one temperature", make<Constant>},
    Kind<OutsideTemperature>{"day", "a sinusoid of 24 h", make<Day>},
    Kind<OutsideTemperature>{"points", "a curve of its own", make<Points>}};

}  // namespace

std::span<const Kind<OutsideTemperature>> outside_kinds() {
  return kKinds;
}

}  // namespace headroom
