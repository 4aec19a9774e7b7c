#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "config/folders.hpp"
#include "predict/prediction.hpp"

namespace headroom {

/// The options of `headroom predict`: lists of names, and of numbers and ranges (`number_list`).
struct PredictionOptions {
  std::string hardware;
  std::string model;
  std::string stack = "vllm_2025";
  std::optional<std::string> tensor_parallel;  ///< absent: all GPUs of a server
  std::optional<std::string> pipeline_stages, hand_over_ms, kv_groups, kv_group_tokens,
      kv_merge_ms;  ///< one number each; absent: as in a scenario
  std::string batch = "1";
  std::string prompt_tokens = "1024";
  std::string output_tokens = "256";
  std::optional<std::string> output_cv;       ///< one number: coefficient of variation; absent: 0
  std::optional<std::string> context_tokens;  ///< absent: that of requests in flight, prompt + output (1 + cv^2) / 2
  std::optional<std::string> clock_mhz;       ///< absent: the highest
  std::optional<std::string> cap_w;
  std::optional<std::string> rate;                 ///< of arrivals; absent: nothing is said of any
  std::optional<std::string> max_batch_sequences;  ///< one number; absent: 256
  std::string input_data = "random_dense";         ///< operands: a list of names
  bool from_data_sheet = false;                    ///< also where no step was measured on the GPU
};

/// All combinations of the options, the last option varying fastest. Combinations that cannot be are left out.
struct PredictionSweep {
  std::deque<HardwareConfig> hardware;
  std::deque<Architecture> models;
  std::deque<StackProfile> stacks;
  std::vector<PredictionInput> inputs;  ///< at least one; they point into the above
  Warnings warnings;                    ///< of the files
  std::size_t skipped = 0;
  std::vector<Problem> reasons;  ///< why some were left out, each once
};

/// Reads the options and their files; an InputError lists every problem, also where no combination is left.
[[nodiscard]] PredictionSweep prediction_sweep(const PredictionOptions& options, const ConfigFolders& folders);

}  // namespace headroom
