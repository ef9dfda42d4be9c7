// How each kind of object is shown: a line for it, and its members. views.cc has the table.
#pragma once

#include <string>
#include <string_view>

#include "v8/describe.h"
#include "v8/properties.h"

namespace nodeheap::v8 {

struct ViewInput {
  const Runtime& runtime;
  Tagged word;
  const MapInfo& map;
  const DescribeOptions& options;
};

// Takes members, and describes those that are asked for.
class MemberSink {
 public:
  MemberSink(const ViewInput& input, const MemberRange& range, const MemberVisitor& visit)
      : input_(input), range_(range), visit_(visit) {}

  // True if the next member is to be described: the others are only counted.
  bool Wants() {
    const uint64_t index = counts_.members++;
    return go_on_ && index >= range_.first && index - range_.first < range_.count;
  }
  void Give(const Member& member) { go_on_ = visit_(member); }

  // The same in one, for a word.
  void Add(MemberKind kind, std::string_view name, Tagged word);
  // For what is no word of its own.
  void Add(MemberKind kind, std::string_view name, Description value);
  void Internal(std::string_view name, Tagged word) { Add(MemberKind::kInternal, name, word); }
  void Internal(std::string_view name, Description value) {
    Add(MemberKind::kInternal, name, std::move(value));
  }
  // Of `count` elements, whatever a corrupt object says that is: those asked for are described, and
  // the first that cannot be ends it.
  void Elements(uint64_t count,
                const std::function<std::optional<Description>(uint64_t index)>& describe);
  void Skip(uint64_t count) { counts_.unreadable += count; }
  const MemberCounts& counts() const { return counts_; }
  Description Described(Tagged word) const {
    return Describe(input_.runtime, word, input_.options);
  }

 private:
  const ViewInput& input_;
  const MemberRange& range_;
  const MemberVisitor& visit_;
  MemberCounts counts_;
  bool go_on_ = true;
};

struct View {
  Kind kind;
  std::string_view type;
  // Fills in what the type and, for objects of JavaScript, the class do not say yet.
  void (*line)(const ViewInput& input, Description& description);
  void (*members)(const ViewInput& input, MemberSink& sink);
};

// Never fails: kinds without a row have the view of what they are like.
const View& ViewOf(const Layout& layout, const MapInfo& map);

// A string's text, cut with "…" where it is longer than the options allow.
std::string ShownText(const ViewInput& input, Tagged string);
// A symbol's or a string's text as the name of a member; `is_symbol` tells which.
std::string KeyText(const Runtime& runtime, Tagged key, bool& is_symbol);
// Since V8 14, variables that change may be in a ContextCell.
Tagged ValueOfVariable(const Runtime& runtime, Tagged value);
// Text that stands for itself.
Description TextDescription(std::string text);

// Shared by all objects of JavaScript.
void ObjectMembers(const ViewInput& input, MemberSink& sink);
void NamedMembers(const ViewInput& input, MemberSink& sink);
void ElementMembers(const ViewInput& input, MemberSink& sink);

// Rows of the table, by the file that has them.
// views_primitives.cc
void StringLine(const ViewInput& input, Description& description);
void NumberLine(const ViewInput& input, Description& description);
void BigIntLine(const ViewInput& input, Description& description);
void SymbolLine(const ViewInput& input, Description& description);
void OddballLine(const ViewInput& input, Description& description);
void HoleLine(const ViewInput& input, Description& description);
// views_builtins.cc
void ArrayLine(const ViewInput& input, Description& description);
void ArgumentsLine(const ViewInput& input, Description& description);
void CollectionLine(const ViewInput& input, Description& description);
void CollectionMembers(const ViewInput& input, MemberSink& sink);
void CollectionIteratorLine(const ViewInput& input, Description& description);
void CollectionIteratorMembers(const ViewInput& input, MemberSink& sink);
void IndexedIteratorLine(const ViewInput& input, Description& description);
void IndexedIteratorMembers(const ViewInput& input, MemberSink& sink);
void WeakRefMembers(const ViewInput& input, MemberSink& sink);
void FinalizationRegistryMembers(const ViewInput& input, MemberSink& sink);
void DateLine(const ViewInput& input, Description& description);
void DateMembers(const ViewInput& input, MemberSink& sink);
void RegExpLine(const ViewInput& input, Description& description);
void RegExpMembers(const ViewInput& input, MemberSink& sink);
void ErrorLine(const ViewInput& input, Description& description);
void ErrorMembers(const ViewInput& input, MemberSink& sink);
void ProxyLine(const ViewInput& input, Description& description);
void ProxyMembers(const ViewInput& input, MemberSink& sink);
void WrapperLine(const ViewInput& input, Description& description);
void WrapperMembers(const ViewInput& input, MemberSink& sink);
void ModuleMembers(const ViewInput& input, MemberSink& sink);
// views_buffers.cc
void ArrayBufferLine(const ViewInput& input, Description& description);
void ArrayBufferMembers(const ViewInput& input, MemberSink& sink);
void BufferViewLine(const ViewInput& input, Description& description);
void BufferViewMembers(const ViewInput& input, MemberSink& sink);
// views_functions.cc
void FunctionLine(const ViewInput& input, Description& description);
void FunctionMembers(const ViewInput& input, MemberSink& sink);
void BoundFunctionLine(const ViewInput& input, Description& description);
void BoundFunctionMembers(const ViewInput& input, MemberSink& sink);
void GeneratorLine(const ViewInput& input, Description& description);
void GeneratorMembers(const ViewInput& input, MemberSink& sink);
void PromiseLine(const ViewInput& input, Description& description);
void PromiseMembers(const ViewInput& input, MemberSink& sink);
void SharedFunctionLine(const ViewInput& input, Description& description);
void SharedFunctionMembers(const ViewInput& input, MemberSink& sink);
// views_internals.cc
void ArrayOfWordsLine(const ViewInput& input, Description& description);
void ArrayOfWordsMembers(const ViewInput& input, MemberSink& sink);
void ContextMembers(const ViewInput& input, MemberSink& sink);
void HiddenClassLine(const ViewInput& input, Description& description);
void HiddenClassMembers(const ViewInput& input, MemberSink& sink);
void ScriptLine(const ViewInput& input, Description& description);
void ScriptMembers(const ViewInput& input, MemberSink& sink);
void ScopeInfoLine(const ViewInput& input, Description& description);
void ScopeInfoMembers(const ViewInput& input, MemberSink& sink);
void AccessorPairMembers(const ViewInput& input, MemberSink& sink);
void WordsMembers(const ViewInput& input, MemberSink& sink);  // of any object of fixed size
void OtherObjectMembers(const ViewInput& input, MemberSink& sink);

}  // namespace nodeheap::v8
