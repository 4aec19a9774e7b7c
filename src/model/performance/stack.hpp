#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"
#include "model/calibration_note.hpp"
#include "model/error_interval.hpp"
#include "model/performance/all_reduce.hpp"
#include "model/performance/expert_kernels.hpp"

namespace headroom {

/// How durations stretch as the SM clock falls to x = clock / highest clock: by 1 + a (1/x - 1), and by b (1/x -
/// 1/knee) more below the knee, for memory-like and compute-like terms. Below `lowest_fraction` nothing was measured:
/// from there a duration goes as 1/x. Fitted to the A100 curves of BEAM (510 to 1410 MHz); other GPUs borrow them.
struct ClockResponse {
  double knee_fraction = 0.64;
  double lowest_fraction = 510.0 / 1410.0;
  double memory_share_fraction = 0.27;      ///< a of memory-like terms
  double memory_below_knee_fraction = 0.5;  ///< b of memory-like terms
  double compute_share_fraction = 0.8;
  double compute_below_knee_fraction = 0.2;

  /// Durations over those at the highest clock.
  struct Stretch {
    double memory, compute;  ///< of memory-like and compute-like terms
  };
  /// At a slowness of highest clock / clock.
  [[nodiscard]] Stretch stretch(double slowness) const;
  void fields(Fields& f);
};

/// Products of FP8, beside those of 16 bits.
struct QuantisedProducts {
  double compute_ratio = 1;     ///< rate over that of 16 bits
  Seconds product_latency{};    ///< more of each product: activations are quantised before it
  double quantising_bytes = 0;  ///< of memory traffic that quantising an element of them takes as long as

  void fields(Fields& f);
};

/// Extra time of a layer that a stack spends on one model beside its kernels, named because no table shows it.
struct EngineDetour {
  Seconds layer_latency{};
  Seconds token_latency{};  ///< of each token of the step

  void fields(Fields& f);
};

/// What a serving stack reaches on one GPU type; see docs/models.md for each term.
struct StackCoefficients {
  bool from_data_sheet = false;              ///< no step was measured on this GPU: only for who asks for that
  double bandwidth_fraction = 0.85;          ///< of the data sheet's memory bandwidth, in streaming weights
  double context_bandwidth_fraction = 0.85;  ///< likewise, in reading the KV cache
  double compute_fraction = 0.5;             ///< of the data sheet's FP16 peak, in matrix products
  double attention_compute_fraction = 0.5;   ///< likewise, in attention of prompts
  double unoverlapped_fraction = 1.0;        ///< of the shorter of weight streaming and matrix work: 1 adds, 0 hides
  Seconds step_latency{};                    ///< of the GPU's small kernels outside the layers
  Seconds layer_latency{};                   ///< of the GPU's small kernels in a layer
  Seconds parallel_latency{};                ///< more in a layer where several GPUs share it
  Seconds sequence_latency{};                ///< of a sequence's small kernels in 32 layers; GPUs share it
  AllReduceTimes all_reduce;                 ///< by GPUs
  std::map<std::string, QuantisedProducts> quantised;  ///< by precision
  ExpertCoefficients experts;
  std::map<std::string, EngineDetour> detours;  ///< by model
  Seconds layer_launch{};                       ///< the host launches a layer's kernels while the GPU runs earlier ones
  double unoverlapped_launch_fraction = 0.0;    ///< of the shorter of launching and the GPU's work
  Seconds step_overhead{};                      ///< of the host, per step; the GPU waits
  Seconds prefill_overhead{};                   ///< likewise, more for a step with prompt tokens
  Seconds sequence_overhead{};                  ///< likewise, per sequence in the step
  double saturation_tokens = 1e9;               ///< tokens in one step from which each further one costs extra
  double saturated_bytes_per_s = 1e15;          ///< all-reduce payload over their extra time, per GPU beyond the first
  ClockResponse clock{};
  std::vector<CalibrationNote> calibration;  ///< of this block
  std::vector<ErrorInterval> errors;         ///< of predictions with this block

  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// A named serving stack: software of a time, with what it reaches on each GPU type and how well that was fitted.
struct StackProfile {
  std::string name;
  double memory_fraction = 0.90;                  ///< of device memory that the stack may use
  double reserve_bytes = 0;                       ///< per GPU, for activations and graphs
  std::optional<double> mixture_reserve_bytes;    ///< the same where there are experts; absent: no other
  bool mixes_prefill = true;                      ///< prompts share steps with decodes; else decodes pause for them
  double step_tokens = 2048;                      ///< prompt tokens of one sequence in a step, where they share it
  std::map<std::string, StackCoefficients> gpus;  ///< by GPU name; "default" serves every other GPU

  std::string source;  ///< measurements behind the coefficients

  void fields(Fields& f);
  /// The GPU's own coefficients, else those under "default"; throws InputError where the stack has neither, or only
  /// what follows from a data sheet and that was not asked for.
  [[nodiscard]] const StackCoefficients& on(const std::string& gpu, bool by_data_sheet = false) const;
};

}  // namespace headroom
