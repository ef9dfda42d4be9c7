#include "explorer/reference_merger.h"

#include <algorithm>
#include <utility>

namespace nodeheap::explorer {
namespace {

constexpr uint64_t kMaxEdges = (uint64_t{1} << 32) - 1;

template <typename T>
void Grow(Column<T>& column, size_t used, size_t room) {
  Column<T> larger(room);
  std::copy_n(column.begin(), used, larger.begin());
  column = std::move(larger);
}

}  // namespace

ReferenceMerger::ReferenceMerger(HeapGraph::Columns& columns, size_t expected) : columns_(columns) {
  Reserve(std::max<size_t>(expected, 1));
}

void ReferenceMerger::Add(uint32_t portion, References& found) {
  const std::scoped_lock lock(mutex_);
  if (portion != next_) {
    waiting_.emplace(portion, std::exchange(found, {}));
    return;
  }
  Append(found);
  ++next_;
  for (auto at = waiting_.begin(); at != waiting_.end() && at->first == next_; ++next_) {
    Append(at->second);
    at = waiting_.erase(at);
  }
}

void ReferenceMerger::Append(References& found) {
  const Edges& edges = found.edges;
  too_many_ = too_many_ || edges.size() > kMaxEdges - size_;
  if (too_many_) return found.Clear();
  if (edges.size() > columns_.edge_types.size() - size_)
    Reserve(std::max(2 * columns_.edge_types.size(), size_ + edges.size()));
  std::ranges::copy(edges.types, columns_.edge_types.begin() + size_);
  std::ranges::copy(edges.names, columns_.edge_names.begin() + size_);
  std::ranges::copy(edges.targets, columns_.edge_targets.begin() + size_);
  size_ += edges.size();
  for (const Label& label : found.labels) Apply(label);
  found.Clear();
}

void ReferenceMerger::Reserve(size_t edges) {
  Grow(columns_.edge_types, size_, edges);
  Grow(columns_.edge_names, size_, edges);
  Grow(columns_.edge_targets, size_, edges);
}

// The first to come names a node.
void ReferenceMerger::Apply(const Label& label) {
  uint32_t& name = columns_.node_names[label.node];
  if (name == 0 || label.replaces_name) name = label.name;
  if (label.type != Label::kSameType) columns_.node_types[label.node] = label.type;
}

Result<void> ReferenceMerger::Finish() {
  if (too_many_)
    return std::unexpected(Error{.code = ErrorCode::kUnsupported,
                                 .message = "more than 2^32 - 1 references in one process"});
  columns_.edge_types.Shrink(size_);
  columns_.edge_names.Shrink(size_);
  columns_.edge_targets.Shrink(size_);
  return {};
}

}  // namespace nodeheap::explorer
