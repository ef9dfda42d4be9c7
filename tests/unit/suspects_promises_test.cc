// Promises that are pending, in heaps made of a few lines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/analyzed_heap.h"
#include "suspects/suspects.h"

namespace nodeheap {
namespace {

using test::AnalyzedHeap;
using test::SnapshotBuilder;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Promises {
 public:
  Promises() { heap_.Child("root", "global", {.name = "global", .size = 8}); }

  SnapshotBuilder& heap() { return heap_; }
  std::vector<Suspect> Suspects(const SuspectFacts& facts = {}) const {
    const AnalyzedHeap analyzed(heap_);
    return FindSuspects(analyzed.graph(), analyzed.analysis(), Progress(), facts).value();
  }

  void AddFunction(const std::string& key, const std::string& name) {
    heap_.Node(key, {.type = "closure", .name = name, .size = 64})
        .Node(key + " shared", {.type = "code", .name = name})
        .Node(key + " script", {.type = "code", .name = "/app/server.js"})
        .Edge(key, "internal", "shared", key + " shared")
        .Edge(key + " shared", "internal", "script", key + " script");
  }

  // Pending, with the first of its reactions.
  void AddPromise(const std::string& key, const std::string& reaction) {
    heap_.Node(key, {.name = "Promise", .size = 48})
        .Edge(key, "internal", "reactions_or_result", reaction);
  }
  void AddReaction(const std::string& key, const std::string& handler) {
    heap_.Node(key, {.type = "hidden", .name = "system / PromiseReaction", .size = 48})
        .Edge(key, "hidden", "2", handler);
  }
  // The reaction of an await: V8's own function goes on with the suspended one.
  void AddAwait(const std::string& key, const std::string& function) {
    const std::string generator = key + " generator";
    heap_.Node(key + " go on", {.type = "closure", .name = "", .size = 56})
        .Node(key + " context", {.name = "system / Context", .size = 40})
        .Edge(key + " go on", "internal", "context", key + " context")
        .Node(generator, {.name = "Generator", .size = 2000})
        .Edge(key + " context", "internal", "extension", generator)
        .Edge(generator, "internal", "function", function);
    AddReaction(key, key + " go on");
  }

 private:
  SnapshotBuilder heap_;
};

// A promise for which `count` calls of handle() wait.
Promises Waiting(int count) {
  Promises promises;
  promises.AddFunction("handle", "handle");
  promises.heap().Edge("global", "property", "handle", "handle");
  if (count == 0) return promises;
  for (int i = 0; i < count; ++i) promises.AddAwait("await" + std::to_string(i), "handle");
  for (int i = 1; i < count; ++i)
    promises.heap().Edge("await" + std::to_string(i - 1), "hidden", "1",
                         "await" + std::to_string(i));
  promises.AddPromise("ready", "await0");
  return promises;
}

// The promise is in global.ready.
Promises WaitingForOne(int count) {
  Promises promises = Waiting(count);
  if (count != 0) promises.heap().Edge("global", "property", "ready", "ready");
  return promises;
}

TEST(PromiseSuspects, ManyWaitForOne) {
  const auto suspects = WaitingForOne(150).Suspects();
  ASSERT_THAT(suspects, SizeIs(1));
  EXPECT_EQ(suspects[0].kind, SuspectKind::kPromises);
  EXPECT_EQ(suspects[0].count, 150U);
  EXPECT_EQ(suspects[0].retained_size, 48U + 150U * (48 + 56 + 40 + 2000));
  EXPECT_EQ(suspects[0].sentence, "150 × handle() wait for a promise in global.ready");
  EXPECT_THAT(WaitingForOne(99).Suspects(), IsEmpty());
}

TEST(PromiseSuspects, ACoreTellsWhere) {
  const auto suspects =
      WaitingForOne(150).Suspects({.suspended_at = [](NodeId) { return "/app/server.js:7:3"; }});
  ASSERT_THAT(suspects, SizeIs(1));
  EXPECT_EQ(suspects[0].sentence,
            "150 × handle() wait for a promise in global.ready; suspended at server.js:7");
}

// The variable is the reason, and where the functions are suspended is said all the same.
TEST(PromiseSuspects, InAVariableThatNobodyCanRead) {
  Promises promises = Waiting(150);
  promises.heap()
      .Node("context", {.name = "system / Context", .size = 40})
      .Node("scope", {.type = "hidden", .name = "system / ScopeInfo"})
      .Edge("context", "internal", "scope_info", "scope")
      .Edge("context", "context", "ready", "ready")
      .Edge("handle", "internal", "context", "context");
  const auto suspects = promises.Suspects(
      {.source_of = [](NodeId) { return std::optional<std::string_view>("() => 0"); },
       .suspended_at = [](NodeId) { return "/app/server.js:7:3"; }});
  ASSERT_THAT(suspects, SizeIs(1));
  EXPECT_THAT(suspects[0].sentence, HasSubstr("; suspended at server.js:7; no living function can "
                                              "read the variable ready"));
}

// Promises of requests that native code will answer; each has a callback with its data.
Promises WaitingForMany(int count) {
  Promises promises;
  promises.heap()
      .Node("(Global handles)", {.type = "synthetic"})
      .Edge("root", "element", "1", "(Global handles)");
  for (int i = 0; i < count; ++i) {
    const std::string n = std::to_string(i);
    promises.AddFunction("done" + n, "onReply");
    promises.heap().Child("done" + n, "data" + n, {.size = 2000});
    promises.AddReaction("then" + n, "done" + n);
    promises.AddPromise("reply" + n, "then" + n);
    promises.heap().Edge("(Global handles)", "internal", n, "reply" + n);
  }
  return promises;
}

// The closures are of one function.
TEST(PromiseSuspects, FunctionsAreToldApart) {
  EXPECT_THAT(WaitingForMany(150).Suspects(), IsEmpty());
  Promises promises = WaitingForMany(0);
  promises.AddFunction("onReply", "onReply");
  for (int i = 0; i < 150; ++i) {
    const std::string n = std::to_string(i);
    promises.heap()
        .Node("done" + n, {.type = "closure", .name = "onReply", .size = 2000})
        .Edge("done" + n, "internal", "shared", "onReply shared");
    promises.AddReaction("then" + n, "done" + n);
    promises.AddPromise("reply" + n, "then" + n);
    promises.heap().Edge("(Global handles)", "internal", n, "reply" + n);
  }
  promises.heap().Edge("global", "property", "onReply", "onReply");
  const auto suspects = promises.Suspects();
  ASSERT_THAT(suspects, SizeIs(1));
  EXPECT_EQ(suspects[0].sentence, "150 × onReply() wait for 150 promises");
}

TEST(PromiseSuspects, WhatACollectionKeepsIsThatOnesMatter) {
  Promises promises = WaitingForOne(0);
  promises.heap().Child("global", "pending", {.name = "Set", .size = 16});
  for (int i = 0; i < 150; ++i) {
    const std::string n = std::to_string(i);
    promises.AddAwait("await" + n, "handle");
    promises.AddPromise("reply" + n, "await" + n);
    promises.heap().Edge("pending", "internal", "table", "reply" + n);
  }
  const auto suspects = promises.Suspects();
  ASSERT_THAT(suspects, SizeIs(1));
  EXPECT_EQ(suspects[0].kind, SuspectKind::kAccumulation);
  EXPECT_EQ(suspects[0].class_name, "Promise");
}

// Each in a request of its own, so that the requests do not accumulate.
TEST(PromiseSuspects, WhatOneHoldsOfThem) {
  Promises promises = WaitingForOne(0);
  promises.heap().Child("global", "cache", {.name = "Cache", .size = 16});
  for (int i = 0; i < 110; ++i) {
    const std::string n = std::to_string(i);
    const std::string holder = i < 50 ? "global" : "cache";
    promises.AddAwait("await" + n, "handle");
    promises.AddPromise("reply" + n, "await" + n);
    promises.heap()
        .Child(holder, "request" + n, {.name = "Request" + n, .size = 16})
        .Edge("request" + n, "property", "reply", "reply" + n);
  }
  const auto suspects = promises.Suspects();
  ASSERT_THAT(suspects, SizeIs(1));
  EXPECT_EQ(suspects[0].sentence,
            "110 × handle() wait for 110 promises, 60 of them kept alive by Cache in global.cache");
}

// Of functions that await each other, only the innermost is told.
TEST(PromiseSuspects, ChainsCountOnce) {
  Promises promises = WaitingForOne(150);
  promises.AddFunction("serve", "serve");
  promises.heap().Edge("global", "property", "serve", "serve");
  for (int i = 0; i < 150; ++i) {
    const std::string n = std::to_string(i);
    promises.AddAwait("outer" + n, "serve");
    promises.AddPromise("result" + n, "outer" + n);
    promises.heap().Edge("await" + n + " generator", "internal", "promise", "result" + n);
  }
  const auto suspects = promises.Suspects();
  ASSERT_THAT(suspects, SizeIs(1));
  EXPECT_EQ(suspects[0].class_name, "handle");
  EXPECT_EQ(suspects[0].count, 150U);
}

TEST(PromiseSuspects, AListThatLeadsBackToItselfEnds) {
  Promises promises = WaitingForOne(150);
  promises.heap().Edge("await149", "hidden", "1", "await0");
  const auto suspects = promises.Suspects();
  ASSERT_THAT(suspects, SizeIs(1));
  EXPECT_EQ(suspects[0].count, 150U);
}

// As only a damaged dump has it: a function that waits once does not count again and again.
TEST(PromiseSuspects, AReactionCountsOnce) {
  Promises promises = WaitingForOne(0);
  promises.AddAwait("await", "handle");
  for (int i = 0; i < 150; ++i) {
    const std::string reply = "reply" + std::to_string(i);
    promises.AddPromise(reply, "await");
    promises.heap()
        .Node(reply + " data", {.size = 2000})
        .Edge(reply, "property", "data", reply + " data")
        .Edge("global", "element", std::to_string(i), reply);
  }
  EXPECT_THAT(promises.Suspects(), IsEmpty());
}

}  // namespace
}  // namespace nodeheap
