#include "v8/properties.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "v8/primitives.h"
#include "v8/strings.h"

namespace nodeheap::v8 {
namespace {

constexpr uint32_t kDescriptorWords = 3;          // key, details, value
constexpr uint32_t kHashTableWords = 3;           // elements, deleted elements, capacity
constexpr uint32_t kGlobalDictionaryPrefix = 2;   // words, as of all dictionaries before Node 20
constexpr uint32_t kArrayHeader = 16;             // bytes: map, length
constexpr uint64_t kPropertyArrayLength = 0x3FF;  // the other bits are the identity hash

// PropertyCell (v8/src/objects/property-cell.tq).
constexpr uint32_t kCellName = 8;
constexpr uint32_t kCellDetails = 16;
constexpr uint32_t kCellValue = 24;

// SloppyArgumentsElements (v8/src/objects/arguments.tq).
constexpr uint32_t kMappedContext = 16;
constexpr uint32_t kMappedArguments = 24;
constexpr uint32_t kMappedEntries = 32;

// PropertyDetails::DictionaryStorageField: the order in which properties were added.
constexpr uint32_t kEnumerationIndexShift = 8;

void SetAttributes(Property& property, uint32_t attributes) {
  property.writable = (attributes & 1) == 0;
  property.enumerable = (attributes & 2) == 0;
  property.configurable = (attributes & 4) == 0;
}

bool IsName(const Runtime& runtime, Tagged key) {
  const Kind kind = runtime.KindOf(key);
  return kind == Kind::kString || kind == Kind::kSymbol;
}

// A visitor that counts what could not be read, and remembers whether it is to go on.
class Visit {
 public:
  explicit Visit(const PropertyVisitor& visitor) : visitor_(visitor) {}
  bool Property(const v8::Property& property) { return go_on_ = visitor_(property); }
  void Skip(uint32_t count = 1) { skipped_ += count; }
  bool go_on() const { return go_on_; }
  uint32_t skipped() const { return skipped_; }

 private:
  const PropertyVisitor& visitor_;
  bool go_on_ = true;
  uint32_t skipped_ = 0;
};

// Properties described by the map.
class FastProperties {
 public:
  FastProperties(const Runtime& runtime, Tagged object, const MapInfo& map)
      : runtime_(runtime), layout_(runtime.layout()), object_(object), map_(map) {}

  void Run(Visit& visit) {
    const uint32_t count = layout_.map.own_descriptors.Get(map_.bit_field3);
    if (count == 0) return;
    const auto descriptors = runtime_.Load<Tagged>(map_.address + layout_.map.instance_descriptors);
    if (!descriptors || !runtime_.Is(*descriptors, Kind::kDescriptorArray))
      return visit.Skip(count);
    const auto present = runtime_.Field<uint16_t>(*descriptors, kWord);
    const uint32_t readable = std::min<uint32_t>(count, present.value_or(0));
    visit.Skip(count - readable);
    for (uint32_t i = 0; i < readable && visit.go_on(); ++i) Descriptor(*descriptors, i, visit);
  }

 private:
  void Descriptor(Tagged descriptors, uint32_t i, Visit& visit) {
    const Address at =
        Untag(descriptors) + layout_.property.header + uint64_t{i} * kDescriptorWords * kWord;
    const auto key = runtime_.Load<Tagged>(at);
    const auto details = runtime_.Load<Tagged>(at + kWord);
    if (!key || !details || !IsSmi(*details) || !IsName(runtime_, *key)) return visit.Skip();
    const auto bits = static_cast<uint32_t>(SmiValue(*details));
    Property property;
    property.key = *key;
    property.is_accessor = layout_.property.kind.Get(bits) != 0;
    property.is_constant = layout_.property.location.Get(bits) != 0;
    SetAttributes(property, layout_.property.attributes.Get(bits));
    if (!property.is_constant) property.slot = Slot(layout_.property.field_index.Get(bits));
    const auto value = runtime_.Load<Tagged>(property.is_constant ? at + 2 * kWord : property.slot);
    if (!value || (property.slot == 0 && !property.is_constant)) return visit.Skip();
    property.value = *value;
    visit.Property(property);
  }

