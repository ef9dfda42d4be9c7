#include "explorer/reference_extractor.h"

#include <algorithm>

#include "explorer/embedded_objects.h"
#include "explorer/references.h"
#include "v8/context_variables.h"

namespace nodeheap::explorer {
namespace {

using v8::Kind;
using v8::Tagged;
using v8::Version;

constexpr uint64_t kArrayHeader = 16;     // FixedArray and its relatives: map, length
constexpr uint64_t kWeakListHeader = 24;  // WeakArrayList: map, capacity, length
constexpr uint64_t kContextExtension = 32;
constexpr size_t kKinds = 256;

int DecimalVersion(const Version& version) {
  return version.major * 10 + std::min(version.minor, 9);
}

// V8's IsFixedArray: hash tables are fixed arrays, too.
bool IsFixedArray(Kind kind) {
  return kind == Kind::kFixedArray || (v8::IsHashTable(kind) && kind != Kind::kEphemeronHashTable);
}

}  // namespace

ReferenceExtractor::ReferenceExtractor(const SharedState& state, StringPool& pool)
    : state_(state),
      heap_(state.heap),
      runtime_(state.heap.runtime()),
      layout_(runtime_.layout()),
      maps_(runtime_.pages(), layout_),
      pages_(heap_),
      names_(runtime_, pool),
      plans_(runtime_, names_),
      map_name_(names_.Fixed("map")),
      proto_name_(names_.Fixed("__proto__")),
      properties_name_(names_.Fixed("properties")),
      elements_name_(names_.Fixed("elements")),
      first_name_(names_.Fixed("first")),
      second_name_(names_.Fixed("second")),
      properties_label_(names_.Fixed("(object properties)")),
      elements_label_(names_.Fixed("(object elements)")),
      shared_label_(names_.Fixed("(shared function info)")) {
  ListNamedFields();
  while (layout_.types.kind(first_context_type_) != Kind::kContext) ++first_context_type_;
}

void ReferenceExtractor::ListNamedFields() {
  const int version = DecimalVersion(layout_.version);
  const v8::Layout& layout = layout_;
  named_fields_.resize(kKinds);
  const auto add = [&](Kind kind, uint64_t offset, std::string_view name, int first, int last) {
    if (version < first || version > last || offset == 0) return;
    named_fields_[static_cast<size_t>(kind)].push_back({offset, names_.Fixed(name)});
  };
#define FIELD(kind, offset, name, first, last) add(Kind::kind, offset, name, first, last);
#include "explorer/named_fields.def"
#undef FIELD
}

void ReferenceExtractor::Extract(v8::ObjectIndex object, References& out) {
  page_ = &pages_.Of(object);
  at_ = heap_.address(*page_, object);
  size_ = heap_.size(object);
  const v8::MapInfo* const map = maps_.Find(page_->Word(at_));
  if (map == nullptr) return;
  map_ = *map;
  out_ = &out;

  if (map_.kind == Kind::kJSGlobalProxy) {
    ExtractGlobalProxy();
  } else if (map_.kind == Kind::kJSArrayBuffer) {
    ExtractNative();
  } else if (layout_.types.IsReceiver(map_.instance_type)) {
    if (map_.kind != Kind::kJSProxy) ExtractObject();
  } else if (map_.kind == Kind::kString) {
    ExtractString();
  } else if (map_.kind == Kind::kMap) {
    ExtractMap();
  } else if (map_.kind == Kind::kDescriptorArray) {
    ExtractDescriptors();
  } else if (map_.kind == Kind::kContext) {
    ExtractContext();
  } else if (map_.kind == Kind::kEphemeronHashTable) {
    ExtractEphemerons();
  } else if (map_.kind == Kind::kWeakFixedArray || IsFixedArray(map_.kind) ||
             // A weak fixed array, until V8 11 gave it a case of its own.
             (map_.kind == Kind::kTransitionArray && layout_.version < Version{11, 0, 0})) {
    ExtractArray(kArrayHeader);
  } else if (map_.kind == Kind::kWeakArrayList || map_.kind == Kind::kDependentCode) {
    ExtractArray(kWeakListHeader);
  } else {
    ExtractNamedFields();
  }
  LabelBelongings();
  AddField(map_name_, 0);
  ExtractHidden();
  for (const uint32_t word : visited_) is_visited_[word] = false;
  visited_.clear();
}

void ReferenceExtractor::ExtractString() {
  switch (v8::ShapeOf(map_.instance_type)) {
    case v8::StringShape::kCons:
      AddField(first_name_, layout_.string.cons_first);
      AddField(second_name_, layout_.string.cons_second);
      return;
    case v8::StringShape::kSliced:
      return AddField("parent", layout_.string.sliced_parent);
    case v8::StringShape::kThin:
      return AddField("actual", layout_.string.thin_actual);
    default:
      return;
  }
}

void ReferenceExtractor::ExtractMap() {
  const Tagged transitions = Word(layout_.map.transitions);
  const Kind kind = KindOf(transitions);
  if (v8::IsWeak(transitions) || kind == Kind::kFixedArray)
    AddField("transition", layout_.map.transitions);
  else if (kind == Kind::kTransitionArray)
    AddField("transitions", layout_.map.transitions);
  else if (kind == Kind::kPrototypeInfo)
    AddField("prototype_info", layout_.map.transitions);

  const auto type = page_->Load<uint16_t>(at_ + layout_.map.instance_type);
  if (layout_.types.IsReceiver(type)) AddField("descriptors", layout_.map.instance_descriptors);
  AddField("prototype", layout_.map.prototype);
  const Kind of = layout_.types.kind(type);
  const Kind constructor = KindOf(Word(layout_.map.constructor_or_back_pointer));
  std::string_view name = "constructor";
  if (of == Kind::kContext || of == Kind::kNativeContext || of == Kind::kMap)
    name = "native_context";
  else if (constructor == Kind::kMap)
    name = "back_pointer";
  else if (constructor == Kind::kFunctionTemplateInfo)
    name = "constructor_function_data";
  AddField(name, layout_.map.constructor_or_back_pointer);
  AddField("dependent_code", layout_.map.dependent_code);
}

// V8 names the variables of scopes where declarations can stand.
void ReferenceExtractor::ExtractContext() {
  if (IsDeclarationContext()) {
    v8::ForEachContextVariable(runtime_, v8::Tag(at_), [this](const v8::ContextVariable& variable) {
      AddEdge(EdgeType::kContext, names_.Of(variable.name), variable.value);
      MarkVisited(variable.offset);
    });
  }
  ExtractNamedFields();
  const uint64_t flags = v8::ScopeFlagsOf(runtime_, v8::Tag(at_));
  if (v8::HasExtensionSlot(flags)) AddField("extension", kContextExtension);
}

// The types of contexts, in the order of their numbers: await, block, catch, debug evaluate, eval,
// function, module, native, script, with.
bool ReferenceExtractor::IsDeclarationContext() const {
  constexpr int kBlock = 1;
  constexpr int kEval = 4;
  constexpr int kFunction = 5;
  constexpr int kModule = 6;
  constexpr int kScript = 8;
  const int type = map_.instance_type - first_context_type_;
  const uint64_t flags = v8::ScopeFlagsOf(runtime_, v8::Tag(at_));
  if (type == kEval) return v8::IsStrictScope(flags);
  if (type == kBlock) return v8::IsDeclarationScope(flags);
  return type == kFunction || type == kModule || type == kScript;
}

void ReferenceExtractor::ExtractArray(uint64_t header) {
  for (uint64_t offset = header; offset + v8::kWord <= size_; offset += v8::kWord)
    if ((page_->Word(at_ + offset) & 1) != 0)
      AddField(names_.OfIndex(static_cast<uint32_t>((offset - header) / v8::kWord)), offset);
}

void ReferenceExtractor::ExtractDescriptors() {
  ExtractNamedFields();
  ExtractArray(layout_.property.header);
}

// The edges from the key and the table to the value make the value live as long as both.
void ReferenceExtractor::ExtractEphemerons() {
  for (uint64_t offset = kHashTableHeader; offset + kEphemeronEntry <= size_;
       offset += kEphemeronEntry) {
    for (const uint64_t slot : {offset, offset + v8::kWord}) {
      const Tagged word = Word(slot);
      MarkVisited(slot);
      if (v8::IsStrong(word) && state_.IsEssential(word))
        AddEdge(EdgeType::kWeak,
                names_.OfIndex(static_cast<uint32_t>((slot - kArrayHeader) / v8::kWord)), word);
    }
  }
}

void ReferenceExtractor::ExtractNamedFields() {
  for (const NamedField& field : named_fields_[static_cast<size_t>(map_.kind)])
    if (field.offset + v8::kWord <= size_) AddField(field.name, field.offset);
}

// Every tagged word that nothing was said of. They are counted even where no edge comes of it.
void ReferenceExtractor::ExtractHidden() {
  const Body body = TaggedBody(map_, size_, layout_);
  const uint64_t ignored = WeakFieldOf(map_.kind, size_, layout_);
  const uint64_t end = std::min(body.end, size_);
  uint32_t index = IsVisited(0) ? 0 : 1;  // the map may be inessential
  for (uint64_t offset = body.begin; offset + v8::kWord <= end; offset += v8::kWord) {
    const Tagged word = page_->Word(at_ + offset);
    if ((word & 1) == 0 || offset == ignored || IsVisited(offset)) continue;
    const auto target = state_.NodeOf(word);
    if (!target) continue;
    const uint32_t number = index++;
    if (!state_.IsEssential(word)) continue;
    if (v8::IsWeak(word) && TellsWeak())
      out_->edges.Add(EdgeType::kWeak, names_.OfIndex(number), *target);
    else
      out_->edges.Add(EdgeType::kHidden, number, *target);
  }
  if (HoldsInstructions(map_.kind, layout_)) ExtractInstructions(end, index);
}

// Instructions embed pointers at any byte.
void ReferenceExtractor::ExtractInstructions(uint64_t begin, uint32_t index) {
  const EmbeddedObjects embedded(heap_, at_);
  for (uint64_t offset = begin; offset + v8::kWord <= size_; ++offset) {
    const Tagged word = page_->Word(at_ + offset);
    if (!v8::IsStrong(word) || !state_.IsEssential(word)) continue;
    const auto target = state_.NodeOf(word);
    if (!target) continue;
    const uint32_t number = index++;
    if (TellsWeak() && embedded.IsWeak(word, maps_))
      out_->edges.Add(EdgeType::kWeak, names_.OfIndex(number), *target);
    else
      out_->edges.Add(EdgeType::kHidden, number, *target);
  }
}

void ReferenceExtractor::AddField(uint32_t name, uint64_t offset) {
  const Tagged word = Word(offset);
  if ((word & 1) == 0 || IsVisited(offset) || !state_.IsEssential(word)) return;
  const auto target = state_.NodeOf(word);
  if (!target) return;
  const bool weak =
      v8::IsWeak(word) || (offset != 0 && offset == WeakFieldOf(map_.kind, size_, layout_));
  out_->edges.Add(weak ? EdgeType::kWeak : EdgeType::kInternal, name, *target);
  MarkVisited(offset);
}

Kind ReferenceExtractor::KindOf(Tagged object) {
  const v8::Address at = v8::Untag(object);
  if ((object & 1) == 0 || at % v8::kWord != 0) return Kind::kUnknown;
  const v8::Page* const page = runtime_.pages().Find(at);
  if (page == nullptr) return Kind::kUnknown;
  const v8::MapInfo* const map = maps_.Find(page->Word(at));
  return map == nullptr ? Kind::kUnknown : map->kind;
}

void ReferenceExtractor::MarkVisited(uint64_t offset) {
  const auto word = static_cast<uint32_t>(offset / v8::kWord);
  if (word >= is_visited_.size()) is_visited_.resize(word + 1);
  if (is_visited_[word]) return;
  is_visited_[word] = true;
  visited_.push_back(word);
}

}  // namespace nodeheap::explorer
