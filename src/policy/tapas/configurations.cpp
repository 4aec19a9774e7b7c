#include "policy/tapas/configurations.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "headroom/gpu.hpp"

namespace headroom {
namespace {

constexpr double kNoLoadPerS = 1e-6;

Configuration configured(const World& world, const MeanRequest& request, VariantId variant, Hertz clock,
                         std::uint32_t batch, Seconds ttft_limit, Seconds tbt_limit) {
  const Variant& of = world.variants[variant.index()];
  Configuration one{.variant = variant, .clock = clock, .batch = batch, .gpus = of.gpus, .quality = of.quality};
  one.goodput_per_s = goodput(*world.catalogue, request, variant, batch, clock, ttft_limit, tbt_limit);
  for (std::size_t i = 0; i < Configuration::kLoads; ++i) {
    const double share = static_cast<double>(i) / (Configuration::kLoads - 1);
    const double rate = std::max(kNoLoadPerS, share * one.goodput_per_s);
    one.instance_w[i] = world.catalogue->estimate(variant, request.load(rate, batch), clock).gpus.value();
  }
  return one;
}

}  // namespace

Power Configuration::gpus_draw(double rate_per_s) const {
  if (goodput_per_s <= 0) return Power(instance_w.back());
  const double at = std::clamp(rate_per_s / goodput_per_s, 0.0, 1.0) * (kLoads - 1);
  const auto below = std::min(static_cast<std::size_t>(at), kLoads - 2);
  return Power(std::lerp(instance_w[below], instance_w[below + 1], at - static_cast<double>(below)));
}

void MeanRequest::fields(Fields& f) {
  f("slo_factor", slo_factor, "goodput: latencies up to so many times those of an unloaded instance",
    Range::between(1, 1e3));
  f("input_tokens", input_tokens, "of a mean request, as the models are asked about it", Range::between(1, 1e7));
  f("output_tokens", output_tokens, "likewise", Range::between(1, 1e7));
}

void ConfigurationSpace::fields(Fields& f) {
  f("clocks_mhz", clocks, "SM clocks to choose from", Range::clock());
  f("batches", batches, "most requests of a batch to choose from", Range::between(1, 65536));
  f("variants", variants, "whether instances may change to other variants of their service");
  f.part(request);
}

void ConfigurationSpace::check_in(std::span<const Hertz> supported, const Scope& scope) const {
  if (clocks.empty()) scope.at("clocks_mhz").problem("must have at least one clock");
  if (batches.empty()) scope.at("batches").problem("must have at least one batch");
  for (std::size_t i = 0; i < clocks.size(); ++i)
    if (std::ranges::none_of(supported, [&](Hertz clock) { return same_clock(clock, clocks[i]); }))
      scope.at("clocks_mhz").at(i).problem("the GPUs do not support this clock");
}

double goodput(const Catalogue& catalogue, const MeanRequest& request, VariantId variant, std::uint32_t batch,
               Hertz clock, Seconds ttft_limit, Seconds tbt_limit) {
  const auto keeps = [&](double rate) {
    const Estimate estimate = catalogue.estimate(variant, request.load(rate, batch), clock);
    return estimate.sustained && estimate.ttft <= ttft_limit && estimate.tbt <= tbt_limit;
  };
  double low = kNoLoadPerS;
  if (!keeps(low)) return 0;
  double high = 2 * low;
  while (keeps(high)) {
    low = high;
    high *= 8;
  }
  while (high - low > 1e-3 * high) {
    const double middle = (low + high) / 2;
    (keeps(middle) ? low : high) = middle;
  }
  return low;
}

std::vector<Configuration> configurations_of(const World& world, VariantId came, const ConfigurationSpace& space) {
  const Variant& own = world.variants[came.index()];
  const Hertz highest = *std::ranges::max_element(world.clocks[own.server_type.index()]);
  const std::uint32_t largest = world.most_sequences;
  const MeanRequest& request = space.request;
  const Estimate unloaded = world.catalogue->estimate(came, request.load(kNoLoadPerS, largest), highest);
  const Seconds ttft = unloaded.ttft * request.slo_factor, tbt = unloaded.tbt * request.slo_factor;
  std::vector<Configuration> all{configured(world, request, came, highest, largest, ttft, tbt)};
  for (std::size_t i = 0; i < world.variants.size(); ++i) {
    const VariantId id(i);
    if (world.variants[i].service != own.service || world.variants[i].server_type != own.server_type) continue;
    if (!space.variants && id != came) continue;
    for (const Hertz clock : space.clocks)
      for (const std::uint32_t batch : space.batches)
        if (id != came || clock != highest || batch < largest)
          all.push_back(configured(world, request, id, clock, batch, ttft, tbt));
  }
  return all;
}

}  // namespace headroom
