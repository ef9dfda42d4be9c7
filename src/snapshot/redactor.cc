#include "snapshot/redactor.h"

#include <algorithm>

#include "base/json_string.h"
#include "base/sip_hash.h"
#include "snapshot/name_words.h"

namespace nodeheap {
namespace {

// UTF-16 units, as String.length counts.
size_t LengthOf(std::string_view text) {
  size_t length = 0;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if ((byte & 0xC0) != 0x80) ++length;
    if (byte >= 0xF0) ++length;
  }
  return length;
}

}  // namespace

StringRoles::StringRoles(const HeapGraph& graph)
    : graph_(graph), names_(graph.strings().size()), values_(graph.strings().size()) {
  for (uint32_t n = 0; n < graph.node_count(); ++n) {
    const NodeId node{n};
    (HasValue(node) ? values_ : names_).Add(Index(graph.name(node)));
  }
  for (uint32_t e = 0; e < graph.edge_count(); ++e) {
    const EdgeId edge{e};
    if (!IsIndexed(graph.type(edge))) names_.Add(graph.name_or_index(edge));
  }
}

bool StringRoles::HasValue(NodeId node) const {
  switch (graph_.type(node)) {
    case NodeType::kString:
      return true;
    case NodeType::kConsString:
    case NodeType::kSlicedString:
    case NodeType::kNumber:
    case NodeType::kSymbol:
    case NodeType::kBigInt:
    case NodeType::kRegExp:
      return !IsPublicName(graph_.strings().Escaped(graph_.name(node)));
    default:
      return false;
  }
}

Redactor::Redactor(const HeapGraph& graph, const Redaction& redaction)
    : graph_(graph), redaction_(redaction), roles_(graph) {
  for (uint32_t i = 0; i < graph.strings().size(); ++i)
    if (roles_.IsName(i) && roles_.IsValue(i)) doubles_.push_back(i);
}

uint32_t Redactor::NodeName(NodeId node) const {
  const uint32_t name = Index(graph_.name(node));
  if (!roles_.IsName(name) || !roles_.HasValue(node)) return name;
  const auto found = std::ranges::lower_bound(doubles_, name);
  return static_cast<uint32_t>(graph_.strings().size()) +
         static_cast<uint32_t>(found - doubles_.begin());
}

uint32_t Redactor::string_count() const {
  return static_cast<uint32_t>(graph_.strings().size() + doubles_.size());
}

std::string Redactor::Escaped(uint32_t index) const {
  const auto strings = static_cast<uint32_t>(graph_.strings().size());
  // What nothing names is of parts that are not written, and as secret as a value.
  const bool is_value = index >= strings || !roles_.IsName(index);
  const StringId string{index >= strings ? doubles_[index - strings] : index};
  const std::string text = graph_.strings().Get(string);
  return is_value ? Value(text) : EncodeJsonString(Name(text));
}

std::string Redactor::Name(const std::string& text) const {
  if (redaction_.what == Redacted::kValues && !IsWeakMapEntry(text)) return text;
  if (IsPublicWord(text)) return text;
  std::string name;
  for (const NamePiece& piece : SplitName(text)) {
    const bool stays = !piece.is_word || IsPublicWord(piece.text);
    name += stays ? std::string(piece.text) : "_" + Token(piece.text);
  }
  return name;
}

std::string Redactor::Value(std::string_view text) const {
  std::string value = Token(text);
  value.resize(LengthOf(text), '*');
  return value;
}

// 64 bits as letters and digits.
std::string Redactor::Token(std::string_view text) const {
  constexpr std::string_view kDigits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr size_t kLength = 11;
  std::string token;
  for (uint64_t hash = SipHash(redaction_.key, text); token.size() < kLength;
       hash /= kDigits.size())
    token += kDigits[hash % kDigits.size()];
  return token;
}

}  // namespace nodeheap
