#include "suspects/fingerprint.h"

#include <fmt/format.h>

#include <string_view>

namespace nodeheap {
namespace suspects {
namespace {

// FNV-1a with 64 bits: the same on every machine.
class Hash {
 public:
  void Add(std::string_view text) {
    for (const char c : text) AddByte(static_cast<uint8_t>(c));
    AddByte(0);
  }

  // Each number in the text counts as one and the same: "user17" and "user4" are both "user#".
  void AddName(std::string_view text) {
    bool in_number = false;
    for (const char c : text) {
      const bool digit = c >= '0' && c <= '9';
      if (!digit) AddByte(static_cast<uint8_t>(c));
      if (digit && !in_number) AddByte('#');
      in_number = digit;
    }
    AddByte(0);
  }

  uint64_t value() const { return value_; }

 private:
  void AddByte(uint8_t byte) { value_ = (value_ ^ byte) * 0x100000001b3; }

  uint64_t value_ = 0xcbf29ce484222325;
};

constexpr size_t kMaxName = 200;  // bytes

void AddStep(const HeapGraph& graph, EdgeId edge, Hash& hash) {
  switch (graph.type(edge)) {
    case EdgeType::kContext:
    case EdgeType::kProperty:
      hash.Add(graph.type(edge) == EdgeType::kContext ? "->" : ".");
      hash.AddName(graph.strings().GetPrefix(StringId{graph.name_or_index(edge)}, kMaxName));
      break;
    case EdgeType::kElement:
      hash.Add("[]");
      break;
    default:
      break;
  }
  const NodeId target = graph.target(edge);
  switch (graph.type(target)) {
    case NodeType::kObject:
    case NodeType::kClosure:
    case NodeType::kNative:
    case NodeType::kSynthetic:
      hash.AddName(graph.strings().GetPrefix(graph.name(target), kMaxName));
      break;
    default:
      break;
  }
}

bool IsString(NodeType type) {
  return type == NodeType::kString || type == NodeType::kConsString ||
         type == NodeType::kSlicedString;
}

}  // namespace

uint64_t FingerprintOf(const HeapGraph& graph, const Suspect& suspect) {
  Hash hash;
  hash.Add(Name(suspect.kind));
  // Not the class: DevTools' names of plain objects depend on what else is in the heap. The name of
  // a string is its text, which is chance.
  if (!IsString(graph.type(suspect.sample)))
    hash.AddName(graph.strings().GetPrefix(graph.name(suspect.sample), kMaxName));
  for (size_t i = suspect.named; i < suspect.path.size(); ++i)
    AddStep(graph, suspect.path[i], hash);
  return hash.value();
}

}  // namespace suspects

std::string FingerprintText(uint64_t fingerprint) { return fmt::format("{:016x}", fingerprint); }

}  // namespace nodeheap
