#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/output_file.hpp"
#include "metrics/run_listener.hpp"

namespace headroom {

/// Writes requests.csv, one line a request in order of its end; those in flight at the end of the run come last.
class RequestCsv final : public RunListener {
 public:
  /// `name_of` gives the name of a request's class.
  RequestCsv(const std::filesystem::path& file, std::function<std::string(ClassId)> name_of);

  void completed(const Sequence& sequence, InstanceId instance, Seconds now) override;
  void rejected(const Request& request) override;
  void lost(const Sequence& sequence, InstanceId instance) override;
  void left(const Request& request, InstanceId instance) override;
  void close() { out_.close(); }

 private:
  void begin_line(const Request& request);
  static std::string cell(double number, const char* column);

  OutputFile out_;
  std::function<std::string(ClassId)> name_of_;
};

}  // namespace headroom
