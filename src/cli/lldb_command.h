// "nodeheap lldb": nodeheap's commands inside LLDB.
#pragma once

#include <span>
#include <string>

#include "nodeheap/result.h"

namespace nodeheap::cli {

// `words` is "install" or "uninstall", which edit ~/.lldbinit, or a core, for which LLDB takes the
// place of this program; `executable` is that of the core, or empty. Returns what to print.
Result<std::string> RunLldb(std::span<const std::string> words, const std::string& executable);

}  // namespace nodeheap::cli
