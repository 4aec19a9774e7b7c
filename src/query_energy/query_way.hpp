#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "predict/prediction.hpp"
#include "query_energy/query_method.hpp"
#include "query_energy/query_share.hpp"

namespace headroom {

/// A query's energy by one way, and what it follows from.
struct QueryWay {
  std::string way;
  std::string of;  ///< model and node, or the run
  double input_tokens = 0;
  std::optional<double> batch;  ///< of an instance, where it is held
  QueryShare share;
};

/// By the method, at the medians of its distributions. Throws InputError at `where` for a model that it does not have.
[[nodiscard]] QueryWay by_method(const QueryMethod& method, const std::string& model, double input_tokens,
                                 double output_tokens, const std::string& where);

/// By our own models in the steady state at the input's batch: the power of a server whose instances are all so busy.
[[nodiscard]] QueryWay by_steady_state(const PredictionInput& input, double pue_ratio);

/// The largest whole batch whose sequences fit into memory and whose median time between tokens is at most that long.
/// Throws InputError at `where` if one sequence takes longer.
[[nodiscard]] double largest_batch(PredictionInput input, Seconds inter_token, const std::string& where);

/// By a run with /query_energy, whose output directory this is: a mean request of it.
[[nodiscard]] QueryWay by_run(const std::filesystem::path& out);

}  // namespace headroom
