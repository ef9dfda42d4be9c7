// `v8 settings set NAME VALUE`.
#pragma once

#include <span>
#include <string>

#include "plugin/lldb.h"
#include "plugin/state.h"

namespace nodeheap::plugin {

std::string SettingsHelp();
Result<void> Set(std::span<const std::string> words, State& state, lldb::SBDebugger& debugger);

}  // namespace nodeheap::plugin
