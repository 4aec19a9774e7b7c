#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/json.hpp"
#include "model/performance/parallelism.hpp"
#include "model/steady_state.hpp"
#include "scenario/scenario.hpp"

namespace headroom {

/// One combination of what `headroom predict` is asked about. The parts outlive it.
struct PredictionInput {
  const HardwareConfig* hardware = nullptr;
  const Architecture* model = nullptr;
  const StackProfile* stack = nullptr;
  std::uint32_t tensor_parallel = 1;
  Parallelism parallelism{};  ///< stages and groups beside
  double batch = 1;
  double prompt_tokens = 1;
  double output_tokens = 1;
  double context_tokens = 1;  ///< that a decoding sequence holds
  Hertz clock{};
  std::optional<Power> cap;
  std::optional<double> rate_per_s;         ///< of arrivals; given: also says what they see
  double max_batch_sequences = 256;         ///< that the batch scheduler admits at such a rate
  double output_cv = 0;                     ///< standard deviation of output tokens over their mean
  std::string input_data = "random_dense";  ///< operands of its matrix products
  bool by_data_sheet = false;               ///< also for a GPU on which no step of the stack was measured

  /// Of an instance.
  [[nodiscard]] std::uint32_t gpus() const { return tensor_parallel * parallelism.parts(); }
};

/// Tokens that its KV cache holds; not above 0 where its weights do not fit.
[[nodiscard]] double kv_capacity_tokens(const PredictionInput& input);

/// What its batch is like where it is held.
[[nodiscard]] SteadyLoad load_of(const PredictionInput& input);

/// Says which of its steps no limit could hold at the TDP; empty: none.
[[nodiscard]] std::string check_draws(const PredictionInput& input);

/// Its row of the answer, in the order of the columns; a value that does not apply is null.
[[nodiscard]] Json predict(const PredictionInput& input);

}  // namespace headroom
