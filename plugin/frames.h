// Which frame of JavaScript names such as `this` belong to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "nodeheap/query.h"
#include "plugin/lldb.h"

namespace nodeheap::plugin {

// Empty texts: the query's own choice, the innermost of JavaScript.
struct FrameChoice {
  std::string number = {};  // as v8 bt counts
  std::string thread = {};

  // Unless the user said another.
  void AddTo(const QueryInfo& query, Arguments::Values& values) const;
};

// The choice of `v8 frame select`; it holds while the process stands where it stood.
class ChosenFrames {
 public:
  void Choose(lldb::SBDebugger& debugger, FrameChoice choice);
  // What was chosen, else the frame that LLDB has selected if it is of JavaScript.
  FrameChoice Get(lldb::SBDebugger& debugger, Session& session, Progress& progress) const;

 private:
  struct Chosen {
    uint32_t process;  // its unique id
    uint32_t stop_id;
    FrameChoice choice;
  };
  std::optional<Chosen> chosen_;
};

}  // namespace nodeheap::plugin
