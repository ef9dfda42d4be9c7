#include "explorer/ownership.h"

#include <algorithm>

#include "explorer/live_objects.h"

namespace nodeheap::explorer {
namespace {

using v8::Kind;
using v8::ObjectIndex;

constexpr int kMaxRounds = 8;
constexpr int kMaxFlows = 64;
constexpr size_t kMaxAsked = 1000;  // in one round
constexpr size_t kMaxOwners = 16;   // two tell that there are many, others how far the node is

bool IsOwnable(NodeType type) { return type == NodeType::kHidden || type == NodeType::kArray; }

}  // namespace

Result<std::optional<std::vector<Reference>>> Ownership::ReferencesTo(uint32_t node) {
  NH_TRY(auto found, Ask({node}));
  if (found && !known_.at(node).complete) found.reset();
  return found;
}

Result<bool> Ownership::Solve(std::span<const uint32_t> nodes) {
  std::vector<uint32_t> unknown;
  for (const uint32_t node : nodes) {
    if (!heap_.IsObject(node)) continue;
    nodes_.insert(node);
    if (MayBeOwned(node))
      needed_.insert(node);
    else
      Pass(node);
    if (!known_.contains(node)) unknown.push_back(node);
  }
  for (int round = 0; round < kMaxRounds; ++round) {
    NH_TRY(const auto found, Ask(unknown));
    if (!found) return false;
    for (const uint32_t node : nodes_)
      if (MayBeLabelled(node) && !known_.at(node).complete) return false;
    if (!LetOwnershipFlow()) return false;
    PassOwned();
    unknown.clear();
    if (!CollectUnknown(unknown)) return false;
    if (unknown.empty()) return true;
  }
  return false;
}

uint64_t Ownership::SizeOf(uint32_t node) {
  if (!heap_.IsObject(node)) return 0;
  const auto self = known_.find(node);
  if (self != known_.end() && IsOwnable(self->second.label.type)) {
    const uint32_t owner = self->second.owner;
    const bool is_part = owner != kUnowned && owner != kManyOwners && heap_.IsObject(owner);
    return is_part ? 0 : SelfSizeOf(node);
  }
  uint64_t size = SelfSizeOf(node);
  for (const auto& [other, known] : known_)
    if (IsOwnable(known.label.type) && known.owner == node) size += SelfSizeOf(other);
  return size;
}

std::vector<uint32_t> Ownership::SourcesOf(uint32_t node) const {
  const auto known = known_.find(node);
  if (known == known_.end()) return {};
  std::vector<uint32_t> sources = known->second.owners;
  sources.insert(sources.end(), known->second.through.begin(), known->second.through.end());
  std::erase_if(sources, [&](uint32_t source) {
    const auto pairs = heap_.ephemerons.Of(source);
    return std::ranges::find(pairs, node, &Ephemerons::Entry::value) != pairs.end();
  });
  return sources;
}

NodeLabel Ownership::LabelOf(uint32_t node) {
  if (const auto known = known_.find(node); known != known_.end()) return known->second.label;
  const v8::MapInfo map = MapOf(node);
  const ObjectIndex object = heap_.state.numbers.ObjectOf(node);
  if (map.address == 0) return {};
  return labels_.Of(v8::Tag(heap_.state.heap.address(object)), map);
}

uint64_t Ownership::SelfSizeOf(uint32_t node) {
  const v8::Heap& heap = heap_.state.heap;
  const ObjectIndex object = heap_.state.numbers.ObjectOf(node);
  const v8::Page& page = heap.page_of(object);
  const v8::MapInfo map = MapOf(node);
  if (map.address == 0) return 0;
  return SelfSize(heap, object, page, heap.address(page, object), map);
}

Result<std::optional<std::vector<Reference>>> Ownership::Ask(const std::vector<uint32_t>& nodes) {
  const auto is_code = [this](uint32_t node) { return IsCode(node); };
  if (nodes.size() > kMaxAsked || std::ranges::any_of(nodes, is_code)) return std::nullopt;
  NH_TRY(Referrers found, FindReferrers(heap_, references_, odd_, nodes));
  for (const uint32_t node : nodes) {
    const NodeLabel label = LabelOf(node);
    Known& known = known_[node];
    known.label = label;
    known.complete = !std::ranges::binary_search(found.incomplete, node);
  }
  for (const Label& label : found.labels) AddLabel(label);
  for (const Reference& reference : found.references) AddReference(reference);
  return std::move(found.references);
}

void Ownership::AddLabel(const Label& label) {
  NodeLabel& own = known_.at(label.node).label;
  if (own.name == 0 || label.replaces_name) own.name = label.name;
  if (label.type != Label::kSameType) own.type = NodeType{label.type};
}

void Ownership::AddReference(const Reference& reference) {
  if (reference.type == EdgeType::kWeak || reference.source == reference.target) return;
  Known& target = known_.at(reference.target);
  const bool through = heap_.IsObject(reference.source) && MayBeOwned(reference.source);
  std::vector<uint32_t>& sources = through ? target.through : target.owners;
  if (!through && sources.size() >= kMaxOwners) return;
  if (sources.empty() || sources.back() != reference.source) sources.push_back(reference.source);
}

// By its own nature: what refers to it may tell that it is code.
bool Ownership::MayBeOwned(uint32_t node) {
  const v8::MapInfo map = MapOf(node);
  if (map.kind == Kind::kString) return false;
  if (heap_.state.heap.layout().types.IsReceiver(map.instance_type))
    return map.kind == Kind::kJSProxy;
  if (const auto known = known_.find(node); known != known_.end())
    return IsOwnable(known->second.label.type);
  return IsOwnable(LabelOf(node).type);
}

bool Ownership::MayBeLabelled(uint32_t node) {
  const v8::MapInfo map = MapOf(node);
  if (heap_.state.heap.layout().types.IsReceiver(map.instance_type)) return false;
  switch (map.kind) {
    case Kind::kString:
    case Kind::kMap:
    case Kind::kContext:
    case Kind::kNativeContext:
    case Kind::kSymbol:
    case Kind::kHeapNumber:
    case Kind::kBigInt:
    case Kind::kOddball:
      return false;
    default:
      return true;
  }
}

bool Ownership::IsCode(uint32_t node) {
  const Kind kind = MapOf(node).kind;
  return kind == Kind::kCode || kind == Kind::kInstructionStream;
}

v8::MapInfo Ownership::MapOf(uint32_t node) {
  const ObjectIndex object = heap_.state.numbers.ObjectOf(node);
  const v8::Page& page = pages_.Of(object);
  const v8::MapInfo* const map = maps_.Find(page.Word(heap_.state.heap.address(page, object)));
  return map == nullptr ? v8::MapInfo{} : *map;
}

uint32_t Ownership::OwnerThrough(uint32_t node) const {
  const auto known = known_.find(node);
  if (known == known_.end()) return kUnowned;
  return IsOwnable(known->second.label.type) ? known->second.owner : node;
}

// An owner only ever changes from none to one to many. False: the nodes form too long a chain.
bool Ownership::LetOwnershipFlow() {
  for (int pass = 0; pass < kMaxFlows; ++pass) {
    bool changed = false;
    for (auto& [node, known] : known_) {
      const uint32_t before = known.owner;
      const auto add = [&known](uint32_t owner) {
        if (owner == kUnowned || owner == known.owner) return;
        known.owner = known.owner == kUnowned ? owner : kManyOwners;
      };
      for (const uint32_t owner : known.owners) add(owner);
      for (const uint32_t other : known.through) add(OwnerThrough(other));
      changed = changed || known.owner != before;
    }
    if (!changed) return true;
  }
  return false;
}

// What the node refers to may be its own.
void Ownership::Pass(uint32_t node) {
  if (!passed_.insert(node).second) return;
  const Edges& edges = references_[0]->Of(node).edges;
  for (size_t i = 0; i < edges.size(); ++i) {
    const uint32_t target = edges.targets[i];
    if (EdgeType{edges.types[i]} != EdgeType::kWeak && heap_.IsObject(target) && MayBeOwned(target))
      needed_.insert(target);
  }
}

void Ownership::PassOwned() {
  for (const auto& [node, known] : known_)
    if (nodes_.contains(IsOwnable(known.label.type) ? known.owner : node)) Pass(node);
}

// What must be known to tell the owners of the needed nodes. False: it is known and not enough.
bool Ownership::CollectUnknown(std::vector<uint32_t>& unknown) {
  boost::unordered_flat_set<uint32_t> seen;
  std::vector<uint32_t> worklist(needed_.begin(), needed_.end());
  while (!worklist.empty()) {
    const uint32_t node = worklist.back();
    worklist.pop_back();
    if (!seen.insert(node).second) continue;
    const auto known = known_.find(node);
    if (known == known_.end()) {
      unknown.push_back(node);
      continue;
    }
    if (!IsOwnable(known->second.label.type) || known->second.owner == kManyOwners) continue;
    if (!known->second.complete) return false;
    worklist.insert(worklist.end(), known->second.through.begin(), known->second.through.end());
  }
  std::ranges::sort(unknown);
  return true;
}

}  // namespace nodeheap::explorer
