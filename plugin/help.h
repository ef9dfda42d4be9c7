// Help on a command, made from the declaration of its query.
#pragma once

#include <string>

#include "nodeheap/query.h"

namespace nodeheap::plugin {

// "v8 findrefs [NODE] [OPTIONS]"
std::string Usage(const QueryInfo& query);
std::string HelpFor(const QueryInfo& query);

}  // namespace nodeheap::plugin
