// The whole of LLDB's API that the plugin sees. Only functions that LLDB has had since version 14
// are called directly, so that one build loads into all versions from there on.
#pragma once

#include <lldb/API/LLDB.h>  // IWYU pragma: export
