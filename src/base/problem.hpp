#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "headroom/fields.hpp"
#include "headroom/problem.hpp"

namespace headroom {

/// A line for each problem; beyond some, how many there are more.
[[nodiscard]] std::vector<std::string> said(const std::vector<Problem>& problems);

/// What the user should know although the run goes on: a JSON pointer, or a subject, and what about it. Names files
/// without their folders, since it stands in results. Printed to stderr, listed in `/warnings` of the summary; an error
/// (exit code 2) under `--strict`.
struct Warning {
  std::string where;
  std::string what;

  bool operator==(const Warning&) const = default;
  void fields(Fields& f) const {
    f("where", where, "a JSON pointer of the scenario, or a subject");
    f("what", what, "what about it");
  }
};
using Warnings = std::vector<Warning>;
void append(Warnings& warnings, const Warnings& more);

/// The user's input is wrong; holds every problem found. Ends the program with exit code 2.
class InputError : public std::runtime_error {
 public:
  explicit InputError(std::vector<Problem> problems);
  InputError(std::string where, std::string what);
  [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }

 private:
  struct Shown {
    std::vector<Problem> problems;
  };
  explicit InputError(Shown shown);

  std::vector<Problem> problems_;
};

/// A policy broke its contract: names the policy, the simulated time, the ids and the rule. Exit code 3.
class PolicyError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Compared results differ by more than their tolerance, or power is outside a specification; the command has said
/// where. Exit code 4.
class OutsideLimits : public std::runtime_error {
 public:
  OutsideLimits() : std::runtime_error("values are outside their limits") {}
};

/// The user asked the program to stop, by a signal of this number. Exit code 128 + number.
class Interrupted : public std::runtime_error {
 public:
  Interrupted(const std::string& what, int signal) : std::runtime_error(what), signal_(signal) {}
  [[nodiscard]] int signal() const { return signal_; }

 private:
  int signal_;
};

}  // namespace headroom
