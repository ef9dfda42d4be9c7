#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

#include "base/text.h"
#include "nodeheap/session.h"

namespace nodeheap {
namespace {

// Longer names are cut: the distance costs their product.
constexpr size_t kMaxLength = 64;

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

// Smaller is closer.
size_t Distance(const std::string& wanted, std::string_view name) {
  const std::string lower = AsciiLower(name.substr(0, kMaxLength));
  if (lower.find(wanted) != std::string::npos) return 1;
  return EditDistance(wanted, lower);
}

}  // namespace

std::string Suggest(std::string_view name, std::span<const std::string_view> names) {
  const std::string wanted = AsciiLower(name.substr(0, kMaxLength));
  if (wanted.empty()) return {};
  const size_t tolerated = std::max<size_t>(1, wanted.size() / 3);
  std::vector<std::pair<size_t, std::string_view>> close;
  for (const std::string_view candidate : names) {
    const size_t distance = Distance(wanted, candidate);
    if (distance <= tolerated) close.emplace_back(distance, candidate);
  }
  std::ranges::sort(close);
  close.erase(std::ranges::unique(close).begin(), close.end());
  std::string text;
  for (size_t i = 0; i < std::min<size_t>(3, close.size()); ++i) {
    if (i != 0) text += " or ";
    text += '"' + std::string(close[i].second.substr(0, kMaxLength)) + '"';
  }
  return text;
}

}  // namespace nodeheap
