// The section "nodeheap_addresses" of the snapshots that nodeheap writes of cores: where the
// objects were in memory. Other readers pass over it.
//
// Its first number is that of the first node with an address; the next ones are of that node and
// those that follow it: the difference to the address before (of the first, to 0), in units of 4
// bytes.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "nodeheap/graph.h"
#include "snapshot/integer_array.h"

namespace nodeheap {

inline constexpr std::string_view kAddressSection = "nodeheap_addresses";
inline constexpr uint64_t kAddressUnit = 4;  // bytes: what all objects are aligned to

class AddressSink : public IntegerSink {
 public:
  // At most `nodes` have an address.
  explicit AddressSink(uint64_t nodes) : nodes_(nodes) {}

  Result<void> Reserve(uint64_t total) override;
  Refusal Consume(uint64_t first, std::span<const uint64_t> values) override;

  // Fills first_addressed and addresses. False if these are no ascending addresses of nodes.
  // REQUIRES: the node columns are filled.
  bool Store(HeapGraph::Columns& columns) const;

 private:
  const uint64_t nodes_;
  std::vector<uint64_t> values_;
};

}  // namespace nodeheap
