#include "plugin/expressions.h"

#include <fmt/format.h>

#include <string>

namespace nodeheap::plugin {
namespace {

Result<uint64_t> Evaluate(lldb::SBDebugger& debugger, const std::string& name) {
  lldb::SBFrame frame =
      debugger.GetSelectedTarget().GetProcess().GetSelectedThread().GetSelectedFrame();
  lldb::SBValue value = frame.FindRegister(name.c_str() + 1);
  if (!value.IsValid()) value = frame.FindValue(name.c_str(), lldb::eValueTypeConstResult);
  lldb::SBError error;
  const uint64_t address = value.GetValueAsUnsigned(error, 0);
  if (value.IsValid() && error.Success()) return address;
  return std::unexpected(
      Error{.code = ErrorCode::kNotFound,
            .message = fmt::format("the selected frame has no register or result \"{}\"", name),
            .hint = "register read lists the registers"});
}

bool IsAddress(const Param& param) {
  return param.kind == ParamKind::kNode || param.name == "address";
}

}  // namespace

Result<void> EvaluateNodes(const QueryInfo& query, lldb::SBDebugger& debugger,
                           Arguments::Values& values) {
  for (const Param& param : query.params) {
    const auto value = values.find(param.name);
    if (!IsAddress(param) || value == values.end() || !value->second.starts_with('$')) continue;
    NH_TRY(const uint64_t address, Evaluate(debugger, value->second));
    value->second = fmt::format("0x{:x}", address);
  }
  return {};
}

}  // namespace nodeheap::plugin
