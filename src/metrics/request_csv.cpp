#include "metrics/request_csv.hpp"

#include <utility>

#include "base/text.hpp"
#include "config/finite_json.hpp"

namespace headroom {

RequestCsv::RequestCsv(const std::filesystem::path& file, std::function<std::string(ClassId)> name_of)
    : out_(file), name_of_(std::move(name_of)) {
  out_ << "id,arrival_s,class,input_tokens,output_tokens,instance,ttft_s,tbt_s,e2e_s,energy_j,outcome\n";
}

void RequestCsv::begin_line(const Request& request) {
  out_ << request.id << ',' << shortest(request.arrival.value()) << ',' << name_of_(request.request_class) << ','
       << request.input_tokens << ',' << request.output_tokens << ',';
}

/// A number as a cell of the column.
std::string RequestCsv::cell(double number, const char* column) {
  expect_finite(number, std::string("requests.csv: ") + column);
  return shortest(number);
}

void RequestCsv::completed(const Sequence& sequence, InstanceId instance, Seconds now) {
  const Request& request = sequence.request;
  begin_line(request);
  const Seconds ttft = sequence.first_token - request.arrival;
  const Seconds e2e = now - request.arrival;
  out_ << instance.index() << ',' << cell(ttft.value(), "ttft_s") << ',';
  if (request.output_tokens > 1) out_ << cell((e2e - ttft).value() / (request.output_tokens - 1.0), "tbt_s");
  out_ << ',' << cell(e2e.value(), "e2e_s") << ',' << cell(sequence.energy.value(), "energy_j") << ",completed\n";
}

void RequestCsv::rejected(const Request& request) {
  begin_line(request);
  out_ << ",,,,,rejected\n";
}

void RequestCsv::lost(const Sequence& sequence, InstanceId instance) {
  begin_line(sequence.request);
  out_ << instance.index() << ",,,,,lost\n";
}

void RequestCsv::left(const Request& request, InstanceId instance) {
  begin_line(request);
  out_ << instance.index() << ",,,,,in_flight\n";
}

}  // namespace headroom
