#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "nodeheap/address_column.h"

namespace nodeheap {
namespace {

AddressColumn ColumnOf(const std::vector<uint64_t>& addresses) {
  AddressColumn column(addresses.size(), [&](size_t i) { return addresses[i]; });
  for (size_t i = 0; i < addresses.size(); ++i) column.Set(i, addresses[i]);
  return column;
}

TEST(AddressColumn, KeepsAddressesWhoseUpperHalvesDiffer) {
  const std::vector<uint64_t> addresses = {
      0x10,         0xFFFFFFF8,   0x100000000,    0x100000008,        0x1FFFFFFF8,
      0x7F00000000, 0x7F12345678, 0x7FFFFFFFFFF8, 0xFFFFFFFF00000000, 0xFFFFFFFFFFFFFFF8,
  };
  const AddressColumn column = ColumnOf(addresses);
  ASSERT_EQ(column.size(), addresses.size());
  for (size_t i = 0; i < addresses.size(); ++i) {
    EXPECT_EQ(column[i], addresses[i]) << i;
    EXPECT_EQ(column.Find(addresses[i]), i);
    EXPECT_EQ(column.Find(addresses[i] + 4), std::nullopt) << i;
  }
  EXPECT_EQ(column.Find(0), std::nullopt);
  EXPECT_EQ(column.Find(0x2FFFFFFF8), std::nullopt);  // between two upper halves
}

TEST(AddressColumn, MayBeEmpty) {
  const AddressColumn column = ColumnOf({});
  EXPECT_TRUE(column.empty());
  EXPECT_EQ(column.Find(8), std::nullopt);
}

}  // namespace
}  // namespace nodeheap
