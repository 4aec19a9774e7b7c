#pragma once

namespace headroom {

/// Has the heap of this process stand on huge pages (2 MiB) from now on, where the kernel gives them: thousands of
/// servers are touched in no order, so that with small pages most accesses look the page up first. Costs address space
/// (so that it does nothing where that is limited), and the memory that is reserved but never touched.
void use_huge_pages();

}  // namespace headroom
