#include "cli/command_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <memory>
#include <system_error>

#include "cli/documents.h"
#include "nodeheap/session.h"
#include "nodeheap/version.h"

namespace nodeheap::cli {
namespace {

constexpr unsigned kMaxThreads = 1024;

// What CLI11 finds in argv. It judges no values: its words are not ours.
struct CommonValues {
  Options options;
  std::string threads;
  std::string isolate;
};

void AddCommonOptions(CLI::App& app, CommonValues& values) {
  Options& options = values.options;
  app.add_option("-F,--format", options.format);
  app.add_option("-o,--output", options.output);
  app.add_option("--also", options.also)->allow_extra_args(false);
  app.add_flag("--force", options.force);
  app.add_flag("--partial", options.partial);
  app.add_option("--threads", values.threads);
  app.add_option("--exe", options.executable);
  app.add_option("--source-map", options.source_maps);
  app.add_option("--isolate", values.isolate);
  app.add_option("--color", options.color);
  app.add_flag("-q,--quiet", options.quiet);
}

// "text, json, csv" of "text json csv"
std::string Listed(std::string_view choices) {
  std::string text;
  for (const char c : choices) text += c == ' ' ? std::string(", ") : std::string(1, c);
  return text;
}

bool IsOneOf(std::string_view value, std::string_view choices) {
  return !value.empty() && !value.contains(' ') &&
         fmt::format(" {} ", choices).contains(fmt::format(" {} ", value));
}

// Empty if `value` may be given to the common option `name`.
std::string Complaint(std::string_view name, std::string_view value) {
  const auto options = CommonOptions();
  const auto option = std::ranges::find(options, name, &CommonOption::name);
  if (IsOneOf(value, option->choices)) return {};
  return fmt::format("{} must be one of {}, not \"{}\"", name, Listed(option->choices), value);
}

std::string ComplaintOnThreads(const std::string& text, unsigned& threads) {
  if (text.empty()) return {};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), threads);
  if (failed == std::errc{} && end == text.data() + text.size() && threads <= kMaxThreads)
    return {};
  return fmt::format("--threads must be a whole number up to {}, not \"{}\"", kMaxThreads, text);
}

std::string ComplaintOnIsolate(const std::string& text, std::optional<uint32_t>& isolate) {
  if (text.empty()) return {};
  uint32_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  isolate = number;
  if (failed == std::errc{} && end == text.data() + text.size()) return {};
  return fmt::format("--isolate must be a whole number, not \"{}\"", text);
}

// Empty if the values make sense; they are then in values.options.
std::string Complaint(CommonValues& values) {
  for (const std::string& text :
       {Complaint("--format", values.options.format), Complaint("--color", values.options.color),
        ComplaintOnThreads(values.threads, values.options.threads),
        ComplaintOnIsolate(values.isolate, values.options.isolate)})
    if (!text.empty()) return text;
  return {};
}

// CLI11's complaint on the number of an option's values, in our words.
std::string OnValues(std::string_view complaint) {
  const std::string_view name = complaint.substr(0, complaint.find_first_of(": "));
  if (complaint.ends_with("missing")) return fmt::format("{} needs a value", name);
  if (complaint.contains("disallowed")) return fmt::format("{} takes no value", name);
  return fmt::format("{} was given more than once", name);
}

// One query as a CLI11 subcommand. Values stay text here: Arguments::Parse judges them, so that the
// debugger plugin has the same rules.
class QueryCommand {
 public:
  QueryCommand(CLI::App& app, const QueryInfo& query) : query_(query), params_(AllParams(query)) {
    command_ = app.add_subcommand(std::string(query.name));
    for (const std::string_view alias : query.aliases) command_->alias(std::string(alias));
    command_->fallthrough();
    command_->formatter_fn([&query](const CLI::App*, const std::string&, CLI::AppFormatMode) {
      return HelpFor(query);
    });
    AddDumps();
    values_.resize(params_.size());
    for (size_t i = 0; i < params_.size(); ++i) Add(params_[i], values_[i]);
  }

  bool chosen() const { return command_->parsed(); }

  // The name of a dump that was not given; empty: none.
  std::string MissingDump() const {
    if (query_.series && std::cmp_less(dumps_.size(), query_.dumps))
      return query_.dumps == 1 ? "DUMP" : fmt::format("at least {} DUMPs", query_.dumps);
    for (size_t i = 0; i < dumps_.size(); ++i)
      if (dumps_[i].empty()) return DumpName(i);
    return {};
  }

