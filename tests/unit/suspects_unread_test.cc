// Captured variables that no living function can read, in heaps made of a few lines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "nodeheap/column.h"
#include "support/analyzed_heap.h"
#include "support/cores.h"
#include "suspects/identifiers.h"
#include "suspects/suspects.h"
#include "v8/function_texts.h"
#include "v8/functions.h"
#include "v8/heap.h"

namespace nodeheap {
namespace {

using test::AnalyzedHeap;
using test::SnapshotBuilder;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> IdentifiersIn(std::string_view source) {
  std::vector<std::string> found;
  suspects::ForEachIdentifier(source, [&](std::string_view each) { found.emplace_back(each); });
  return found;
}

TEST(Identifiers, AreWhole) {
  EXPECT_THAT(IdentifiersIn("a=$b_1+größe"), ElementsAre("a", "$b_1", "größe"));
  EXPECT_THAT(IdentifiersIn(""), IsEmpty());
  EXPECT_THAT(IdentifiersIn("`${x}`"), ElementsAre("$", "x"));
}

TEST(Identifiers, EscapesAreDecoded) {
  EXPECT_THAT(IdentifiersIn("d\\u0061ta"), ElementsAre("data"));
  EXPECT_THAT(IdentifiersIn("\\u{64}ata.x"), ElementsAre("data", "x"));
  EXPECT_THAT(IdentifiersIn("dat\\u{000061}"), ElementsAre("data"));
  EXPECT_THAT(IdentifiersIn("\\u00g1 \\u{61 \\"), ElementsAre("u00g1", "u", "61"));
}

// A function that sees the context of one that has returned, with the variable `body` in it.
struct Closure {
  SnapshotBuilder heap;
  std::map<std::string, std::string> sources = {};  // by the key of the function

  Closure() {
    heap.Child("root", "global", {.name = "global", .size = 8});
    heap.Node("context", {.name = "system / Context", .size = 40})
        .Node("scope", {.type = "hidden", .name = "system / ScopeInfo", .size = 40})
        .Edge("context", "internal", "scope_info", "scope")
        .Node("body", {.name = "Body", .size = 2'000'000})
        .Edge("context", "context", "body", "body");
    AddFunction("handler", "context", "() => id");
    heap.Edge("global", "property", "handler", "handler");
  }

  void AddFunction(const std::string& key, const std::string& context, const std::string& source) {
    heap.Node(key, {.type = "closure", .name = "f", .size = 64})
        .Node(key + " shared", {.type = "code", .name = "system / SharedFunctionInfo"})
        .Edge(key, "internal", "shared", key + " shared")
        .Edge(key, "internal", "context", context);
    sources[key] = source;
  }

