// AddressMap: which owner has which bytes of an address space. Each byte has at most one: owners
// are added in layers, and what an earlier layer took stands.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace nodeheap::ledger {

// Bytes [start, end).
struct Range {
  uint64_t start = 0;
  uint64_t end = 0;

  bool Contains(uint64_t address) const { return address >= start && address < end; }
};

inline constexpr uint64_t kPage = 4096;
// REQUIRES: the address is not in the last page there is.
constexpr uint64_t PageUp(uint64_t address) { return (address + kPage - 1) / kPage * kPage; }

// A number that whoever adds layers gives a meaning.
using Owner = uint32_t;
inline constexpr Owner kNobody = ~Owner{0};

struct Piece {
  uint64_t start = 0;
  uint64_t end = 0;
  Owner owner = kNobody;
};

class AddressMap {
 public:
  // `mapped` may overlap, and come in any order.
  explicit AddressMap(const std::vector<Range>& mapped);

  // Gives what is mapped of the claims, and free, to their owners. Where two claims overlap, the
  // one that starts first has the bytes.
  void AddLayer(std::vector<Piece> claims);

  // All that is mapped: ascending, disjoint, never empty.
  std::span<const Piece> pieces() const { return pieces_; }
  std::vector<Range> Unowned() const;
  uint64_t size() const;  // bytes

 private:
  std::vector<Piece> pieces_;
};

}  // namespace nodeheap::ledger
