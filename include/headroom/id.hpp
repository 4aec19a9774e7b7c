#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace headroom {

/// A dense index into the objects of one kind; ids of different kinds do not mix.
template <class Tag>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(std::size_t index) : index_(static_cast<std::uint32_t>(index)) {}
  [[nodiscard]] constexpr std::size_t index() const { return index_; }
  constexpr auto operator<=>(const Id&) const = default;

 private:
  std::uint32_t index_ = 0;
};

using ClassId = Id<struct ClassTag>;        ///< request class: a type of request at one priority
using InstanceId = Id<struct InstanceTag>;  ///< one copy of a model on its GPUs
using NodeId = Id<struct NodeTag>;          ///< a node of the power tree
using PoolId = Id<struct PoolTag>;          ///< a set of like instances with one queueing discipline
using ServerId = Id<struct ServerTag>;
using SliceId = Id<struct SliceTag>;      ///< GPUs of a server with one occupant
using ServiceId = Id<struct ServiceTag>;  ///< what requests ask for
using TypeId = Id<struct TypeTag>;        ///< a server type
using VariantId = Id<struct VariantTag>;  ///< a way to run a service on a server type

}  // namespace headroom
