#include "jobs/image_stage.hpp"

#include <algorithm>

#include "scenario/graph_classes.hpp"
#include "scenario/variants.hpp"

namespace headroom {
namespace {

/// Of an image that a pool has encoded.
double bytes_of(const ServiceConfig& service) {
  const ImagesConfig& images = *service.images;
  return images.tokens * images.bytes_per_token.value_or(service.model.activation_bytes());
}

}  // namespace

ImageStage::ImageStage(const Scenario& scenario, const Surroundings& around)
    : fleet_(around.fleet), desk_(around.desk), queue_(around.queue), hand_overs_(around.hand_overs), classes_(2) {
  for (const auto& service : scenario.all_services()) {
    Service& one = services_.emplace_back();
    if (!service.config->images) continue;
    one = {&*service.config->images, bytes_of(*service.config)};
  }
  for (std::size_t i = 0; i < around.classes.size(); ++i)
    if (around.classes.type(ClassId(i)) == kEncodeStage)
      classes_[static_cast<std::size_t>(around.classes.priority(ClassId(i)))] = ClassId(i);
  if (encodes_in_pools(scenario)) work_ = static_cast<std::uint32_t>(works_of(scenario).size() - 1);
  queue_.on<&ImageStage::happen>(EventKind::image, *this);
}

const ImageStage::Service& ImageStage::service_of(const Request& request) const {
  return services_[fleet_.service_of(*fleet_.view().own_pool(request.request_class)).index()];
}

const ImagesConfig* ImageStage::config_of(const Request& request) const {
  return service_of(request).config;
}

void ImageStage::count_tokens(Request& request) const {
  request.image_tokens = request.images * config_of(request)->prompt_tokens();
  request.input_tokens += request.image_tokens;
}

void ImageStage::come(const Request& request) {
  ++result_.requests;
  result_.came += request.images;
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(visits_.size()));
    visits_.emplace_back();
  }
  const std::uint32_t number = free_.back();
  free_.pop_back();
  Visit& visit = visits_[number] = {};
  visit.request = request;
  visit.images = request.images;
  visit.lives = true;
  queue_.push(queue_.now() + config_of(request)->preprocess, EventKind::image, 2 * number);
}

void ImageStage::happen(const Event& event) {
  const std::uint32_t number = event.target / 2;
  if (event.target % 2 != kPiece) return go_on(number);
  if (pieces_[number].lives) encode(number);
}

/// Preprocessed, all encoded, or all at the instance that reads the prompt.
void ImageStage::go_on(std::uint32_t number) {
  Visit& visit = visits_[number];
  if (visit.chosen) return hand_in(number);
  const bool by_pool = config_of(visit.request)->encoder == ImageEncoder::pool;
  if (by_pool && visit.pieces == 0) return divide(number);
  if (visit.request.images > 0 && by_pool) {
    result_.encoded_after.add((queue_.now() - visit.request.arrival).value());
    visit.request.images = 0;
  }
  visit.chosen = desk_.choose(visit.request);
  if (visit.chosen->why_not) return drop(number, *visit.chosen->why_not);
  if (!by_pool || hand_overs_ == nullptr) return hand_in(number);
  visit.missing = visit.pieces;
  for (std::uint32_t i = 0; i < visit.pieces; ++i) send(visit.first_piece + i);
}

/// What one instance is to encode: an image, or all.
void ImageStage::divide(std::uint32_t number) {
  Visit& visit = visits_[number];
  const bool splits = config_of(visit.request)->split;
  visit.pieces = visit.missing = splits ? visit.images : std::uint8_t{1};
  visit.first_piece = static_cast<std::uint32_t>(pieces_.size());
  for (std::uint32_t i = 0; i < visit.pieces; ++i) pieces_.push_back({number, splits ? std::uint8_t{1} : visit.images});
  const std::uint32_t first = visit.first_piece, end = first + visit.pieces;
  for (std::uint32_t i = first; i < end && pieces_[i].lives; ++i) encode(i);
}