  std::vector<Suspect> Suspects() const {
    const AnalyzedHeap analyzed(heap);
    const SuspectFacts facts = {
        .source_of = [&](NodeId function) -> std::optional<std::string_view> {
          const auto source = sources.find(heap.Key(Index(function)));
          if (source == sources.end()) return std::nullopt;
          return source->second;
        },
        .scope_of = [](NodeId, NodeId) { return Scope{"register\n", "/app/server.js:12:3"}; },
    };
    return FindSuspects(analyzed.graph(), analyzed.analysis(), Progress(), facts).value();
  }
};

TEST(Unread, AVariableThatNobodyCanRead) {
  const auto suspects = Closure().Suspects();
  ASSERT_THAT(suspects, SizeIs(1));
  EXPECT_EQ(suspects[0].kind, SuspectKind::kUnread);
  EXPECT_EQ(suspects[0].retained_size, 2'000'000U);
  EXPECT_EQ(suspects[0].path.size(), 4U);
  EXPECT_EQ(suspects[0].sentence,
            "1 × Body kept alive in vain: no living function can read the variable body of "
            "register\\n() (server.js:12)");
}

TEST(Unread, NotWhatAFunctionNames) {
  Closure closure;
  closure.sources["handler"] = "() => () => body";
  EXPECT_THAT(closure.Suspects(), IsEmpty());
}

TEST(Unread, EvalReadsEverything) {
  Closure closure;
  closure.sources["handler"] = "(code) => eval(code)";
  EXPECT_THAT(closure.Suspects(), IsEmpty());
}

TEST(Unread, NotWhereASourceIsUnknown) {
  Closure closure;
  closure.sources.clear();
  EXPECT_THAT(closure.Suspects(), IsEmpty());
}

TEST(Unread, FunctionsInInnerScopesReadItToo) {
  Closure closure;
  closure.heap.Node("inner", {.name = "system / Context", .size = 40})
      .Edge("inner", "internal", "previous", "context");
  closure.AddFunction("reader", "inner", "() => body");
  closure.heap.Edge("global", "property", "reader", "reader");
  EXPECT_THAT(closure.Suspects(), IsEmpty());
  closure.sources["reader"] = "() => bodies";
  EXPECT_THAT(closure.Suspects(), SizeIs(1));
}

TEST(Unread, ASuspendedFunctionReadsItToo) {
  Closure closure;
  closure.AddFunction("suspended", "global", "async () => { await done; return body }");
  closure.heap.Node("generator", {.name = "system / JSAsyncFunctionObject", .size = 80})
      .Edge("generator", "internal", "function", "suspended")
      .Edge("generator", "internal", "context", "context")
      .Edge("global", "property", "generator", "generator");
  EXPECT_THAT(closure.Suspects(), IsEmpty());
  closure.sources["suspended"] = "async () => { await done }";
  EXPECT_THAT(closure.Suspects(), SizeIs(1));
}

TEST(Unread, NotWhileSomethingElseHasTheContext) {
  Closure closure;
  closure.heap.Child("root", "(Stack roots)", {.type = "synthetic"})
      .Edge("(Stack roots)", "internal", "1", "context");
  EXPECT_THAT(closure.Suspects(), IsEmpty());
}

TEST(Unread, NotWhatIsHeldElsewhere) {
  Closure closure;
  closure.heap.Edge("handler", "property", "body", "body");
  EXPECT_THAT(closure.Suspects(), IsEmpty());

  Closure siblings;
  siblings.heap.Node("sibling", {.size = 16})
      .Edge("context", "context", "sibling", "sibling")
      .Edge("sibling", "property", "body", "body");
  siblings.sources["handler"] = "() => sibling";
  EXPECT_THAT(siblings.Suspects(), IsEmpty());
}

TEST(Unread, WhatItHoldsMayReferToIt) {
  Closure closure;
  closure.heap.Child("body", "part", {.size = 8}).Edge("part", "property", "parent", "body");
  EXPECT_THAT(closure.Suspects(), SizeIs(1));
}

TEST(Unread, NotThisOrThePrivateMethodsOfAClass) {
  for (const std::string name : {"this", "arguments", "#body", ".home_object", "a-b", ""}) {
    Closure closure;
    closure.heap.Node("other", {.size = 2'000'000}).Edge("context", "context", name, "other");
    closure.sources["handler"] = "() => body";
    EXPECT_THAT(closure.Suspects(), IsEmpty()) << name;
  }
}

TEST(Unread, LongNamesAreNotJudged) {
  for (const size_t size : {200U, 201U}) {
    const std::string name(size, 'n');
    Closure closure;
    closure.sources["handler"] = "() => body";
    closure.heap.Node("other", {.size = 2'000'000}).Edge("context", "context", name, "other");
    EXPECT_THAT(closure.Suspects(), SizeIs(size <= 200 ? 1 : 0));
  }
}

TEST(Unread, NotWhereThereIsTooMuchText) {
  const Column<char> zeros(2'000'000'000);  // takes no memory unless it is read
  Closure closure;
  const AnalyzedHeap analyzed(closure.heap);
  int asked = 0;
  const SuspectFacts facts = {.source_of = [&](NodeId) -> std::optional<std::string_view> {
    ++asked;
    return std::string_view(zeros.data(), zeros.size());
  }};
  EXPECT_THAT(FindSuspects(analyzed.graph(), analyzed.analysis(), Progress(), facts).value(),
              IsEmpty());
  EXPECT_EQ(asked, 1);
}

// leakObject → leakMethod → context → originLeakObject → …: the chain is what is reported, and the
// variable is why.
TEST(Unread, AChainIsExplained) {
  Closure closure;
  closure.sources["handler"] = "() => body";
  std::string last = "global";
  for (int i = 0; i < 20; ++i) {
    const std::string n = std::to_string(i);
    closure.heap.Node("link" + n, {.name = "Link", .size = 300'000})
        .Edge(last, i == 0 ? "property" : "context", "origin", "link" + n)
        .Node("context" + n, {.name = "system / Context", .size = 40})
        .Edge("context" + n, "internal", "scope_info", "scope");
    closure.AddFunction("method" + n, "context" + n, "() => 0");
    closure.heap.Edge("link" + n, "property", "method", "method" + n);
    last = "context" + n;
  }
  const auto suspects = closure.Suspects();
  ASSERT_THAT(suspects, SizeIs(1));
  EXPECT_EQ(suspects[0].kind, SuspectKind::kChain);
  EXPECT_THAT(suspects[0].sentence,
              HasSubstr("; no living function can read the variable origin of register"));
}

// An array of functions, each with a context of its own: the array is what is reported.
TEST(Unread, AnAccumulationIsExplained) {
  Closure closure;
  closure.sources["handler"] = "() => body";
  closure.heap.Child("global", "handlers", {.name = "Array", .size = 16});
  for (int i = 0; i < 150; ++i) {
    const std::string n = std::to_string(i);
    closure.heap.Node("context" + n, {.name = "system / Context", .size = 40})
        .Edge("context" + n, "internal", "scope_info", "scope")
        .Node("request" + n, {.name = "Request", .size = 20'000})
        .Edge("context" + n, "context", "request", "request" + n);
    closure.AddFunction("f" + n, "context" + n, "() => 0");
    closure.heap.Edge("handlers", "element", n, "f" + n);
  }
  const auto suspects = closure.Suspects();
  ASSERT_THAT(suspects, SizeIs(1));
  EXPECT_EQ(suspects[0].kind, SuspectKind::kAccumulation);
  EXPECT_THAT(suspects[0].sentence,
              HasSubstr("; no living function can read the variable request of register"));
}

TEST(Unread, TheTextOfAStringIsChance) {
  const auto fingerprint = [](const std::string& text) {
    Closure closure;
    closure.sources["handler"] = "() => body";
    closure.heap.Node("text", {.type = "string", .name = text, .size = 2'000'000})
        .Edge("context", "context", "text", "text");
    return closure.Suspects().at(0).fingerprint;
  };
  EXPECT_EQ(fingerprint("one"), fingerprint("another"));
}

// The text of a function in a core begins with its first token and ends with its last.
TEST(FunctionTexts, OfACore) {
  Progress progress;
  for (const std::string name : {"leaking_class-abort-node16", "leaking_class-abort-node26"}) {
    const auto core = CoreFile::Open(test::CorePath(name), progress).value();
    const auto runtime = v8::Runtime::Open(*core, test::LayoutOf(*core)).value();
    const auto heap = v8::Heap::Walk(runtime, progress).value();
    v8::FunctionTexts texts(runtime);
    std::vector<std::string> found;
    for (uint32_t i = 0; i < heap.object_count(); ++i) {
      const v8::Tagged object = v8::Tag(heap.address(v8::ObjectIndex{i}));
      if (!runtime.Is(object, v8::Kind::kSharedFunctionInfo)) continue;
      if (v8::FunctionName(runtime, object) != "respond") continue;
      found.emplace_back(texts.Of(object).value_or("unknown"));
    }
    ASSERT_THAT(found,
                Contains("respond(request, count) { return innermost(request, count + 1); }"))
        << name;
  }
}

}  // namespace
}  // namespace nodeheap
