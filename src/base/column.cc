#include "nodeheap/column.h"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace nodeheap::internal {
namespace {

// Below this, malloc is quicker and huge pages gain nothing.
constexpr size_t kMapThreshold = size_t{1} << 20;

}  // namespace

void* AllocateZeroed(size_t bytes) {
  if (bytes < kMapThreshold) {
    void* memory = std::calloc(1, bytes);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
  }
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  madvise(memory, bytes, MADV_HUGEPAGE);  // a hint: kernels without huge pages refuse it
  return memory;
}

void Release(void* memory, size_t bytes) {
  if (bytes < kMapThreshold) {
    std::free(memory);
  } else {
    munmap(memory, bytes);
  }
}

}  // namespace nodeheap::internal
