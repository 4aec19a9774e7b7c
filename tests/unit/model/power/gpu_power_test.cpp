#include "model/power/gpu_power.hpp"

#include <gtest/gtest.h>

#include "model/performance/roofline.hpp"
#include "unit/model/toy.hpp"

namespace headroom {
namespace {

GpuPowerCoefficients simple() {
  GpuPowerCoefficients c;
  c.idle = Power(40);
  c.idle_loaded = Power(50);
  c.active = Power(100);
  c.per_flop = Energy(0.01);
  c.per_byte = Energy(0.1);
  c.voltage_knee_fraction = 0.6;
  c.voltage_floor_fraction = 0.8;
  c.memory_voltage_fraction = 0.5;
  return c;
}

TEST(EnergyRoofline, AddsIdleActiveAndOperations) {
  const EnergyRoofline model(simple(), toy::gpu());
  // 50 + 100 + 0.01 * 5000 + 0.1 * 300.
  EXPECT_DOUBLE_EQ(model.draw({5000, 300}, Hertz(1000)).value(), 230);
  EXPECT_EQ(model.idle(), Power(40));
  EXPECT_EQ(model.idle_loaded(), Power(50));
}

TEST(EnergyRoofline, VoltageFallsToAFloor) {
  const EnergyRoofline model(simple(), toy::gpu());
  // x = 0.7, a quarter of the way from the knee to the top: voltage 0.8 + 0.2 * 0.25^1.5 = 0.825. Half of a byte's
  // energy follows its square.
  const double core = 0.825 * 0.825;
  EXPECT_NEAR(model.draw({5000, 300}, Hertz(700)).value(), 50 + (70 + 50) * core + 30 * (0.5 + 0.5 * core), 1e-9);
  // x = 0.3, below the knee: 0.8 squared.
  EXPECT_NEAR(model.draw({5000, 300}, Hertz(300)).value(), 50 + (30 + 50) * 0.64 + 30 * 0.82, 1e-9);
}

TEST(EnergyRoofline, IsNotActiveWhileItWaits) {
  const EnergyRoofline model(simple(), toy::gpu());
  GpuActivity activity{5000, 300};
  activity.busy_fraction = 0.7;
  activity.collective_fraction = 0.3;
  EXPECT_DOUBLE_EQ(model.draw(activity, Hertz(1000)).value(), 50 + 100 * 0.4 + 50 + 30);
}

TEST(EnergyRoofline, SequencesCostEnergy) {
  GpuPowerCoefficients c = simple();
  c.per_sequence = Energy(0.5);
  GpuActivity activity{5000, 300};
  activity.sequences_per_s = 20;
  EXPECT_DOUBLE_EQ(EnergyRoofline(c, toy::gpu()).draw(activity, Hertz(1000)).value(), 230 + 10);
}

TEST(EnergyRoofline, LevelsOffAtWhatAGpuSustains) {
  const EnergyRoofline model(simple(), toy::gpu());
  // 394 W of the TDP of 400; 600 W of work above idle would be more.
  EXPECT_DOUBLE_EQ(model.draw({20000, 3000}, Hertz(1000)).value(), 394);
  // Below the highest clock the same share of all of it falls with the voltage.
  const double core = 0.64, memory = 0.82, share = 344.0 / 600;
  EXPECT_NEAR(model.draw({20000, 3000}, Hertz(300)).value(), 50 + share * ((30 + 200) * core + 300 * memory), 1e-9);
  GpuPowerCoefficients free = simple();
  free.sustained_fraction = 10;
  EXPECT_DOUBLE_EQ(EnergyRoofline(free, toy::gpu()).draw({20000, 3000}, Hertz(1000)).value(), 650);
}

TEST(EnergyRoofline, OperandsChangeWhatAMatrixProductDraws) {
  GpuPowerCoefficients c = simple();
  c.input_data_ratio = {{"random_dense", 1.0}, {"zeros", 0.7}, {"nothing", 0.0}};
  GpuSpec gpu = toy::gpu();
  gpu.tdp = Power(250);
  EXPECT_EQ(flop_energy_ratio(c, gpu, "random_dense"), 1.0);
  // A product at TDP: 50 idle, 100 active, 100 for 10000 operations/s. 0.7 of 250 W leaves 25 W for them.
  const double zeros = flop_energy_ratio(c, gpu, "zeros");
  EXPECT_DOUBLE_EQ(EnergyRoofline(c, gpu, zeros).draw({10000, 0}, Hertz(1000)).value(), 175);
  EXPECT_EQ(flop_energy_ratio(c, gpu, "nothing"), 0.0);
  // A lighter product loses a smaller share.
  const Power light = EnergyRoofline(c, gpu).draw({5000, 0}, Hertz(1000));
  EXPECT_GT(EnergyRoofline(c, gpu, zeros).draw({5000, 0}, Hertz(1000)), light * 0.7);
}

TEST(EnergyRoofline, DecodeDrawsMoreOnFewerGpus) {
  Power before{1e9};
  for (const std::uint32_t p : {2U, 4U, 8U}) {
    const RooflineModel performance(real::llama2_70b(), real::a100(), real::vllm(), p);
    const EnergyRoofline power(real::power(), real::a100());
    StepShape step;
    step.decodes = 8;
    const Hertz clock{1410e6};
    const Power draw = power.draw(GpuActivity::during(performance.cost(step, clock), 8 * 600), clock);
    EXPECT_LT(draw, before);
    EXPECT_GT(draw, power.idle_loaded());
    before = draw;
  }
}

}  // namespace
}  // namespace headroom
