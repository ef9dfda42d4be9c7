// Handles and requests: what keeps Node's event loop alive. Node keeps two lists of them in each
// environment, of C++ objects that wrap those of libuv and are wrapped by JavaScript ones
// (node/src/handle_wrap.h, req_wrap.h). The lists are recognised by their shape.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/environments.h"

namespace nodeheap::node {

struct Wrap {
  v8::Address address = 0;      // of the C++ object
  v8::Tagged object = 0;        // its wrapper in JavaScript
  std::string class_name = {};  // the wrapper's: "TCP", "FSReqCallback"
  v8::Tagged owner = 0;         // what the program knows, such as a Socket; 0 if there is none
  std::string owner_class = {};
  // Handles only.
  std::string_view uv_type = {};  // "tcp", "timer"
  bool active = false;
  bool referenced = false;  // keeps the event loop alive, if it is active
  bool closing = false;
};

struct Wraps {
  std::vector<Wrap> handles;
  std::vector<Wrap> requests;
};

// nullopt if there is no list that has anything in it.
std::optional<Wraps> FindWraps(const v8::Runtime& runtime, const Environment& environment);

}  // namespace nodeheap::node
