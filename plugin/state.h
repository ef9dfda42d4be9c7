// What the commands of one debugger share. LLDB runs one command of a debugger at a time.
#pragma once

#include <optional>
#include <string>

#include "nodeheap/query.h"
#include "nodeheap/render.h"
#include "plugin/dumps.h"
#include "plugin/frames.h"
#include "plugin/words.h"

namespace nodeheap::plugin {

struct State {
  Dumps dumps;
  ChosenFrames frames;
  std::string color = "auto";
  unsigned tree_padding = RenderOptions().tree_padding;
  // The question whose next page the user may want.
  struct NextPage {
    const QueryInfo* query = nullptr;
    Request request;
  };
  std::optional<NextPage> next_page;
};

}  // namespace nodeheap::plugin
