// The stacks in the committed cores are those that Node printed when it died.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cores.h"
#include "support/truth.h"
#include "v8/frames.h"
#include "v8/stack_values.h"

namespace nodeheap::test {
namespace {

using v8::Frame;
using v8::FrameKind;

struct OpenCore {
  explicit OpenCore(const std::string& name)
      : core(CoreFile::Open(CorePath(name), progress).value()),
        runtime(v8::Runtime::Open(*core, LayoutOf(*core)).value()) {}

  // Without the executable: its absence must not change what JavaScript does.
  v8::ThreadStack Stack(const ThreadState& thread) const {
    return v8::ReadStack(runtime, {}, thread);
  }

  Progress progress;
  std::unique_ptr<CoreFile> core;
  v8::Runtime runtime;
};

std::vector<Frame> JavaScriptFrames(const v8::ThreadStack& stack) {
  std::vector<Frame> frames;
  for (const Frame& frame : stack.frames)
    if (v8::IsJavaScript(frame.kind)) frames.push_back(frame);
  return frames;
}

std::string TextOf(const boost::json::value& value) {
  return value.is_null() ? std::string() : std::string(value.as_string());
}

void CheckPlace(const Frame& frame, const boost::json::object& truth) {
  const std::string file = TextOf(truth.at("file"));
  if (file.empty()) return;  // of V8 itself
  ASSERT_TRUE(frame.place);
  EXPECT_EQ(frame.place->script_name, file);
  // The text of Node's own scripts is in the executable. What of baseline code is a call is, too.
  if (file.starts_with("node:") || frame.kind == FrameKind::kBaseline) return;
  EXPECT_EQ(frame.place->line.value_or(0), truth.at("line").as_int64());
  EXPECT_EQ(frame.place->column.value_or(0), truth.at("column").as_int64());
}

void CheckValues(const OpenCore& core, const Frame& frame, const boost::json::object& truth) {
  if (frame.inlined) return;
  // The truth of some arrays tells only their length.
  if (const auto* const receiver = truth.if_contains("this");
      receiver != nullptr && receiver->is_object() && receiver->as_object().contains("length") &&
      !receiver->as_object().contains("elements"))
    return;
  TruthChecker checker(core.runtime);
  if (const auto* const receiver = truth.if_contains("this"))
    checker.Check("this", v8::Describe(core.runtime, frame.receiver.value_or(0)),
                  receiver->as_object());
  if (const auto* const arguments = truth.if_contains("args")) {
    const auto& expected = arguments->as_array();
    ASSERT_EQ(frame.arguments.size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i)
      checker.Check(std::to_string(i), v8::Describe(core.runtime, frame.arguments[i]),
                    expected[i].as_object());
  }
  EXPECT_THAT(checker.differences(), testing::IsEmpty());
}

class FramesFixtures : public testing::TestWithParam<std::string> {};

TEST_P(FramesFixtures, AreThoseThatNodePrinted) {
  const OpenCore core(GetParam());
  const auto truth = ReadTruth(GetParam());
  const auto& expected = truth.at("stack").as_array();
  const auto frames = JavaScriptFrames(core.Stack(core.core->threads().front()));
  ASSERT_EQ(frames.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    const auto& frame = expected[i].as_object();
    SCOPED_TRACE(i);
    EXPECT_EQ(v8::FrameFunctionName(core.runtime, frames[i].function, frames[i].shared,
                                    frames[i].receiver.value_or(0)),
              TextOf(frame.at("function")));
    EXPECT_EQ(frames[i].inlined, frame.contains("inlined"));
    EXPECT_EQ(frames[i].kind == FrameKind::kBuiltin, frame.contains("builtin"));
    if (frame.contains("tier") && frame.at("tier").as_string() == "optimised") {
      EXPECT_TRUE(frames[i].kind == FrameKind::kTurbofan || frames[i].kind == FrameKind::kMaglev);
    }
    CheckPlace(frames[i], frame);
    CheckValues(core, frames[i], frame);
  }
}

std::vector<std::string> CoresWithStacks() {
  std::vector<std::string> names;
  for (const auto& path : CorePaths()) {
    const std::string name = path.stem().stem().string();
    const auto truth = ReadTruth(name);
    // In an async function the stack is V8's own below it, and goes on among the promises.
    const bool is_async = truth.at("kind").as_string() == "native";
    if (!is_async && truth.contains("stack") && !truth.at("stack").as_array().empty())
      names.push_back(name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Cores, FramesFixtures, testing::ValuesIn(CoresWithStacks()),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

// A thread inside JavaScript that allocates in a loop, stopped anywhere.
TEST(Frames, OfABusyWorker) {
  for (const std::string name : {"leaking_class-worker-node20", "leaking_class-worker-node20-arm64",
                                 "leaking_class-worker-node26"}) {
    SCOPED_TRACE(name);
    const OpenCore core(name);
    const auto& isolates = core.runtime.isolates();
    ASSERT_EQ(isolates.size(), 2U);
    const auto thread =
        std::ranges::find(core.core->threads(), isolates[1].thread_id, &ThreadState::id);
    ASSERT_NE(thread, core.core->threads().end());
    const auto frames = JavaScriptFrames(core.Stack(*thread));
    ASSERT_FALSE(frames.empty());
    const bool in_script = std::ranges::any_of(frames, [](const Frame& frame) {
      return frame.place && frame.place->line && !frame.place->script_name.starts_with("node:");
    });
    EXPECT_TRUE(in_script);
  }
}

}  // namespace
}  // namespace nodeheap::test
