#pragma once

#include <string>
#include <vector>

#include "config/json.hpp"

namespace headroom {

/// What a limit is about.
enum class LimitKind { trips, brakes, peak, rejected, rise, latency };

/// How far a value of a run may go for its size to fit.
struct FitLimit {
  LimitKind kind = LimitKind::trips;
  std::string name;       ///< as on the command line: `brakes`, `low.e2e_p99`, `low.e2e_p99_s`
  double most = 0;        ///< counts; fractions of a budget, of requests, or of the reference's latency; s
  std::string pointer{};  ///< of a latency in a summary
  std::string of{};       ///< the class of its requests; empty: all
};

/// The limits of `--limit`, each `NAME=VALUE`, after those that hold unless they are among them: no trip, no brake, no
/// sample above a budget, no request rejected. An InputError lists every problem.
[[nodiscard]] std::vector<FitLimit> fit_limits(const std::vector<std::string>& assignments);

/// An InputError where a limit is of a class that is not among these.
void check_classes(const std::vector<FitLimit>& limits, const std::vector<std::string>& classes);

/// Whether a limit is about the difference to a reference.
[[nodiscard]] bool needs_reference(const std::vector<FitLimit>& limits);

/// The value that a limit is about; of a rise, against the summary of the reference. An InputError where the summary
/// has no such latency.
[[nodiscard]] double measured(const FitLimit& limit, const Json& summary, const Json& reference);

/// A value as people read it: `3`, `0.947`, `+4.1 %`, `31.2 s`.
[[nodiscard]] std::string value_text(const FitLimit& limit, double value);

}  // namespace headroom
