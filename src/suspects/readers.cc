#include "suspects/readers.h"

#include <algorithm>
#include <utility>

#include "suspects/identifiers.h"

namespace nodeheap::suspects {
namespace {

constexpr uint64_t kMaxReferences = 20'000'000;  // that are looked at
constexpr uint64_t kMaxText = 2'000'000'000;     // bytes that are read, of all functions

}  // namespace

Readers::Readers(const HeapView& heap, const SuspectFacts& facts,
                 std::span<const std::string> names)
    : heap_(heap),
      facts_(facts),
      names_(names.begin(), names.end()),
      references_left_(kMaxReferences),
      text_left_(kMaxText) {}

bool Readers::CanRead(NodeId context, const std::string& name) {
  return AnyReader(context, [&](NodeId function) {
    const Uses& uses = UsesOf(function);
    return uses.all || uses.names.contains(name);
  });
}

template <typename Visit>
bool Readers::AnyReader(NodeId context, const Visit& visit) {
  std::vector<NodeId> contexts = {context};
  for (size_t i = 0; i < contexts.size(); ++i)
    if (AnyReaderRightIn(contexts[i], visit, contexts)) return true;
  return false;
}

template <typename Visit>
bool Readers::AnyReaderRightIn(NodeId context, const Visit& visit, std::vector<NodeId>& inner) {
  for (const uint32_t entry : heap_.analysis().retainers.Sources(context)) {
    if ((entry & Retainers::kNotEssential) != 0) continue;
    if (references_left_ == 0) return true;
    --references_left_;
    const NodeId source = Retainers::Source(entry);
    const auto function = FunctionIn(source, context);
    if (function && !visit(*function)) continue;
    if (function || !IsContext(source) || heap_.InternalTarget(source, "previous") != context)
      return true;
    inner.push_back(source);
  }
  return false;
}

// A closure that sees `context`, or the function of one that is suspended in it.
std::optional<NodeId> Readers::FunctionIn(NodeId node, NodeId context) const {
  const NodeType type = heap_.graph().type(node);
  if (type != NodeType::kClosure && type != NodeType::kObject) return std::nullopt;
  if (IsContext(node) || heap_.InternalTarget(node, "context") != context) return std::nullopt;
  return type == NodeType::kClosure ? node : heap_.InternalTarget(node, "function");
}

const Readers::Uses& Readers::UsesOf(NodeId function) {
  const auto shared = heap_.InternalTarget(function, "shared");
  const auto [found, is_new] = uses_.try_emplace(Index(shared.value_or(function)));
  Uses& uses = found->second;
  if (!is_new) return uses;
  const auto source = text_left_ > 0 ? facts_.source_of(function) : std::nullopt;
  text_left_ -= std::min<uint64_t>(text_left_, source ? source->size() : 0);
  uses.all = !source || text_left_ == 0;
  if (uses.all) return uses;
  ForEachIdentifier(*source, [&](std::string_view identifier) {
    std::string name(identifier);
    if (names_.contains(name)) uses.names.insert(std::move(name));
    uses.all |= identifier == "eval";
  });
  return uses;
}

}  // namespace nodeheap::suspects