  // Fields come first in the object, then in its property array; 0 if there is no such slot.
  Address Slot(uint32_t index) {
    const uint32_t inobject =
        map_.instance_size > map_.inobject_start
            ? static_cast<uint32_t>((map_.instance_size - map_.inobject_start) / kWord)
            : 0;
    if (index < inobject) return Untag(object_) + map_.inobject_start + uint64_t{index} * kWord;
    if (!property_array_) property_array_ = FindPropertyArray();
    index -= inobject;
    return index < property_array_->length
               ? property_array_->address + kArrayHeader + uint64_t{index} * kWord
               : 0;
  }

  struct PropertyArray {
    Address address = 0;
    uint64_t length = 0;
  };
  PropertyArray FindPropertyArray() const {
    const auto properties = runtime_.Field(object_, layout_.object.properties);
    if (!properties || !runtime_.Is(*properties, Kind::kPropertyArray)) return {};
    const auto bits = runtime_.SmiField(*properties, kWord);
    return {Untag(*properties), bits ? static_cast<uint32_t>(*bits) & kPropertyArrayLength : 0};
  }

  const Runtime& runtime_;
  const Layout& layout_;
  Tagged object_;
  const MapInfo& map_;
  std::optional<PropertyArray> property_array_;
};

// The entries of a hash table, whose keys are in their first words.
struct HashTable {
  Address entries = 0;
  uint32_t capacity = 0;
  uint32_t entry_words = 0;

  Address Entry(uint32_t i) const { return entries + uint64_t{i} * entry_words * kWord; }
};

std::optional<HashTable> ReadHashTable(const Runtime& runtime, Tagged table, uint32_t prefix_words,
                                       uint32_t entry_words) {
  const auto length = runtime.CountField(table, kWord, kWord);
  const auto capacity = runtime.SmiField(table, kArrayHeader + 2 * kWord);
  const uint32_t header = kHashTableWords + prefix_words;
  if (!length || !capacity || *capacity < 0 || *length < header ||
      static_cast<uint32_t>(*capacity) > (*length - header) / entry_words)
    return std::nullopt;
  return HashTable{.entries = Untag(table) + kArrayHeader + header * kWord,
                   .capacity = static_cast<uint32_t>(*capacity),
                   .entry_words = entry_words};
}

struct DictionaryEntry {
  Property property;
  uint32_t order = 0;
};

std::optional<DictionaryEntry> ReadEntry(const Runtime& runtime, Address key, Address details,
                                         Address value) {
  const auto key_word = runtime.Load<Tagged>(key);
  const auto details_word = runtime.Load<Tagged>(details);
  const auto value_word = runtime.Load<Tagged>(value);
  if (!key_word || !details_word || !value_word || !IsSmi(*details_word)) return std::nullopt;
  const auto bits = static_cast<uint32_t>(SmiValue(*details_word));
  DictionaryEntry entry;
  entry.property.key = *key_word;
  entry.property.value = *value_word;
  entry.property.slot = value;
  entry.order = bits >> kEnumerationIndexShift;
  const Layout& layout = runtime.layout();
  entry.property.is_accessor = layout.property.kind.Get(bits) != 0;
  SetAttributes(entry.property, layout.property.attributes.Get(bits));
  return entry;
}

// Free entries have undefined as their key, deleted ones the hole.
bool IsVacant(const Runtime& runtime, Tagged key) {
  return OddballOf(runtime, key) != Oddball::kNone;
}

void VisitInOrder(std::vector<DictionaryEntry>& entries, Visit& visit) {
  std::ranges::stable_sort(entries, {}, &DictionaryEntry::order);
  for (const DictionaryEntry& entry : entries)
    if (!visit.Property(entry.property)) return;
}

void VisitNameDictionary(const Runtime& runtime, Tagged dictionary, Visit& visit) {
  const auto table =
      ReadHashTable(runtime, dictionary, runtime.layout().property.name_dictionary_prefix, 3);
  if (!table) return visit.Skip();
  std::vector<DictionaryEntry> entries;
  for (uint32_t i = 0; i < table->capacity; ++i) {
    const Address at = table->Entry(i);
    const auto key = runtime.Load<Tagged>(at);
    if (key && IsVacant(runtime, *key)) continue;
    auto entry = ReadEntry(runtime, at, at + 2 * kWord, at + kWord);
    if (!entry || !IsName(runtime, entry->property.key)) {
      visit.Skip();
    } else {
      entries.push_back(*entry);
    }
  }
  VisitInOrder(entries, visit);
}

void VisitGlobalDictionary(const Runtime& runtime, Tagged dictionary, Visit& visit) {
  const auto table = ReadHashTable(runtime, dictionary, kGlobalDictionaryPrefix, 1);
  if (!table) return visit.Skip();
  std::vector<DictionaryEntry> entries;
  for (uint32_t i = 0; i < table->capacity; ++i) {
    const auto cell = runtime.Load<Tagged>(table->Entry(i));
    if (cell && IsVacant(runtime, *cell)) continue;
    if (!cell || !runtime.Is(*cell, Kind::kPropertyCell)) {
      visit.Skip();
      continue;
    }
    const Address at = Untag(*cell);
    const auto entry = ReadEntry(runtime, at + kCellName, at + kCellDetails, at + kCellValue);
    if (!entry || !IsName(runtime, entry->property.key)) {
      visit.Skip();
    } else if (!IsHole(runtime, entry->property.value)) {  // a hole: deleted from the global object
      entries.push_back(*entry);
    }
  }
  VisitInOrder(entries, visit);
}

void VisitDictionaryProperties(const Runtime& runtime, Tagged object, Visit& visit) {
  const auto properties = runtime.Field(object, runtime.layout().object.properties);
  if (!properties) return visit.Skip();
  switch (runtime.KindOf(*properties)) {
    case Kind::kNameDictionary:
      return VisitNameDictionary(runtime, *properties, visit);
    case Kind::kGlobalDictionary:
      return VisitGlobalDictionary(runtime, *properties, visit);
    case Kind::kUnknown:
      if (IsSmi(*properties)) return;  // an identity hash: there are no properties
      return visit.Skip();
    default:
      return;  // an empty array
  }
}

class Elements {
 public:
  Elements(const Runtime& runtime, uint32_t attributes, Visit& visit)
      : runtime_(runtime), attributes_(attributes), visit_(visit) {}