void ImageStage::encode(std::uint32_t number) {
  const Piece& piece = pieces_[number];
  const Visit& visit = visits_[piece.visit];
  Request request;
  request.id = kFirstId + number;
  request.arrival = queue_.now();
  request.input_tokens = piece.images * config_of(visit.request)->tokens;
  request.output_tokens = 1;
  request.priority = visit.request.priority;
  request.request_class = classes_[static_cast<std::size_t>(request.priority)];
  request.work = {work_, static_cast<double>(piece.images)};
  if (const auto why_not = desk_.submit(request).why_not) drop(piece.visit, *why_not);
}

void ImageStage::completed(const Sequence& sequence, InstanceId instance, Seconds) {
  if (!is_piece(sequence.request)) {
    result_.encoded += sequence.request.images;
    return;
  }
  const auto number = static_cast<std::uint32_t>(sequence.request.id - kFirstId);
  Piece& piece = pieces_[number];
  if (!piece.lives) return;
  piece.at = instance;
  Visit& visit = visits_[piece.visit];
  if (visit.chosen) return send(number);
  visit.encoded += piece.images;
  result_.encoded += piece.images;
  if (--visit.missing == 0) push(piece.visit, 0);
}

/// To the instance that reads the prompt; encoded once more where its server has no power any more.
void ImageStage::send(std::uint32_t number) {
  const Piece& piece = pieces_[number];
  const Visit& visit = visits_[piece.visit];
  if (!fleet_.view().server(fleet_.server_of(piece.at)).up) return push(number, kPiece);
  const double bytes = piece.images * service_of(visit.request).bytes_per_image;
  hand_overs_->carry(*this, number, piece.at, visit.chosen->by, bytes);
}

void ImageStage::parcel_came(std::uint32_t number) {
  const Piece& piece = pieces_[number];
  if (piece.lives && --visits_[piece.visit].missing == 0) push(piece.visit, 0);
}

/// To the queue of the instance that reads the prompt; where that is gone meanwhile, to another one.
void ImageStage::hand_in(std::uint32_t number) {
  Visit& visit = visits_[number];
  const auto why_not = desk_.offer(visit.request, *visit.chosen);
  if (why_not == Rejection::no_instance) {
    visit.chosen.reset();
    return push(number, 0);
  }
  if (why_not) return drop(number, *why_not);
  if (visit.pieces > 0) result_.there_after.add((queue_.now() - visit.request.arrival).value());
  end(number);
}

void ImageStage::drop(std::uint32_t number, Rejection why) {
  const Request request = visits_[number].request;
  if (request.images > 0) result_.dropped += std::uint64_t{visits_[number].images} - visits_[number].encoded;
  end(number);
  Request whole = request;
  whole.images = 0;  // they are counted
  desk_.reject(whole, why);
}

void ImageStage::end(std::uint32_t number) {
  Visit& visit = visits_[number];
  visit.lives = false;
  for (std::uint32_t i = 0; i < visit.pieces; ++i) pieces_[visit.first_piece + i].lives = false;
  free_.push_back(number);
}

void ImageStage::lose(const Request& request) {
  if (!is_piece(request)) result_.dropped += request.images;
  else if (pieces_[request.id - kFirstId].lives) push(static_cast<std::uint32_t>(request.id - kFirstId), kPiece);
}

void ImageStage::rejected(const Request& request) {
  if (!is_piece(request)) result_.dropped += request.images;
  else if (const Piece& piece = pieces_[request.id - kFirstId]; piece.lives) drop(piece.visit, Rejection::queue_full);
}

void ImageStage::left(const Request& request, InstanceId) {
  if (!is_piece(request)) result_.left += request.images;
}

std::uint64_t ImageStage::under_way() const {
  return static_cast<std::uint64_t>(std::ranges::count_if(visits_, &Visit::lives));
}

ImagesResult ImageStage::finish() const {
  ImagesResult result = result_;
  for (const Visit& visit : visits_)
    if (visit.lives && visit.request.images > 0) result.left += std::uint64_t{visit.images} - visit.encoded;
  return result;
}

}  // namespace headroom
