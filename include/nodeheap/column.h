// A fixed-size array for heap-sized data: zero-filled, huge-page backed where the kernel allows
// (random access over gigabytes is bound by TLB misses), and given back to the system when dropped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

namespace nodeheap {

namespace internal {
// Throws std::bad_alloc when the system has no memory left.
void* AllocateZeroed(size_t bytes);
void Release(void* memory, size_t bytes);
}  // namespace internal

template <typename T>
class Column {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Column() = default;
  explicit Column(size_t size)
      : data_(size == 0 ? nullptr : static_cast<T*>(internal::AllocateZeroed(size * sizeof(T)))),
        size_(size),
        capacity_(size) {}
  Column(Column&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Column& operator=(Column&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  Column(const Column&) = delete;
  Column& operator=(const Column&) = delete;
  ~Column() {
    if (data_ != nullptr) internal::Release(data_, capacity_ * sizeof(T));
  }

  // Forgets the entries from `size` on. REQUIRES: size <= size().
  void Shrink(size_t size) { size_ = size; }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* data() { return data_; }
  const T* data() const { return data_; }
  T& operator[](size_t index) { return data_[index]; }
  const T& operator[](size_t index) const { return data_[index]; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  std::span<const T> span() const { return {data_, size_}; }

 private:
  T* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace nodeheap
