#include "cli/command_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/documents.h"
#include "nodeheap/render.h"
#include "nodeheap/version.h"

namespace nodeheap::cli {
namespace {

void AddCommonOptions(CLI::App& app, Options& options) {
  std::vector<std::string> formats;
  for (const FormatInfo& format : Formats()) formats.emplace_back(format.name);
  app.add_option("-F,--format", options.format)->check(CLI::IsMember(formats));
  app.add_option("-o,--output", options.output);
  app.add_flag("--force", options.force);
  app.add_flag("--partial", options.partial);
  app.add_option("--threads", options.threads);
  app.add_option("--color", options.color)
      ->check(CLI::IsMember(std::vector<std::string>{"auto", "always", "never"}));
  app.add_flag("-q,--quiet", options.quiet);
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
    dumps_.resize(static_cast<size_t>(query.dumps));
    for (size_t i = 0; i < dumps_.size(); ++i) AddDump(i);
    values_.resize(params_.size());
    for (size_t i = 0; i < params_.size(); ++i) Add(params_[i], values_[i]);
  }

  bool chosen() const { return command_->parsed(); }

  Invocation Chosen(const Options& options) const {
    Invocation invocation{.query = &query_, .dumps = dumps_, .values = {}, .options = options};
    for (size_t i = 0; i < params_.size(); ++i)
      if (options_[i]->count() > 0)
        invocation.values.emplace(params_[i].name, values_[i].empty() ? "" : values_[i].front());
    return invocation;
  }

 private:
  void AddDump(size_t index) {
    const char* name = dumps_.size() == 1 ? "DUMP" : index == 0 ? "BEFORE" : "AFTER";
    command_->add_option(name, dumps_[index])->required();
  }

  void Add(const Param& param, std::vector<std::string>& value) {
    std::string name =
        param.positional ? std::string(param.placeholder) : fmt::format("--{}", param.name);
    if (param.short_name != 0) name = fmt::format("-{},{}", param.short_name, name);
    CLI::Option* option = param.kind == ParamKind::kFlag
                              ? command_->add_flag(name)
                              : command_->add_option(name, value)->expected(1);
    options_.push_back(option->required(param.required));
  }

  const QueryInfo& query_;
  std::vector<Param> params_;
  CLI::App* command_ = nullptr;
  std::vector<std::string> dumps_;
  std::vector<std::vector<std::string>> values_;
  std::vector<CLI::Option*> options_;
};

bool IsCommand(std::string_view name) {
  const auto extras = ExtraCommands();
  return FindQuery(name) != nullptr ||
         std::ranges::find(extras, name, &ExtraCommand::name) != extras.end();
}

CommandLine HelpOn(const std::string& name) {
  if (name.empty()) return Document{Overview()};
  if (const QueryInfo* query = FindQuery(name)) return Document{HelpFor(*query)};
  return UsageError{fmt::format("there is no command \"{}\"", name), "nodeheap help lists them"};
}

// The whole of argv, as CLI11 sees it.
class Parser {
 public:
  Parser() {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", fmt::format("nodeheap {}", kVersion));
    app_.formatter_fn(
        [](const CLI::App*, const std::string&, CLI::AppFormatMode) { return Overview(); });
    AddCommonOptions(app_, options_);
    for (const QueryInfo* query : Queries())
      commands_.push_back(std::make_unique<QueryCommand>(app_, *query));
    help_ = app_.add_subcommand("help");
    help_->add_option("COMMAND", topic_);
    completion_ = app_.add_subcommand("completion");
    completion_->add_option("SHELL", shell_)
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>{"bash", "zsh"}));
    man_ = app_.add_subcommand("man");
  }

  CommandLine Parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
      return Document{app_.help()};
    } catch (const CLI::CallForVersion& version) {
      return Document{std::string(version.what()) + '\n'};
    } catch (const CLI::ParseError& error) {
      return UsageError{error.what(), Hint()};
    }
    if (help_->parsed()) return HelpOn(topic_);
    if (completion_->parsed())
      return Document{shell_ == "bash" ? BashCompletion() : ZshCompletion()};
    if (man_->parsed()) return Document{Manual()};
    for (const auto& command : commands_)
      if (command->chosen()) return command->Chosen(options_);
    return UsageError{"no command was given", Hint()};
  }

 private:
  std::string Hint() const {
    const auto chosen = app_.get_subcommands();
    if (chosen.empty()) return "see nodeheap help; nodeheap analyze DUMP is the place to start";
    return fmt::format("see nodeheap help {}", chosen.front()->get_name());
  }

  CLI::App app_;
  Options options_;
  std::vector<std::unique_ptr<QueryCommand>> commands_;
  CLI::App* help_ = nullptr;
  CLI::App* completion_ = nullptr;
  CLI::App* man_ = nullptr;
  std::string topic_;
  std::string shell_;
};

}  // namespace

CommandLine ParseCommandLine(int argc, const char* const* argv) {
  if (argc < 2) return UsageError{"no command was given", "see nodeheap help"};
  const std::string first = argv[1];
  if (!first.starts_with('-') && !IsCommand(first)) {
    const bool is_file = access(first.c_str(), F_OK) == 0;
    return UsageError{
        fmt::format("there is no command \"{}\"", first),
        is_file ? fmt::format("try: nodeheap analyze {}", first) : "nodeheap help lists them"};
  }
  return Parser().Parse(argc, argv);
}

}  // namespace nodeheap::cli
