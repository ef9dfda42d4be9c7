#include "queries/suspect_facts.h"

#include <memory>

#include "session/process.h"
#include "v8/async_stack.h"
#include "v8/buffers.h"
#include "v8/code_scope_info.h"
#include "v8/context_variables.h"
#include "v8/function_texts.h"
#include "v8/functions.h"
#include "v8/properties.h"
#include "v8/stack_values.h"

namespace nodeheap {
namespace {

class Facts {
 public:
  explicit Facts(const Session& session)
      : graph_(session.graph()), runtime_(session.process()->runtime()), texts_(runtime_) {}

  std::string Definition(NodeId function) const {
    const v8::Tagged shared = SharedOf(function);
    return shared == 0 ? std::string() : v8::DefinitionText(runtime_, shared);
  }

  std::optional<std::string_view> Source(NodeId function) {
    const v8::Tagged shared = SharedOf(function);
    return shared == 0 ? std::nullopt : texts_.Of(shared);
  }

  std::string SuspendedAt(NodeId generator) const {
    const auto loaded = v8::Generator::Load(runtime_, ObjectOf(generator));
    const auto place = loaded ? v8::SuspendedAt(runtime_, *loaded) : std::nullopt;
    return place ? v8::PlaceText(*place) : std::string();
  }

  std::optional<uint64_t> CountElements(NodeId node, uint64_t most) const {
    const v8::Tagged object = ObjectOf(node);
    const auto map = runtime_.MapOf(object);
    if (!map) return std::nullopt;
    uint64_t count = 0;
    const uint32_t unknown = v8::ForEachElement(
        runtime_, object, *map, [&](const v8::Property&) { return ++count < most; });
    return unknown == 0 ? std::optional(count) : std::nullopt;
  }

  std::optional<ByteRange> RangeOfView(NodeId node) const {
    const auto view = v8::ArrayBufferView::Load(runtime_, ObjectOf(node));
    if (!view) return std::nullopt;
    return ByteRange{view->byte_offset, view->byte_offset + view->byte_length};
  }

  Scope ScopeOf(NodeId context, NodeId function) const {
    const v8::ScopeInfo info =
        v8::ReadScopeInfo(runtime_, v8::ScopeInfoOf(runtime_, ObjectOf(context)));
    Scope scope;
    if (const auto name = v8::ReadString(runtime_, info.function_name)) scope.function = name->text;
    const v8::Tagged shared = SharedOf(function);
    const v8::Tagged script = shared == 0 ? 0 : v8::ScriptOf(runtime_, shared);
    if (info.start && script != 0)
      scope.place = v8::PlaceText(v8::PlaceInScript(runtime_, script, *info.start));
    return scope;
  }

 private:
  v8::Tagged ObjectOf(NodeId node) const {
    const auto address = graph_.address(node);
    return address ? v8::Tag(*address) : 0;
  }
  v8::Tagged SharedOf(NodeId function) const {
    const v8::Tagged object = ObjectOf(function);
    return object == 0 ? 0 : v8::SharedOf(runtime_, object);
  }

  const HeapGraph& graph_;
  const v8::Runtime& runtime_;
  v8::FunctionTexts texts_;
};

}  // namespace

SuspectFacts SuspectFactsOf(const Session& session) {
  if (session.process() == nullptr) {
    return {.definition_of = [&session](NodeId node) {
      const auto location = session.graph().location(node);
      return location ? session.PlaceText(*location) : std::string();
    }};
  }
  const auto facts = std::make_shared<Facts>(session);
  return {
      .definition_of = [facts](NodeId function) { return facts->Definition(function); },
      .source_of = [facts](NodeId function) { return facts->Source(function); },
      .scope_of = [facts](NodeId context,
                          NodeId function) { return facts->ScopeOf(context, function); },
      .suspended_at = [facts](NodeId generator) { return facts->SuspendedAt(generator); },
      .count_elements = [facts](NodeId node,
                                uint64_t most) { return facts->CountElements(node, most); },
      .range_of_view = [facts](NodeId node) { return facts->RangeOfView(node); },
  };
}

}  // namespace nodeheap
