// Makes LLDB's command `v8`: a subcommand for each query and each of its aliases, those of llnode
// and mdb_v8 also at the top level.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <span>

#include "plugin/answer.h"
#include "plugin/help.h"
#include "plugin/lldb.h"
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
      result.SetError(Describe(done.error()).c_str());
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

Command* QueryCommand(const std::shared_ptr<State>& state, const QueryInfo& query) {
  return new Command([state, &query](const Words& words, lldb::SBDebugger& debugger,
                                     lldb::SBCommandReturnObject& result) -> Result<void> {
    state->next_page.reset();
    NH_TRY(Request request, ReadWords(query, words));
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

Result<void> SetIsolate(State& state, const std::string& text) {
  uint32_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = failed == std::errc{} && end == text.data() + text.size();
  if (!is_number && text != "all")
    return Invalid(fmt::format("\"{}\" is no isolate", text), "0, 1 … or all");
  state.dumps.SetIsolate(is_number ? std::optional(number) : std::nullopt);
  return {};
}

Result<void> SetColor(State& state, const std::string& text) {
  if (text != "auto" && text != "always" && text != "never")
    return Invalid(fmt::format("color cannot be \"{}\"", text), "auto, always or never");
  state.color = text;
  return {};
}

Command* SetCommand(const std::shared_ptr<State>& state) {
  return new Command([state](const Words& words, lldb::SBDebugger& debugger,
                             lldb::SBCommandReturnObject& /*result*/) -> Result<void> {
    const std::string name = words.empty() ? "" : words[0];
    if (words.size() == 2 && name == "color") return SetColor(*state, words[1]);
    if (words.size() == 2 && name == "isolate") return SetIsolate(*state, words[1]);
    if (words.size() == 2 && name == "core") return state->dumps.SetCorePath(debugger, words[1]);
    return Invalid("set needs a setting and its value",
                   "color auto|always|never, isolate N|all, core PATH");
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

bool Register(lldb::SBDebugger debugger) {
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
  settings.AddCommand("set", SetCommand(state), "change a setting",
                      "v8 settings set color auto|always|never; isolate N|all; core PATH");
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
