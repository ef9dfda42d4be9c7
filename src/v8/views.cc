#include "v8/views.h"

#include <algorithm>
#include <array>

#include "v8/class_names.h"
#include "v8/primitives.h"

namespace nodeheap::v8 {
namespace {

void NoLine(const ViewInput& /*input*/, Description& /*description*/) {}
void NoMembers(const ViewInput& /*input*/, MemberSink& /*sink*/) {}

constexpr View kViews[] = {
    {Kind::kString, "String", &StringLine, &NoMembers},
    {Kind::kHeapNumber, "Number", &NumberLine, &NoMembers},
    {Kind::kBigInt, "BigInt", &BigIntLine, &NoMembers},
    {Kind::kSymbol, "Symbol", &SymbolLine, &NoMembers},
    {Kind::kOddball, "", &OddballLine, &NoMembers},
    {Kind::kHole, "hole", &HoleLine, &NoMembers},

    {Kind::kJSObject, "Object", &NoLine, &ObjectMembers},
    {Kind::kJSOtherObject, "Object", &NoLine, &OtherObjectMembers},
    {Kind::kJSGlobalObject, "Global", &NoLine, &ObjectMembers},
    {Kind::kJSGlobalProxy, "Global", &NoLine, &ObjectMembers},
    {Kind::kJSArray, "Array", &ArrayLine, &ObjectMembers},
    {Kind::kJSArguments, "Arguments", &ArgumentsLine, &ObjectMembers},
    {Kind::kJSMap, "Map", &CollectionLine, &CollectionMembers},
    {Kind::kJSSet, "Set", &CollectionLine, &CollectionMembers},
    {Kind::kJSWeakMap, "WeakMap", &CollectionLine, &CollectionMembers},
    {Kind::kJSWeakSet, "WeakSet", &CollectionLine, &CollectionMembers},
    {Kind::kJSMapIterator, "Map Iterator", &CollectionIteratorLine, &CollectionIteratorMembers},
    {Kind::kJSSetIterator, "Set Iterator", &CollectionIteratorLine, &CollectionIteratorMembers},
    {Kind::kJSArrayIterator, "Array Iterator", &IndexedIteratorLine, &IndexedIteratorMembers},
    {Kind::kJSStringIterator, "String Iterator", &IndexedIteratorLine, &IndexedIteratorMembers},
    {Kind::kJSWeakRef, "WeakRef", &NoLine, &WeakRefMembers},
    {Kind::kJSFinalizationRegistry, "FinalizationRegistry", &NoLine, &FinalizationRegistryMembers},
    {Kind::kJSDate, "Date", &DateLine, &DateMembers},
    {Kind::kJSRegExp, "RegExp", &RegExpLine, &RegExpMembers},
    {Kind::kJSError, "Error", &ErrorLine, &ErrorMembers},
    {Kind::kJSPromise, "Promise", &PromiseLine, &PromiseMembers},
    {Kind::kJSProxy, "Proxy", &ProxyLine, &ProxyMembers},
    {Kind::kJSPrimitiveWrapper, "", &WrapperLine, &WrapperMembers},
    {Kind::kJSModuleNamespace, "Module", &NoLine, &ModuleMembers},
    {Kind::kJSArrayBuffer, "ArrayBuffer", &ArrayBufferLine, &ArrayBufferMembers},
    {Kind::kJSTypedArray, "", &BufferViewLine, &BufferViewMembers},
    {Kind::kJSDataView, "DataView", &BufferViewLine, &BufferViewMembers},
    {Kind::kJSFunction, "function", &FunctionLine, &FunctionMembers},
    {Kind::kJSBoundFunction, "bound function", &BoundFunctionLine, &BoundFunctionMembers},
    {Kind::kJSGeneratorObject, "Generator", &GeneratorLine, &GeneratorMembers},
    {Kind::kJSAsyncFunctionObject, "AsyncFunction", &GeneratorLine, &GeneratorMembers},
    {Kind::kJSAsyncGeneratorObject, "AsyncGenerator", &GeneratorLine, &GeneratorMembers},

    {Kind::kMap, "hidden class", &HiddenClassLine, &HiddenClassMembers},
    {Kind::kContext, "context", &NoLine, &ContextMembers},
    {Kind::kNativeContext, "native context", &ArrayOfWordsLine, &ContextMembers},
    {Kind::kScript, "script", &ScriptLine, &ScriptMembers},
    {Kind::kScopeInfo, "scope info", &ScopeInfoLine, &ScopeInfoMembers},
    {Kind::kSharedFunctionInfo, "function info", &SharedFunctionLine, &SharedFunctionMembers},
    {Kind::kAccessorPair, "accessor", &NoLine, &AccessorPairMembers},
    {Kind::kAccessorInfo, "native accessor", &NoLine, &WordsMembers},
};

// Arrays of tagged words that have no row of their own.
constexpr std::array kArraysOfWords = {
    Kind::kFixedArray,
    Kind::kHashTable,
    Kind::kEphemeronHashTable,
    Kind::kGlobalDictionary,
    Kind::kNameDictionary,
    Kind::kNumberDictionary,
    Kind::kOrderedHashMap,
    Kind::kOrderedHashSet,
    Kind::kOrderedNameDictionary,
    Kind::kTransitionArray,
    Kind::kWeakFixedArray,
    Kind::kTrustedFixedArray,
    Kind::kClosureFeedbackCellArray,
    Kind::kPropertyArray,
};

constexpr View kArrayOfWords = {Kind::kFixedArray, "", &ArrayOfWordsLine, &ArrayOfWordsMembers};
constexpr View kAnyObject = {Kind::kJSOtherObject, "Object", &NoLine, &OtherObjectMembers};
constexpr View kAnyWords = {Kind::kUnknown, "", &NoLine, &WordsMembers};

// "FEEDBACK_CELL" -> "feedback cell"
std::string PlainTypeName(std::string_view name) {
  std::string text(name);
  for (char& c : text) c = c == '_' ? ' ' : static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}

Description Unreadable(Tagged word) {
  return {.type = "unreadable", .word = word, .is_object = false};
}

}  // namespace

const View& ViewOf(const Layout& layout, const MapInfo& map) {
  const auto found = std::ranges::find(kViews, map.kind, &View::kind);
  if (found != std::end(kViews)) return *found;
  if (layout.types.IsReceiver(map.instance_type)) return kAnyObject;
  if (std::ranges::find(kArraysOfWords, map.kind) != kArraysOfWords.end()) return kArrayOfWords;
  return kAnyWords;
}

Description Describe(const Runtime& runtime, Tagged word, const DescribeOptions& options) {
  if (IsSmi(word)) return {.type = "Smi", .name = std::to_string(SmiValue(word)), .word = word};
  if (IsCleared(word)) return {.type = "cleared weak reference", .word = word};
  const auto map = runtime.MapOf(word);
  if (!map) return Unreadable(word);
  const View& view = ViewOf(runtime.layout(), *map);
  Description description{.type = std::string(view.type), .word = word, .is_object = true};
  if (view.type.empty())
    description.type = PlainTypeName(runtime.layout().types.name(map->instance_type));
  if (runtime.layout().types.IsReceiver(map->instance_type))
    description.name = ConstructorName(runtime, word, *map);
  view.line({runtime, word, *map, options}, description);
  if (description.type.empty()) description.type = "unknown";
  return description;
}

Description DescribeNumber(double number) { return {.type = "Number", .name = NumberText(number)}; }

std::string OneLine(const Description& description) {
  if (description.type == "boolean") return description.name;
  std::string line = description.type;
  const char* separator = ": ";
  if (description.type == "String") {
    line += ": \"" + description.name + '"';
    separator = " ";
  } else if (!description.name.empty() && description.name != description.type) {
    line += ": " + description.name;
    separator = " ";
  }
  return description.detail.empty() ? line : line + separator + description.detail;
}

MemberCounts ForEachMember(const Runtime& runtime, Tagged object, const MemberRange& range,
                           const DescribeOptions& options, const MemberVisitor& visit) {
  const auto map = runtime.MapOf(object);
  if (!map) return {};
  const ViewInput input{runtime, object, *map, options};
  MemberSink sink(input, range, visit);
  ViewOf(runtime.layout(), *map).members(input, sink);
  return sink.counts();
}

void MemberSink::Add(MemberKind kind, std::string_view name, Tagged word) {
  if (!Wants()) return;
  Give({.kind = kind, .name = std::string(name), .value = Described(word)});
}

void MemberSink::Add(MemberKind kind, std::string_view name, Description value) {
  if (!Wants()) return;
  Give({.kind = kind, .name = std::string(name), .value = std::move(value)});
}

void MemberSink::Elements(
    uint64_t count, const std::function<std::optional<Description>(uint64_t index)>& describe) {
  const uint64_t before = counts_.members;
  counts_.members += count;
  const uint64_t first = range_.first > before ? range_.first - before : 0;
  for (uint64_t i = first; go_on_ && i < count && before + i - range_.first < range_.count; ++i) {
    auto value = describe(i);
    if (!value) return Skip(count - i);
    Give({.kind = MemberKind::kElement, .name = std::to_string(i), .value = std::move(*value)});
  }
}

}  // namespace nodeheap::v8
