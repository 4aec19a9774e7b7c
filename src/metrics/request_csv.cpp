#include "metrics/request_csv.hpp"

#include <utility>

#include "base/text.hpp"
#include "config/finite_json.hpp"

namespace headroom {

RequestCsv::RequestCsv(const std::filesystem::path& file, std::function<std::string(ClassId)> name_of, bool has_network)
    : out_(file), name_of_(std::move(name_of)), has_network_(has_network) {
  out_ << "id,arrival_s,class,input_tokens,output_tokens,instance," << (has_network ? "decode_instance," : "")
       << "ttft_s,tbt_s,e2e_s,energy_j,outcome\n";
}

void RequestCsv::begin_line(const Request& request) {
  out_ << request.id << ',' << shortest(request.arrival.value()) << ',' << name_of_(request.request_class) << ','
       << request.input_tokens << ',' << request.output_tokens << ',';
}

/// Of a request that ends, at the instance that had it last.
void RequestCsv::put_instances(const Request& request, InstanceId last) {
  if (!has_network_) {
    out_ << last.index() << ',';
    return;
  }
  const auto node = handed_over_.extract(request.id);
  if (node && node.mapped().to == last) out_ << node.mapped().from.index() << ',' << last.index() << ',';
  else out_ << last.index() << ",,";
}

void RequestCsv::travelled(const KvTransfer& transfer) {
  if (transfer.arrived) handed_over_[transfer.sequence.request.id] = {transfer.from, transfer.to};
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
  put_instances(request, instance);
  out_ << cell(ttft.value(), "ttft_s") << ',';
  if (request.output_tokens > 1) out_ << cell((e2e - ttft).value() / (request.output_tokens - 1.0), "tbt_s");
  out_ << ',' << cell(e2e.value(), "e2e_s") << ',' << cell(sequence.energy.value(), "energy_j") << ",completed\n";
}

void RequestCsv::cancelled(const Sequence& sequence, InstanceId instance) {
  begin_line(sequence.request);
  put_instances(sequence.request, instance);
  out_ << ",,," << cell(sequence.energy.value(), "energy_j") << ",cancelled\n";
}

void RequestCsv::rejected(const Request& request) {
  begin_line(request);
  out_ << (has_network_ ? "," : "") << ",,,,,rejected\n";
  handed_over_.erase(request.id);
}

void RequestCsv::lost(const Sequence& sequence, InstanceId instance) {
  begin_line(sequence.request);
  put_instances(sequence.request, instance);
  out_ << ",,,,lost\n";
}

void RequestCsv::left_under_way(const Request& request) {
  begin_line(request);
  out_ << (has_network_ ? "," : "") << ",,,,,in_flight\n";
}

void RequestCsv::left(const Request& request, InstanceId instance) {
  begin_line(request);
  put_instances(request, instance);
  out_ << ",,,,in_flight\n";
}

}  // namespace headroom
