#include "base/huge_pages.hpp"

#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace headroom {
namespace {

constexpr int kHeap = 256 << 20;         // bytes: of about 20,000 servers
constexpr int kLargestBlock = 32 << 20;  // bytes; larger ones stand outside the heap
constexpr int kUsualAhead = 128 << 10;   // bytes, of the C library
constexpr std::uintptr_t kHugePage = 2 << 20;

}  // namespace

void use_huge_pages() {
  rlimit space{};
  if (getrlimit(RLIMIT_AS, &space) != 0 || space.rlim_cur != RLIM_INFINITY) return;  // somebody counts address space
  mallopt(M_MMAP_THRESHOLD, kLargestBlock);
  mallopt(M_TRIM_THRESHOLD, 2 * kHeap);
  mallopt(M_TOP_PAD, kHeap);
  // A block that does not fit into the heap makes it grow, by so much more; the kernel is told before it is touched.
  void* const block = std::malloc(kHugePage);
  const auto first = reinterpret_cast<std::uintptr_t>(block);
  std::free(block);
  mallopt(M_TOP_PAD, kUsualAhead);
  const auto begin = (first + kHugePage - 1) / kHugePage * kHugePage;
  const auto end = reinterpret_cast<std::uintptr_t>(sbrk(0));
  if (begin < end && end - begin < 2 * kHeap) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

}  // namespace headroom
