// SipHash against the vectors of its authors: key 00 01 … 0f, texts 00 01 02 … of each length.
#include <gtest/gtest.h>

#include <string>

#include "base/sip_hash.h"

namespace nodeheap {
namespace {

SipHashKey CountingKey() {
  SipHashKey key{};
  for (uint8_t i = 0; i < key.size(); ++i) key[i] = i;
  return key;
}

std::string CountingText(size_t length) {
  std::string text;
  for (size_t i = 0; i < length; ++i) text += static_cast<char>(i);
  return text;
}

TEST(SipHash, AgreesWithThePublishedVectors) {
  const SipHashKey key = CountingKey();
  EXPECT_EQ(SipHash(key, CountingText(0)), 0x726fdb47dd0e0e31U);
  EXPECT_EQ(SipHash(key, CountingText(1)), 0x74f839c593dc67fdU);
  EXPECT_EQ(SipHash(key, CountingText(7)), 0xab0200f58b01d137U);
  EXPECT_EQ(SipHash(key, CountingText(8)), 0x93f5f5799a932462U);
  EXPECT_EQ(SipHash(key, CountingText(15)), 0xa129ca6149be45e5U);
}

TEST(SipHash, DependsOnTheKey) {
  SipHashKey other = CountingKey();
  other.back() ^= 1;
  EXPECT_NE(SipHash(CountingKey(), "text"), SipHash(other, "text"));
}

}  // namespace
}  // namespace nodeheap
