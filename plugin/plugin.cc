// Makes LLDB's command `v8`: a subcommand for each query and each of its aliases, those of llnode
// and mdb_v8 also at the top level.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <span>

#include "plugin/answer.h"
#include "plugin/help.h"
#include "plugin/lldb.h"
#include "plugin/settings.h"
#include "plugin/state.h"

namespace nodeheap::plugin {
namespace {

using Words = std::vector<std::string>;

// A command; `run` is what it does. LLDB owns it, and nothing that is thrown may reach LLDB.
class Command : public lldb::SBCommandPluginInterface {
 public:
  using Run = std::function<Result<void>(const Words& words, lldb::SBDebugger& debugger,
                                         lldb::SBCommandReturnObject& result)>;

  explicit Command(Run run) : run_(std::move(run)) {}

  bool DoExecute(lldb::SBDebugger debugger, char** words,
                 lldb::SBCommandReturnObject& result) override {
    try {
      Words copied;
      for (; words != nullptr && *words != nullptr; ++words) copied.emplace_back(*words);
      result.SetStatus(lldb::eReturnStatusSuccessFinishResult);
      const auto done = run_(copied, debugger, result);
      if (done) return true;
      const bool interrupted = done.error().code == ErrorCode::kCancelled;
      result.SetError(interrupted ? "interrupted" : Describe(done.error()).c_str());
    } catch (const std::bad_alloc&) {
      result.SetError("the system has no memory left for this dump");
    } catch (const std::exception& exception) {
      result.SetError(exception.what());
    } catch (...) {
      result.SetError("nodeheap failed");
    }
    return false;
  }

 private:
  Run run_;
};

std::unexpected<Error> Invalid(std::string message, std::string hint = {}) {
  return std::unexpected(Error{
      .code = ErrorCode::kInvalidArgument, .message = std::move(message), .hint = std::move(hint)});
}

constexpr const char* kNextPage = "v8 next";

// Words with which llnode and LLDB go on after the name of a command, and which say nothing more.
Words WithoutSubcommand(const QueryInfo& query, Words words) {
  const bool said = !words.empty() && ((query.name == "source" && words[0] == "list") ||
                                       (query.name == "frame" && words[0] == "select") ||
                                       (query.name == "frame" && words[0] == "info"));
  if (said) words.erase(words.begin());
  return words;
}

Command* QueryCommand(const std::shared_ptr<State>& state, const QueryInfo& query) {
  return new Command([state, &query](const Words& words, lldb::SBDebugger& debugger,
                                     lldb::SBCommandReturnObject& result) -> Result<void> {
    state->next_page.reset();
    NH_TRY(Request request, ReadWords(query, WithoutSubcommand(query, words)));
    if (!request.help) return Answer(query, std::move(request), *state, debugger, result);
    result.AppendMessage(HelpFor(query).c_str());
    return {};
  });
}

// What ENTER does after a list.
Command* NextCommand(const std::shared_ptr<State>& state) {
  return new Command([state](const Words& words, lldb::SBDebugger& debugger,
                             lldb::SBCommandReturnObject& result) -> Result<void> {
    if (!words.empty()) return Invalid("next takes no arguments");
    if (!state->next_page) return Invalid("there is no next page");
    State::NextPage next = *std::exchange(state->next_page, std::nullopt);
    return Answer(*next.query, std::move(next.request), *state, debugger, result);
  });
}

Command* SetCommand(const std::shared_ptr<State>& state) {
  return new Command([state](const Words& words, lldb::SBDebugger& debugger,
                             lldb::SBCommandReturnObject& /*result*/) -> Result<void> {
    return Set(words, *state, debugger);
  });
}

// Names under which people know commands without `v8`.
bool IsTopLevel(std::string_view name) {
  constexpr std::array<std::string_view, 4> kPrefixes = {"js", "find", "v8", "nodebuffer"};
  return std::ranges::any_of(kPrefixes,
                             [&](std::string_view prefix) { return name.starts_with(prefix); });
}

void AddQuery(lldb::SBCommandInterpreter& interpreter, lldb::SBCommand& v8,
              const std::shared_ptr<State>& state, const QueryInfo& query) {
  const std::string summary(query.summary);
  const std::string usage = Usage(query);
  const auto add = [&](auto& parent, std::string_view name) {
    parent.AddCommand(std::string(name).c_str(), QueryCommand(state, query), summary.c_str(),
                      usage.c_str(), kNextPage);
  };
  std::vector<std::string_view> names(query.aliases.begin(), query.aliases.end());
  names.insert(names.begin(), query.name);
  for (const std::string_view name : names) {
    add(v8, name);
    if (IsTopLevel(name)) add(interpreter, name);
  }
}

bool Register(lldb::SBDebugger& debugger) {
  lldb::SBCommandInterpreter interpreter = debugger.GetCommandInterpreter();
  lldb::SBCommand v8 = interpreter.AddMultiwordCommand(
      "v8", "What is in the memory of a Node.js process, from a core or a live process.");
  if (!v8.IsValid()) return false;
  const auto state = std::make_shared<State>();
  for (const QueryInfo* const query : Queries())
    if (!query->series) AddQuery(interpreter, v8, state, *query);
  v8.AddCommand("next", NextCommand(state), "show the next page of the last list", kNextPage,
                kNextPage);
  lldb::SBCommand settings = v8.AddMultiwordCommand("settings", "how v8 commands work");
  settings.AddCommand("set", SetCommand(state), "change a setting", SettingsHelp().c_str());
  return true;
}

}  // namespace
}  // namespace nodeheap::plugin

// What LLDB calls after `plugin load`.
namespace lldb {
bool PluginInitialize(SBDebugger debugger);
bool PluginInitialize(SBDebugger debugger) {
  try {
    return nodeheap::plugin::Register(debugger);
  } catch (...) {
    return false;
  }
}
}  // namespace lldb
