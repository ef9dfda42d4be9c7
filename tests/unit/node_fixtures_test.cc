// What Node keeps in a process, and why it died: as the programs in the committed cores say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/text.h"
#include "node/async_hooks.h"
#include "node/async_state.h"
#include "node/death.h"
#include "node/heap_limit.h"
#include "node/process_info.h"
#include "node/timers.h"
#include "node/wraps.h"
#include "support/cores.h"
#include "support/truth.h"
#include "v8/functions.h"

namespace nodeheap::test {
namespace {

struct OpenCore {
  explicit OpenCore(const std::string& name)
      : core(CoreFile::Open(CorePath(name), progress).value()),
        runtime(v8::Runtime::Open(*core, LayoutOf(*core)).value()),
        environments(node::FindEnvironments(runtime)) {}

  Progress progress;
  std::unique_ptr<CoreFile> core;
  v8::Runtime runtime;
  std::vector<node::Environment> environments;
};

std::string TextOf(const boost::json::value& value) { return std::string(value.as_string()); }

std::vector<std::string> TextsOf(const boost::json::value& value) {
  std::vector<std::string> texts;
  for (const auto& text : value.as_array()) texts.push_back(TextOf(text));
  return texts;
}

class NodeFixtures : public testing::TestWithParam<std::string> {};

TEST_P(NodeFixtures, ProcessIsWhatTheProgramSays) {
  const OpenCore core(GetParam());
  const auto truth = ReadTruth(GetParam());
  ASSERT_EQ(core.environments.size(), static_cast<size_t>(truth.at("isolates").as_int64()));
  const auto info = node::FindProcessInfo(core.runtime, core.environments.front());
  ASSERT_TRUE(info);
  EXPECT_EQ(info->pid, truth.at("pid").as_int64());
  EXPECT_EQ(info->version, TextOf(truth.at("version")));
  EXPECT_EQ(info->platform, TextOf(truth.at("platform")));
  EXPECT_EQ(info->arch, TextOf(truth.at("arch")));
  EXPECT_EQ(info->exec_path, TextOf(truth.at("execPath")));
  EXPECT_EQ(info->argv, TextsOf(truth.at("argv")));
  EXPECT_EQ(info->exec_argv, TextsOf(truth.at("execArgv")));
  const std::map<std::string, std::string> versions(info->versions.begin(), info->versions.end());
  for (const auto& [name, version] : truth.at("versions").as_object())
    EXPECT_EQ(versions.at(std::string(name)), TextOf(version));
}

TEST_P(NodeFixtures, TheInitialStackHasTheTitleAndTheEnvironment) {
  const OpenCore core(GetParam());
  const auto truth = ReadTruth(GetParam());
  const node::InitialStack stack = node::ReadInitialStack(*core.core, 0);
  EXPECT_EQ(stack.title, TextOf(truth.at("title")));
  EXPECT_THAT(stack.environment_names,
              testing::UnorderedElementsAreArray(TextsOf(truth.at("env"))));
}

TEST_P(NodeFixtures, TheCauseOfDeathIsFound) {
  const OpenCore core(GetParam());
  const auto truth = ReadTruth(GetParam());
  const auto& cause = truth.at("cause").as_object();
  const node::Death death = node::FindDeath(core.runtime, {});
  EXPECT_EQ(node::Name(death.cause), TextOf(cause.at("kind")));
  if (!cause.contains("class")) return;
  EXPECT_EQ(death.error_class, TextOf(cause.at("class")));
  EXPECT_EQ(death.message, TextOf(cause.at("message")));
  EXPECT_THAT(death.sentence, testing::HasSubstr(TextOf(cause.at("message"))));
}

// The option's value, in bytes.
uint64_t MebibytesOf(const std::vector<std::string>& options, const std::string& name) {
  for (const std::string& option : options)
    if (option.starts_with(name + "=")) return std::stoull(option.substr(name.size() + 1)) << 20;
  return 0;
}

TEST(NodeDeath, OfAFullHeapTellsTheLimit) {
  const OpenCore core("leaking_class-oom-node22");
  const std::vector<std::string> options =
      TextsOf(ReadTruth("leaking_class-oom-node22").at("execArgv"));
  const auto found = node::FindHeapStatistics(*core.core, core.core->threads().front());
  ASSERT_TRUE(found);
  // V8 allows for three halves of the young generation besides (Heap::MaxReserved).
  EXPECT_EQ(found->allowed, MebibytesOf(options, "--max-old-space-size") +
                                3 * MebibytesOf(options, "--max-semi-space-size"));
  EXPECT_EQ(found->largest_space, "old space");
  EXPECT_LT(found->in_largest_space, found->taken);
  EXPECT_LT(found->taken, found->allowed);
  EXPECT_THAT(node::FindDeath(core.runtime, {}).sentence,
              testing::HasSubstr(HumanSize(found->allowed)));
}

TEST(NodeDeath, OfAnotherCauseHasNoLimit) {
  const OpenCore core("leaking_class-abort-node22");
  EXPECT_FALSE(node::FindHeapStatistics(*core.core, core.core->threads().front()));
}

std::vector<std::string> AllCores() {
  std::vector<std::string> names;
  for (const auto& path : CorePaths()) names.push_back(path.stem().stem().string());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Cores, NodeFixtures, testing::ValuesIn(AllCores()), [](const auto& test) {
  std::string name = test.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

using Counts = std::map<std::string, int64_t>;

Counts CountsOf(const boost::json::value& value) {
  Counts counts;
  for (const auto& [name, count] : value.as_object()) counts[std::string(name)] = count.as_int64();
  return counts;
}

TEST(NodeWraps, AreThoseThatNodeLists) {
  const OpenCore core("handles-abort-node22");
  const auto truth = ReadTruth("handles-abort-node22");
  const auto wraps = node::FindWraps(core.runtime, core.environments.front());
  ASSERT_TRUE(wraps);
  Counts handles;
  for (const node::Wrap& handle : wraps->handles)
    if (handle.referenced && !handle.closing)
      ++handles[handle.owner != 0 ? handle.owner_class : handle.class_name];
  EXPECT_EQ(handles, CountsOf(truth.at("handles")));
  Counts requests;
  for (const node::Wrap& request : wraps->requests) ++requests[request.class_name];
  EXPECT_EQ(requests, CountsOf(truth.at("requests")));
}

TEST(NodeTimers, AreThoseThatTheProgramStarted) {
  const OpenCore core("handles-abort-node22");
  const auto timers = node::FindTimers(core.runtime, core.environments.front());
  ASSERT_TRUE(timers);
  std::map<std::string, std::pair<double, bool>> by_callback;
  for (const node::Timer& timer : *timers)
    by_callback[v8::FunctionName(core.runtime, v8::SharedOf(core.runtime, timer.callback))] = {
        timer.duration_ms, timer.repeats};
  const auto truth = ReadTruth("handles-abort-node22");
  for (const auto& value : truth.at("timers").as_array()) {
    const auto& timer = value.as_object();
    const auto found = by_callback.find(TextOf(timer.at("callback")));
    ASSERT_NE(found, by_callback.end()) << TextOf(timer.at("callback"));
    EXPECT_EQ(found->second.first, static_cast<double>(timer.at("delay").as_int64()));
    EXPECT_EQ(found->second.second, timer.at("repeats").as_bool());
  }
  EXPECT_FALSE(by_callback.contains("cleared"));
}

TEST(AsyncStack, IsThatOfV8) {
  const OpenCore core("async-native-node22");
  const v8::Isolate& isolate = *core.environments.front().isolate;
  const auto frames = v8::AwaitersOf(core.runtime, v8::PromiseOfCurrentTask(core.runtime, isolate));
  std::vector<int64_t> lines;  // 0: Promise.all and the like
  for (const v8::AsyncFrame& frame : frames) {
    const auto generator = v8::Generator::Load(core.runtime, frame.generator);
    const auto place = generator ? v8::SuspendedAt(core.runtime, *generator) : std::nullopt;
    lines.push_back(place ? place->line.value_or(0) : 0);
  }
  std::vector<int64_t> expected;
  const auto truth = ReadTruth("async-native-node22");
  for (const auto& value : truth.at("stack").as_array()) {
    const auto& frame = value.as_object();
    if (!frame.contains("async")) continue;
    expected.push_back(frame.at("line").is_null() ? 0 : frame.at("line").as_int64());
  }
  EXPECT_GE(expected.size(), 10U);
  EXPECT_EQ(lines, expected);
}

TEST(AsyncState, HasWhoWaits) {
  OpenCore core("async-native-node22");
  const auto heap = v8::Heap::Walk(core.runtime, core.progress, 1).value();
  const auto state = node::FindAsyncState(heap, core.progress).value();
  std::map<int64_t, uint64_t> by_line;
  for (const node::AsyncWait& wait : state.waits) {
    const auto generator = v8::Generator::Load(core.runtime, wait.frames.front().generator);
    const auto place = v8::SuspendedAt(core.runtime, generator.value());
    by_line[place.value().line.value()] += wait.count;
  }
  const auto truth = ReadTruth("async-native-node22");
  for (const auto& value : truth.at("waiting").as_array()) {
    const auto& waiting = value.as_object();
    EXPECT_EQ(by_line[waiting.at("line").as_int64()],
              waiting.at("instances").to_number<uint64_t>());
  }
  // The fourth is the chain of the function that was running; its callers stand in it.
  EXPECT_EQ(state.waits.size(), 4U);
}

// Up to Node 22, AsyncLocalStorage has one. (The matrix has those of programs, in all versions.)
TEST(AsyncHooks, AreThoseThatAreEnabled) {
  const OpenCore core("async-native-node22");
  const auto hooks = node::FindAsyncHooks(core.runtime, core.environments.front());
  ASSERT_TRUE(hooks);
  ASSERT_EQ(hooks->size(), 1U);
  ASSERT_EQ(hooks->front().callbacks.size(), 1U);
  EXPECT_EQ(hooks->front().callbacks.front().event, "init");

  const OpenCore without("everything-abort-node22");
  const auto none = node::FindAsyncHooks(without.runtime, without.environments.front());
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->empty());
}

}  // namespace
}  // namespace nodeheap::test
