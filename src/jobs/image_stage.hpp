#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "fleet/fleet.hpp"
#include "fleet/hand_overs.hpp"
#include "fleet/stage_desk.hpp"
#include "kernel/event_queue.hpp"
#include "metrics/images_result.hpp"
#include "metrics/run_listener.hpp"
#include "scenario/scenario.hpp"

namespace headroom {

/// What becomes of requests with images between their arrival and the queue of the instance that reads their prompt:
/// preprocessing, encoding by a pool (each image, or all of a request, is a request of the class `encode`), and the way
/// of the encoded images over the network. A prompt is routed when all its images are encoded.
class ImageStage final : public RunListener, public ParcelDesk {
 public:
  /// All outlive this.
  struct Surroundings {
    const ClassTable& classes;
    Fleet& fleet;
    StageDesk& desk;
    EventQueue& queue;
    HandOvers* hand_overs;  ///< none: images are where they are needed at once
  };
  ImageStage(const Scenario& scenario, const Surroundings& around);

  /// Whether the service of a request knows what to do with images.
  [[nodiscard]] bool serves(const Request& request) const { return config_of(request) != nullptr; }
  /// Adds the tokens of its images to a request, at the front of its prompt.
  void count_tokens(Request& request) const;
  /// A request with images has come.
  void come(const Request& request);

  void completed(const Sequence& sequence, InstanceId instance, Seconds now) override;
  void rejected(const Request& request) override;
  void lost(const Sequence& sequence, InstanceId) override { lose(sequence.request); }
  void left(const Request& request, InstanceId) override;
  void turned_away(const Sequence& sequence) override { lose(sequence.request); }
  void parcel_came(std::uint32_t piece) override;
  void parcel_lost(std::uint32_t piece) override { push(piece, kPiece); }

  /// Calls `use(request)` for every request that is here.
  template <class Use>
  void each_under_way(Use use) const {
    for (const Visit& visit : visits_)
      if (visit.lives) use(visit.request);
  }
  [[nodiscard]] std::uint64_t under_way() const;
  [[nodiscard]] ImagesResult finish() const;

 private:
  static constexpr std::uint64_t kFirstId = std::uint64_t{1} << 53;  ///< of requests that are images
  static constexpr std::uint32_t kPiece = 1;                         ///< an event about a piece, else about a visit

  /// A request while it is here.
  struct Visit {
    Request request;
    std::uint32_t first_piece = 0;
    std::uint8_t pieces = 0;
    std::uint8_t images = 0;   ///< that it came with
    std::uint8_t encoded = 0;  ///< of these
    std::uint8_t missing = 0;  ///< pieces to be encoded, then those on their way
    bool lives = false;
    std::optional<StageDesk::Taken> chosen;  ///< who reads its prompt
  };
  /// Images of a request that one instance encodes.
  struct Piece {
    std::uint32_t visit = 0;
    std::uint8_t images = 0;
    bool lives = true;  ///< somebody waits for it
    InstanceId at{};    ///< who encoded it
  };
  struct Service {
    const ImagesConfig* config = nullptr;  ///< none: its requests bring no images
    double bytes_per_image = 0;
  };

  [[nodiscard]] const ImagesConfig* config_of(const Request& request) const;
  [[nodiscard]] const Service& service_of(const Request& request) const;
  void push(std::uint32_t number, std::uint32_t what) {
    queue_.push(queue_.now(), EventKind::image, 2 * number + what);
  }
  void happen(const Event& event);
  void go_on(std::uint32_t visit);
  void divide(std::uint32_t visit);
  void encode(std::uint32_t piece);
  void send(std::uint32_t piece);
  void hand_in(std::uint32_t visit);
  void drop(std::uint32_t visit, Rejection why);
  void end(std::uint32_t visit);
  void lose(const Request& request);
  [[nodiscard]] static bool is_piece(const Request& request) { return request.id >= kFirstId; }

  Fleet& fleet_;
  StageDesk& desk_;
  EventQueue& queue_;
  HandOvers* hand_overs_;
  std::vector<Service> services_;  ///< by service
  std::vector<ClassId> classes_;   ///< of images, by priority
  std::uint32_t work_ = 0;         ///< the kind of work that an image is
  std::vector<Visit> visits_;
  std::vector<std::uint32_t> free_;  ///< places in `visits_`
  std::vector<Piece> pieces_;        ///< all there have been
  ImagesResult result_;
};

}  // namespace headroom
