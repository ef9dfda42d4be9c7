#include "suspects/fingerprint.h"

#include <fmt/format.h>

#include <span>
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

// Where the path leaves what every program has: the step to the global object, else to one of V8's
// kinds of roots. Which of the roots of the moment it is, a stack or a handle, is chance.
size_t BeginOf(const HeapGraph& graph, const Analysis& analysis, std::span<const EdgeId> path,
               Hash& hash) {
  for (size_t i = path.size(); i-- > 0;) {
    const NodeId node = graph.target(path[i]);
    const std::string_view name = graph.strings().Escaped(graph.name(node));
    if (analysis.distances[Index(node)] == 1 || name.starts_with("global ") || name == "global") {
      hash.Add("global");
      return i + 1;
    }
    if (graph.type(node) != NodeType::kSynthetic) continue;
    hash.Add(name == "(Stack roots)" || name == "(Handle scope)" ? "running" : name);
    return i + 1;
  }
  return 0;
}

}  // namespace

uint64_t FingerprintOf(const HeapGraph& graph, const Analysis& analysis, const Suspect& suspect) {
  Hash hash;
  hash.Add(Name(suspect.kind));
  // Not the class: DevTools' names of plain objects depend on what else is in the heap.
  hash.AddName(graph.strings().GetPrefix(graph.name(suspect.sample), kMaxName));
  const size_t begin = BeginOf(graph, analysis, suspect.path, hash);
  for (size_t i = begin; i < suspect.path.size(); ++i) AddStep(graph, suspect.path[i], hash);
  return hash.value();
}

}  // namespace suspects

std::string FingerprintText(uint64_t fingerprint) { return fmt::format("{:016x}", fingerprint); }

}  // namespace nodeheap
