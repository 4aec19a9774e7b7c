#include "headroom/planner.hpp"
#include "headroom/recipe.hpp"

namespace headroom {

/// StreamWise (arXiv 2603.05800): the earliest deadline first, and each item as well as its deadline allows.
class DeadlineGraph : public Planner {
 public:
  void fields(Fields& f) override {
    f("adapts", adapts_, "whether items that would miss their deadline are made at a lower quality level");
  }

  [[nodiscard]] bool sets_deadlines() const override { return true; }

  [[nodiscard]] std::size_t level(const ItemOutlook& item) override {
    if (!adapts_) return 0;
    std::size_t level = 0;
    while (level + 1 < item.done_by.size() && item.done_by[level] > item.deadline) ++level;
    return level;
  }

 private:
  bool adapts_ = false;
};

namespace kinds {
Kind<Planner> deadline_graph() {
  return kind_of<Planner, DeadlineGraph>("deadline_graph",
                                         "by deadlines along the graph, at the quality that keeps them (StreamWise)");
}
}  // namespace kinds

}  // namespace headroom
