// What the user asked for: argv, read by the declarations of the queries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "nodeheap/query.h"

namespace nodeheap::cli {

enum ExitCode : int {
  kExitClean = 0,
  kExitFindings = 1,
  kExitUsage = 2,
  kExitUnreadable = 3,
  kExitIncomplete = 4,
  kExitInterrupted = 130,
};

struct Options {
  std::string format = "text";
  std::string output;             // empty or "-": standard output
  std::vector<std::string> also;  // "FORMAT=FILE"
  std::string color = "auto";
  bool force = false;
  bool partial = false;
  bool quiet = false;
  unsigned threads = 0;
  std::string executable;
  std::string source_maps;
  std::optional<uint32_t> isolate;
};

struct Invocation {
  const QueryInfo* query = nullptr;
  std::vector<std::string> dumps;
  Arguments::Values values;
  Options options;
};

// Text to print on standard output, with success.
struct Document {
  std::string text;
};

// "layout extract": what these executables tell of the layout of their objects.
struct LayoutRequest {
  std::vector<std::string> executables;
};

// "lldb": what to do about LLDB's plugin.
struct LldbRequest {
  std::vector<std::string> words;
  std::string executable;
};

struct UsageError {
  std::string message;
  std::string hint;
};

using CommandLine = std::variant<Invocation, Document, LayoutRequest, LldbRequest, UsageError>;

CommandLine ParseCommandLine(int argc, const char* const* argv);

}  // namespace nodeheap::cli