  Invocation Chosen(const Options& options) const {
    Invocation invocation{.query = &query_, .dumps = dumps_, .values = {}, .options = options};
    for (size_t i = 0; i < params_.size(); ++i)
      if (options_[i]->count() > 0) invocation.values.emplace(params_[i].name, values_[i]);
    return invocation;
  }

 private:
  std::string DumpName(size_t index) const {
    if (query_.series || query_.dumps == 1) return "DUMP";
    return std::string(query_.dump_names.at(index));
  }

  void AddDumps() {
    if (query_.series) {
      command_->add_option(DumpName(0), dumps_);
      return;
    }
    dumps_.resize(static_cast<size_t>(query_.dumps));
    for (size_t i = 0; i < dumps_.size(); ++i) command_->add_option(DumpName(i), dumps_[i]);
  }

  // Bound to plain strings: CLI11 would split a list like "[a,b]".
  void Add(const Param& param, std::string& value) {
    std::string name =
        param.positional ? std::string(param.placeholder) : fmt::format("--{}", param.name);
    if (param.short_name != 0) name = fmt::format("-{},{}", param.short_name, name);
    CLI::Option* option = param.kind == ParamKind::kFlag
                              ? command_->add_flag(name)
                              : command_->add_option(name, value)->expected(1);
    if (param.repeatable) option->join('\n');
    options_.push_back(option);
  }

  const QueryInfo& query_;
  std::vector<Param> params_;
  CLI::App* command_ = nullptr;
  std::vector<std::string> dumps_;
  std::vector<std::string> values_;
  std::vector<CLI::Option*> options_;
};

std::vector<std::string_view> CommandNames() {
  std::vector<std::string_view> names;
  for (const QueryInfo* query : Queries()) {
    names.push_back(query->name);
    names.insert(names.end(), query->aliases.begin(), query->aliases.end());
  }
  for (const ExtraCommand& extra : ExtraCommands()) names.push_back(extra.name);
  return names;
}

bool IsCommand(std::string_view name) {
  const auto names = CommandNames();
  return std::ranges::find(names, name) != names.end();
}

UsageError NoCommand(const std::string& name) {
  // Of short names nearly all are similar to any other.
  std::vector<std::string_view> names = CommandNames();
  std::erase_if(names, [](std::string_view known) { return known.size() < 3; });
  const std::string similar = Suggest(name, names);
  return {fmt::format("there is no command \"{}\"", name),
          similar.empty() ? "nodeheap help lists them" : fmt::format("did you mean {}?", similar)};
}

// Options of `query`, which may be nullptr, that are close to a mistyped one.
std::string SimilarOption(const QueryInfo* query, std::string_view mistyped) {
  std::vector<std::string> options;
  for (const CommonOption& option : CommonOptions()) options.emplace_back(option.name);
  for (const Param& param : query == nullptr ? std::vector<Param>() : AllParams(*query))
    if (!param.positional) options.push_back(fmt::format("--{}", param.name));
  return Suggest(mistyped, std::vector<std::string_view>(options.begin(), options.end()));
}

CommandLine HelpOn(const std::string& name) {
  if (name.empty()) return Document{Overview()};
  if (const QueryInfo* query = FindQuery(name)) return Document{HelpFor(*query)};
  for (const ExtraCommand& extra : ExtraCommands())
    if (extra.name == name) return Document{HelpFor(extra)};
  return NoCommand(name);
}

// The whole of argv, as CLI11 sees it.
class Parser {
 public:
  Parser() {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", fmt::format("nodeheap {}", kVersion));
    app_.formatter_fn(
        [](const CLI::App*, const std::string&, CLI::AppFormatMode) { return Overview(); });
    AddCommonOptions(app_, values_);
    for (const QueryInfo* query : Queries())
      commands_.push_back(std::make_unique<QueryCommand>(app_, *query));
    for (const ExtraCommand& extra : ExtraCommands()) Add(extra);
    app_.get_subcommand("help")->add_option("COMMAND", topic_);
    app_.get_subcommand("completion")->add_option("SHELL", shell_);
    app_.get_subcommand("layout")->add_option("extract", layout_);
    app_.get_subcommand("lldb")->fallthrough()->add_option("CORE", lldb_);
  }

