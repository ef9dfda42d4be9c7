// AddressMap: every byte has one owner, and none is lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/address_map.h"

namespace nodeheap::ledger {

bool operator==(const Piece& a, const Piece& b) {
  return a.start == b.start && a.end == b.end && a.owner == b.owner;
}
void PrintTo(const Piece& piece, std::ostream* out) {
  *out << "[" << piece.start << ", " << piece.end << ") of " << piece.owner;
}

namespace {

using testing::ElementsAre;

TEST(AddressMap, JoinsWhatIsMappedTwice) {
  const AddressMap map({{30, 40}, {0, 10}, {5, 20}, {20, 25}, {7, 8}});
  EXPECT_THAT(map.pieces(), ElementsAre(Piece{0, 25, kNobody}, Piece{30, 40, kNobody}));
  EXPECT_EQ(map.size(), 35U);
}

TEST(AddressMap, FirstLayerStands) {
  AddressMap map({{0, 100}});
  map.AddLayer({{10, 20, 1}, {40, 50, 1}});
  map.AddLayer({{0, 45, 2}});
  EXPECT_THAT(map.pieces(), ElementsAre(Piece{0, 10, 2}, Piece{10, 20, 1}, Piece{20, 40, 2},
                                        Piece{40, 50, 1}, Piece{50, 100, kNobody}));
}

TEST(AddressMap, OfOverlappingClaimsTheFirstHasTheBytes) {
  AddressMap map({{0, 100}});
  map.AddLayer({{30, 40, 3}, {10, 35, 1}, {15, 20, 2}});
  EXPECT_THAT(map.pieces(), ElementsAre(Piece{0, 10, kNobody}, Piece{10, 35, 1}, Piece{35, 40, 3},
                                        Piece{40, 100, kNobody}));
}

TEST(AddressMap, GivesNothingThatIsNotMapped) {
  AddressMap map({{10, 20}, {30, 40}});
  map.AddLayer({{0, ~uint64_t{0}, 1}});
  map.AddLayer({{50, 60, 2}, {20, 10, 3}});
  EXPECT_THAT(map.pieces(), ElementsAre(Piece{10, 20, 1}, Piece{30, 40, 1}));
  EXPECT_TRUE(map.Unowned().empty());
}

TEST(AddressMap, ManyPiecesStayExact) {
  AddressMap map({{0, 1000}, {2000, 3000}});
  for (Owner layer = 0; layer < 7; ++layer) {
    std::vector<Piece> claims;
    for (uint64_t at = 0; at < 3100; at += 31)
      claims.push_back({at + layer, at + 3 * layer, layer});
    map.AddLayer(std::move(claims));
    EXPECT_EQ(map.size(), 2000U);
    for (size_t i = 1; i < map.pieces().size(); ++i)
      EXPECT_GE(map.pieces()[i].start, map.pieces()[i - 1].end);
  }
}

}  // namespace
}  // namespace nodeheap::ledger
