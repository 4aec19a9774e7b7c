#include <vector>

#include "headroom/recipe.hpp"
#include "headroom/vm.hpp"

namespace headroom {
namespace {

/// Best fit by row: the row where it fits on the fewest servers, the first among equals, and there the lowest server.
/// Groups that come together end up together.
class Packing final : public VmPlacement {
 public:
  std::optional<ServerId> place(const Vm& vm, const VmView& view) override {
    struct Room {
      std::size_t servers = 0;
      ServerId lowest;
    };
    std::vector<Room> rows(view.rows());
    for (std::size_t i = view.servers(); i-- > 0;)
      if (const ServerId server(i); view.fits(vm, server)) {
        Room& room = rows[view.row_of(server)];
        ++room.servers;
        room.lowest = server;
      }
    const Room* best = nullptr;
    for (const Room& room : rows)
      if (room.servers > 0 && (!best || room.servers < best->servers)) best = &room;
    return best ? std::optional(best->lowest) : std::nullopt;
  }
};

}  // namespace

namespace kinds {
Kind<VmPlacement> packing() {
  return kind_of<VmPlacement, Packing>("packing", "the fullest row that has room, there the lowest server");
}
}  // namespace kinds

}  // namespace headroom