  CommandLine Parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
      return Document{app_.help()};
    } catch (const CLI::CallForVersion& version) {
      return Document{std::string(version.what()) + '\n'};
    } catch (const CLI::ParseError& error) {
      return UsageError{InOurWords(error), HintOn(error)};
    }
    if (const std::string complaint = Complaint(values_); !complaint.empty())
      return UsageError{complaint, Hint()};
    if (app_.got_subcommand("help")) return HelpOn(topic_);
    if (app_.got_subcommand("completion")) return Completion();
    if (app_.got_subcommand("man")) return Document{Manual()};
    if (app_.got_subcommand("layout")) return Layout();
    if (app_.got_subcommand("lldb")) return LldbRequest{lldb_, values_.options.executable};
    for (const auto& command : commands_)
      if (command->chosen()) return Chosen(*command);
    return UsageError{"no command was given", Hint()};
  }

 private:
  void Add(const ExtraCommand& extra) {
    app_.add_subcommand(std::string(extra.name))
        ->formatter_fn([&extra](const CLI::App*, const std::string&, CLI::AppFormatMode) {
          return HelpFor(extra);
        });
  }

  CommandLine Chosen(const QueryCommand& command) const {
    if (const std::string missing = command.MissingDump(); !missing.empty())
      return UsageError{
          fmt::format("{} needs {}", app_.get_subcommands().front()->get_name(), missing), Hint()};
    return command.Chosen(values_.options);
  }

  CommandLine Completion() const {
    if (shell_ == "bash") return Document{BashCompletion()};
    if (shell_ == "zsh") return Document{ZshCompletion()};
    if (shell_.empty()) return UsageError{"completion needs the name of a shell", "bash or zsh"};
    return UsageError{fmt::format("there is no completion for \"{}\"", shell_),
                      "there is one for bash and one for zsh"};
  }

  CommandLine Layout() const {
    if (layout_.size() < 2 || layout_[0] != "extract")
      return UsageError{"layout needs \"extract\" and executables of Node", Hint()};
    return LayoutRequest{{layout_.begin() + 1, layout_.end()}};
  }

  std::string InOurWords(const CLI::ParseError& error) const {
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr)
      return OnValues(error.what());
    if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr)
      return "an option that takes no value was given one";
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
      const std::string first = FirstExtra();
      return first.starts_with('-') ? fmt::format("there is no option \"{}\" here", first)
                                    : fmt::format("\"{}\" is one argument too many", first);
    }
    if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) return "no command was given";
    return error.what();
  }

  // What was given and nobody asked for.
  std::string FirstExtra() const {
    const std::vector<std::string> extras = app_.remaining(true);
    return extras.empty() ? "" : extras.front();
  }

  std::string HintOn(const CLI::ParseError& error) const {
    if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr) return Hint();
    const std::string extra = FirstExtra();
    if (!extra.starts_with('-')) return Hint();
    const auto chosen = app_.get_subcommands();
    const std::string similar =
        SimilarOption(chosen.empty() ? nullptr : FindQuery(chosen.front()->get_name()),
                      std::string_view(extra).substr(0, extra.find('=')));
    return similar.empty() ? Hint() : fmt::format("did you mean {}?", similar);
  }

  std::string Hint() const {
    const auto chosen = app_.get_subcommands();
    if (chosen.empty()) return "see nodeheap help; nodeheap analyze DUMP is the place to start";
    return fmt::format("see nodeheap help {}", chosen.front()->get_name());
  }

  CLI::App app_;
  CommonValues values_;
  std::vector<std::unique_ptr<QueryCommand>> commands_;
  std::string topic_;
  std::string shell_;
  std::vector<std::string> layout_;
  std::vector<std::string> lldb_;
};

}  // namespace

CommandLine ParseCommandLine(int argc, const char* const* argv) {
  if (argc < 2) return UsageError{"no command was given", "see nodeheap help"};
  const std::string first = argv[1];
  if (!first.starts_with('-') && !IsCommand(first)) {
    if (access(first.c_str(), F_OK) != 0) return NoCommand(first);
    return UsageError{fmt::format("there is no command \"{}\"", first),
                      fmt::format("try: nodeheap analyze {}", first)};
  }
  return Parser().Parse(argc, argv);
}

}  // namespace nodeheap::cli
