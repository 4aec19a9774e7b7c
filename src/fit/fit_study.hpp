#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fit/fit_limit.hpp"
#include "study/study.hpp"

namespace headroom {

/// What is asked: a scenario whose servers vary, under a policy.
struct FitQuestion {
  std::string scenario;           ///< a name or a path
  std::string policy;             ///< a name or a path; empty: the scenario's own
  bool load_grows = true;         ///< with the servers, in proportion
  std::vector<std::string> sets;  ///< `/json/pointer=value`, of the scenario
};

/// The scenario as it is given.
struct FitBase {
  std::string name;
  std::uint64_t servers = 1;
  std::string load_pointer;            ///< of the number that the load grows by; empty where it stays
  double load = 0;                     ///< what stands there
  bool has_budget = true;              ///< whether a level of the site has one, against which a peak is held
  std::vector<std::string> classes{};  ///< of its requests
};

/// Reads the scenario; an InputError where its load is to grow and has no number to grow by.
[[nodiscard]] FitBase fit_base(const FitQuestion& question, const ConfigFolders& folders);

/// What the sizes of a round are asked by: a study of servers, the load that goes with them, and the policy beside
/// the same without its controllers, if a limit is against that.
class FitStudy {
 public:
  FitStudy(FitQuestion question, FitBase base, const std::vector<FitLimit>& limits);

  /// The study at these sizes, in a draw of the models' errors (0: none). `nodes` with a budget become columns.
  [[nodiscard]] LoadedStudy study(const std::vector<std::uint64_t>& sizes, std::uint64_t draw,
                                  const std::vector<std::string>& nodes) const;
  /// The overrides of the command line that hold in every point.
  [[nodiscard]] const std::vector<std::string>& sets() const { return sets_; }
  /// What the policy is called in the points.
  [[nodiscard]] const std::string& policy() const { return policy_; }
  [[nodiscard]] bool has_reference() const { return has_reference_; }

 private:
  [[nodiscard]] Json policies() const;
  [[nodiscard]] Json uncontrolled() const;
  void sort_sets();

  FitQuestion question_;
  FitBase base_;
  std::string policy_;
  bool has_reference_;
  std::vector<std::string> sets_;
  Json own_ = Json::object();  ///< what the policy puts
  std::vector<std::string> latencies_;
};

}  // namespace headroom