  void Run(Tagged elements) {
    switch (runtime_.KindOf(elements)) {
      case Kind::kFixedArray:
        return Tagged64(elements);
      case Kind::kFixedDoubleArray:
        return Doubles(elements);
      case Kind::kNumberDictionary:
        return Dictionary(elements);
      case Kind::kSloppyArgumentsElements:
        return Arguments(elements);
      case Kind::kUnknown:
        return visit_.Skip();
      default:
        return;  // the memory of a typed array
    }
  }

 private:
  Property Element(uint32_t index, Address slot) const {
    Property property;
    property.index = index;
    property.slot = slot;
    SetAttributes(property, attributes_);
    return property;
  }
  bool IsTheHole(Tagged word) {
    if (word == hole_ && hole_ != 0) return true;
    if (!IsHole(runtime_, word)) return false;
    hole_ = word;
    return true;
  }

  void Tagged64(Tagged array) {
    const auto count = runtime_.CountField(array, kWord, kWord);
    if (!count) return visit_.Skip();
    for (uint32_t i = 0; i < *count && visit_.go_on(); ++i)
      Slot(i, Untag(array) + kArrayHeader + uint64_t{i} * kWord);
  }
  void Slot(uint32_t index, Address slot) {
    const auto value = runtime_.Load<Tagged>(slot);
    if (!value) return visit_.Skip();
    if (IsTheHole(*value)) return;
    Property property = Element(index, slot);
    property.value = *value;
    visit_.Property(property);
  }

  void Doubles(Tagged array) {
    const auto count = runtime_.CountField(array, kWord, kWord);
    if (!count) return visit_.Skip();
    for (uint32_t i = 0; i < *count && visit_.go_on(); ++i) {
      Property property = Element(i, Untag(array) + kArrayHeader + uint64_t{i} * kWord);
      const auto bits = runtime_.Load<uint64_t>(property.slot);
      if (!bits) {
        visit_.Skip();
      } else if (*bits != kHoleNan) {
        property.unboxed = std::bit_cast<double>(*bits);
        visit_.Property(property);
      }
    }
  }

