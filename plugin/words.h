// What was typed after the name of a command, read by the declaration of its query.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "nodeheap/query.h"

namespace nodeheap::plugin {

struct Request {
  Arguments::Values values = {};
  std::vector<std::string> dumps = {};  // the earlier one, of a query that compares two
  std::string format = "llnode";
  std::string output = {};  // the file to make; empty: the answer is shown
  bool help = false;
};

// An option that the query's parameters have on top of those of the query.
struct CommonOption {
  std::string_view name;
  char short_name;
  std::string_view placeholder;  // empty for flags
  std::string_view help;
};
std::span<const CommonOption> CommonOptions();

// Options may stand anywhere, as --name VALUE, --name=VALUE, -n VALUE or -nVALUE; flags may be
// joined
// (-dv). Where a query has its own use for a short name, it wins. Values are judged later, by
// Arguments::Parse.
Result<Request> ReadWords(const QueryInfo& query, std::span<const std::string> words);

}  // namespace nodeheap::plugin
