// The edges of one object, by the rules of V8's heap snapshots (V8HeapExplorer::ExtractReferences
// in v8/src/profiler/heap-snapshot-generator.cc): first what has a name, then every other tagged
// word as a hidden edge. Objects of JavaScript are in object_references.cc, what objects tell of
// others in belongings.cc.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "explorer/edges.h"
#include "explorer/names.h"
#include "explorer/property_plans.h"
#include "explorer/shared_state.h"
#include "explorer/tagged_body.h"
#include "v8/primitives.h"
#include "v8/properties.h"

namespace nodeheap::explorer {

// Not thread-safe: each thread has its own, all with the same state and pool.
class ReferenceExtractor {
 public:
  ReferenceExtractor(const SharedState& state, StringPool& pool);

  // Appends the references of the object.
  void Extract(v8::ObjectIndex object, References& out);

 private:
  struct NamedField {
    uint64_t offset;
    uint32_t name;
  };

  void ListNamedFields();

  // Objects of V8.
  void ExtractString();
  void ExtractMap();
  void ExtractContext();
  bool IsDeclarationContext() const;
  void ExtractArray(uint64_t header);
  void ExtractDescriptors();
  void ExtractEphemerons();
  void ExtractNamedFields();
  void ExtractHidden();
  void ExtractInstructions(uint64_t begin, uint32_t index);

  // Objects of JavaScript.
  void ExtractObject();
  void ExtractProperties();
  void ExtractProperty(const PlannedProperty& property, v8::Address property_array);
  void ExtractSlowProperty(const v8::Property& property);
  void ExtractAccessors(uint32_t name, v8::Tagged key, v8::Tagged pair,
                        std::optional<uint64_t> offset);
  void ExtractElements();
  void ExtractElementArray(v8::Tagged elements);
  void ExtractFunction();
  void ExtractBoundArguments();
  void ExtractGlobalProxy();
  void ExtractNative();

  // What the object tells of others.
  void LabelBelongings();
  void LabelCodeLike();
  void LabelShapeLike();
  void LabelOfObject();
  void LabelOfFunction();
  void LabelOfScript();
  void LabelOfCode();
  void LabelOfBytecode();
  void LabelConstantPool(v8::Tagged array, unsigned depth, uint32_t& left);
  void SetLabel(v8::Tagged target, uint32_t name, std::optional<NodeType> type = {},
                bool replaces_name = false);
  void LabelField(uint64_t offset, std::string_view name, std::optional<NodeType> type = {});
  // All fields that point to one of the kinds.
  void LabelFields(std::initializer_list<v8::Kind> kinds, std::string_view name,
                   std::optional<NodeType> type);

  // Snapshots before V8 10 have a hidden edge for what is weak and has no name.
  bool TellsWeak() const { return layout_.version >= v8::Version{10, 0, 0}; }
  // A strong word becomes an internal edge, a weak one a weak edge; each word only once.
  void AddField(uint32_t name, uint64_t offset);
  void AddField(std::string_view name, uint64_t offset) { AddField(names_.Fixed(name), offset); }
  void AddEdge(EdgeType type, uint32_t name_or_index, v8::Tagged target) {
    if (const auto node = state_.NodeOf(target)) out_->edges.Add(type, name_or_index, *node);
  }
  void AddEdge(EdgeType type, std::string_view name, v8::Tagged target) {
    AddEdge(type, names_.Fixed(name), target);
  }
  // Like the runtime's, but remembers maps.
  v8::Kind KindOf(v8::Tagged object);
  bool Is(v8::Tagged object, v8::Kind kind) { return KindOf(object) == kind; }
  // It is in read-only space: most words are told from it without looking at what they point to.
  bool IsHole(v8::Tagged object) {
    const v8::Page* const page = runtime_.pages().Find(v8::Untag(object));
    return page != nullptr && page->space == v8::Space::kReadOnly && v8::IsHole(runtime_, object);
  }
  v8::Tagged Word(uint64_t offset) const {
    return offset + v8::kWord <= size_ ? page_->Word(at_ + offset) : 0;
  }
  void MarkVisited(uint64_t offset);
  bool IsVisited(uint64_t offset) const {
    const uint64_t word = offset / v8::kWord;
    return word < is_visited_.size() && is_visited_[word];
  }

  const SharedState& state_;
  const v8::Heap& heap_;
  const v8::Runtime& runtime_;
  const v8::Layout& layout_;
  v8::MapCache maps_;
  v8::PageCursor pages_;
  Names names_;
  PropertyPlans plans_;
  std::vector<std::vector<NamedField>> named_fields_;  // by kind
  const uint32_t map_name_;
  const uint32_t proto_name_;
  const uint32_t properties_name_;
  const uint32_t elements_name_;
  const uint32_t first_name_;
  const uint32_t second_name_;
  const uint32_t properties_label_;
  const uint32_t elements_label_;
  const uint32_t shared_label_;
  uint16_t first_context_type_ = 0;

  // The object at work.
  v8::Address at_ = 0;
  uint64_t size_ = 0;
  const v8::Page* page_ = nullptr;
  v8::MapInfo map_;
  References* out_ = nullptr;
  std::vector<uint32_t> visited_;  // words, in the order of their visits
  std::vector<bool> is_visited_;   // by word
};

}  // namespace nodeheap::explorer
