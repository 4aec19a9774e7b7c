#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <unordered_map>

#include "base/output_file.hpp"
#include "metrics/run_listener.hpp"

namespace headroom {

/// Writes requests.csv, one line a request in order of its end; those in flight at the end of the run come last. Where
/// instances hand over, `instance` is the one that read the prompt, and `decode_instance` the one that went on.
class RequestCsv final : public RunListener {
 public:
  /// `name_of` gives the name of a request's class; without a network there is no `decode_instance`.
  RequestCsv(const std::filesystem::path& file, std::function<std::string(ClassId)> name_of, bool has_network);

  void completed(const Sequence& sequence, InstanceId instance, Seconds now) override;
  void cancelled(const Sequence& sequence, InstanceId instance) override;
  void rejected(const Request& request) override;
  void lost(const Sequence& sequence, InstanceId instance) override;
  void left(const Request& request, InstanceId instance) override;
  void left_under_way(const Request& request) override;
  void travelled(const KvTransfer& transfer) override;
  void close() { out_.close(); }

 private:
  void begin_line(const Request& request);
  void put_instances(const Request& request, InstanceId last);
  static std::string cell(double number, const char* column);

  OutputFile out_;
  std::function<std::string(ClassId)> name_of_;
  bool has_network_;
  struct HandOver {
    InstanceId from, to;
  };
  std::unordered_map<std::uint64_t, HandOver> handed_over_;  ///< by request: the last time
};

}  // namespace headroom
