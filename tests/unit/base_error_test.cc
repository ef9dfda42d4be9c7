#include <gtest/gtest.h>

#include "nodeheap/health.h"
#include "nodeheap/result.h"

namespace nodeheap::test {
namespace {

TEST(Describe, SaysFilePlaceAndNextStepOnOneLine) {
  const Error error{.code = ErrorCode::kBadData,
                    .message = "two nodes of one id",
                    .hint = "take a new one",
                    .file = "a.heapsnapshot",
                    .offset = 12};
  EXPECT_EQ(Describe(error), "a.heapsnapshot: byte 12: two nodes of one id; take a new one");
}

TEST(Describe, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(Describe({.code = ErrorCode::kIo, .message = "no"}), "no");
  EXPECT_EQ(Describe({.code = ErrorCode::kIo, .message = "no", .offset = 0}), "byte 0: no");
}

TEST(Describe, NeverPrintsControlCharacters) {
  const Error error{
      .code = ErrorCode::kIo, .message = "\x1B[31mred", .hint = "a\nb", .file = "x\ry"};
  for (const char c : Describe(error)) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
  EXPECT_NE(Describe(error).find("red"), std::string::npos);
}

TEST(Health, IsCompleteUntilSomethingIsLost) {
  Health health;
  EXPECT_TRUE(health.complete());
  health.Add({.severity = Severity::kInfo, .code = "a", .detail = ""});
  EXPECT_TRUE(health.complete());
  health.Add({.severity = Severity::kDataLoss, .code = "b", .detail = ""});
  EXPECT_FALSE(health.complete());
  EXPECT_EQ(health.entries().size(), 2U);
}

}  // namespace
}  // namespace nodeheap::test
