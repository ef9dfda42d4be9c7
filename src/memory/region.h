// A range of mapped memory that can grow.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <utility>
#include <vector>

#include "memory/input.h"

namespace nodeheap {

struct Input::Region {
  char* data = nullptr;
  size_t size = 0;       // bytes that hold input
  size_t capacity = 0;   // bytes mapped
  bool is_file = false;  // the system can read the pages again
  // Bytes [first, second) of a sparse file that are zero because nobody wrote them; ascending.
  std::vector<std::pair<size_t, size_t>> holes;

  Region() = default;
  Region(Region&& other) noexcept
      : data(std::exchange(other.data, nullptr)),
        size(std::exchange(other.size, 0)),
        capacity(std::exchange(other.capacity, 0)),
        is_file(other.is_file),
        holes(std::move(other.holes)) {}
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;
  Region& operator=(Region&&) = delete;
  ~Region() {
    if (data != nullptr) munmap(data, capacity);
  }

  // Makes room for `more` bytes after `size`; moving pages costs next to nothing.
  void Reserve(size_t more) {
    if (more <= capacity - size) return;
    const size_t wanted = capacity + (more > capacity ? more : capacity);
    void* moved = data == nullptr ? mmap(nullptr, wanted, PROT_READ | PROT_WRITE,
                                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                                  : mremap(data, capacity, wanted, MREMAP_MAYMOVE);
    if (moved == MAP_FAILED) throw std::bad_alloc();
    data = static_cast<char*>(moved);
    capacity = wanted;
  }
};

}  // namespace nodeheap
