#include "ledger/address_map.h"

#include <algorithm>

namespace nodeheap::ledger {
namespace {

// Ascending and disjoint: of what overlaps, the first stands.
std::vector<Piece> Disjoint(std::vector<Piece> pieces) {
  std::ranges::stable_sort(pieces, {}, &Piece::start);
  uint64_t known = 0;
  for (Piece& piece : pieces) {
    piece.start = std::max(piece.start, known);
    known = std::max(known, piece.end);
  }
  std::erase_if(pieces, [](const Piece& piece) { return piece.start >= piece.end; });
  return pieces;
}

void Append(std::vector<Piece>& pieces, const Piece& piece) {
  if (piece.start >= piece.end) return;
  const bool continues =
      !pieces.empty() && pieces.back().end == piece.start && pieces.back().owner == piece.owner;
  if (continues) {
    pieces.back().end = piece.end;
  } else {
    pieces.push_back(piece);
  }
}

}  // namespace

AddressMap::AddressMap(const std::vector<Range>& mapped) {
  std::vector<Piece> pieces;
  pieces.reserve(mapped.size());
  for (const Range& range : mapped) pieces.push_back({.start = range.start, .end = range.end});
  for (const Piece& piece : Disjoint(std::move(pieces))) Append(pieces_, piece);
}

void AddressMap::AddLayer(std::vector<Piece> claims) {
  claims = Disjoint(std::move(claims));
  std::vector<Piece> result;
  result.reserve(pieces_.size() + claims.size());
  auto claim = claims.begin();
  for (const Piece& piece : pieces_) {
    if (piece.owner != kNobody) {
      Append(result, piece);
      continue;
    }
    while (claim != claims.end() && claim->end <= piece.start) ++claim;
    uint64_t at = piece.start;
    for (auto next = claim; next != claims.end() && next->start < piece.end; ++next) {
      const uint64_t start = std::max(next->start, at);
      const uint64_t end = std::min(next->end, piece.end);
      Append(result, {.start = at, .end = start});
      Append(result, {.start = start, .end = end, .owner = next->owner});
      at = end;
      claim = next;
    }
    Append(result, {.start = at, .end = piece.end});
  }
  pieces_ = std::move(result);
}

std::vector<Range> AddressMap::Unowned() const {
  std::vector<Range> ranges;
  for (const Piece& piece : pieces_)
    if (piece.owner == kNobody) ranges.push_back({piece.start, piece.end});
  return ranges;
}

uint64_t AddressMap::size() const {
  uint64_t size = 0;
  for (const Piece& piece : pieces_) size += piece.end - piece.start;
  return size;
}

}  // namespace nodeheap::ledger