  void Dictionary(Tagged dictionary) {
    const auto table = ReadHashTable(runtime_, dictionary, 1, 3);
    if (!table) return visit_.Skip();
    std::vector<DictionaryEntry> entries;
    for (uint32_t i = 0; i < table->capacity; ++i) {
      const Address at = table->Entry(i);
      const auto key = runtime_.Load<Tagged>(at);
      if (key && IsVacant(runtime_, *key)) continue;
      auto entry = ReadEntry(runtime_, at, at + 2 * kWord, at + kWord);
      const auto index = key ? NumberOf(runtime_, *key) : std::nullopt;
      if (!entry || !index || !(*index >= 0 && *index < 4294967295.0)) {
        visit_.Skip();
        continue;
      }
      entry->property.key = 0;
      entry->property.index = entry->order = static_cast<uint32_t>(*index);
      entries.push_back(*entry);
    }
    VisitInOrder(entries, visit_);
  }

  // Parameters that a closure captured live in its context; the hole says that one does not.
  void Arguments(Tagged elements) {
    const auto mapped = runtime_.CountField(elements, kWord, kWord);
    const auto context = runtime_.Field(elements, kMappedContext);
    const auto rest = runtime_.Field(elements, kMappedArguments);
    if (!mapped || !context || !rest) return visit_.Skip();
    for (uint32_t i = 0; i < *mapped && visit_.go_on(); ++i) {
      const auto entry = runtime_.SmiField(elements, kMappedEntries + uint64_t{i} * kWord);
      if (!entry) continue;
      const auto slots = runtime_.CountField(*context, kWord, kWord);
      if (!slots || *entry < 0 || static_cast<uint32_t>(*entry) >= *slots) {
        visit_.Skip();
      } else {
        Slot(i, Untag(*context) + kArrayHeader + static_cast<uint32_t>(*entry) * kWord);
      }
    }
    const Kind kind = runtime_.KindOf(*rest);
    if (kind == Kind::kFixedArray || kind == Kind::kNumberDictionary) Run(*rest);
  }

  const Runtime& runtime_;
  uint32_t attributes_;
  Visit& visit_;
  Tagged hole_ = 0;
};

// ElementsKind of arrays that Object.seal or Object.freeze changed
// (v8/src/objects/elements-kind.h).
uint32_t AttributesOfElements(uint32_t elements_kind) {
  constexpr uint32_t kSealed = 8;
  constexpr uint32_t kFrozen = 10;
  if (elements_kind == kSealed || elements_kind == kSealed + 1) return 4;
  if (elements_kind == kFrozen || elements_kind == kFrozen + 1) return 4 | 1;
  return 0;
}

// JSObjects have properties and elements; proxies have not.
bool IsObject(const Runtime& runtime, const MapInfo& map) {
  return runtime.layout().types.IsReceiver(map.instance_type) && map.kind != Kind::kJSProxy;
}

}  // namespace

uint32_t ForEachNamedProperty(const Runtime& runtime, Tagged object, const MapInfo& map,
                              const PropertyVisitor& visitor) {
  if (!IsObject(runtime, map)) return 0;
  Visit visit(visitor);
  if (runtime.layout().map.is_dictionary.Get(map.bit_field3) != 0) {
    VisitDictionaryProperties(runtime, object, visit);
  } else {
    FastProperties(runtime, object, map).Run(visit);
  }
  return visit.skipped();
}

uint32_t ForEachElement(const Runtime& runtime, Tagged object, const MapInfo& map,
                        const PropertyVisitor& visitor) {
  if (!IsObject(runtime, map)) return 0;
  Visit visit(visitor);
  const uint32_t kind = runtime.layout().map.elements_kind.Get(map.bit_field2);
  const auto elements = runtime.Field(object, runtime.layout().object.elements);
  if (elements) {
    Elements(runtime, AttributesOfElements(kind), visit).Run(*elements);
  } else {
    visit.Skip();
  }
  return visit.skipped();
}

std::optional<Tagged> FindProperty(const Runtime& runtime, Tagged object, std::string_view name) {
  const auto map = runtime.MapOf(object);
  if (!map) return std::nullopt;
  std::optional<Tagged> found;
  ForEachNamedProperty(runtime, object, *map, [&](const Property& property) {
    if (!TextEquals(runtime, property.key, name)) return true;
    if (!property.is_accessor) found = property.value;
    return false;
  });
  return found;
}

}  // namespace nodeheap::v8
