#include "plugin/expressions.h"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <string_view>

namespace nodeheap::plugin {
namespace {

std::unexpected<Error> NotFound(std::string message, std::string hint = {}) {
  return std::unexpected(
      Error{.code = ErrorCode::kNotFound, .message = std::move(message), .hint = std::move(hint)});
}

// Of 16 or 10.
Result<uint64_t> Number(std::string_view text) {
  const int base = text.starts_with("0x") ? 16 : 10;
  const std::string_view digits = base == 16 ? text.substr(2) : text;
  uint64_t number = 0;
  const auto [end, failed] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (failed == std::errc{} && end == digits.data() + digits.size()) return number;
  return NotFound(fmt::format("\"{}\" is no number", text));
}

Result<uint64_t> Register(lldb::SBDebugger& debugger, const std::string& name) {
  lldb::SBFrame frame =
      debugger.GetSelectedTarget().GetProcess().GetSelectedThread().GetSelectedFrame();
  lldb::SBValue value = frame.FindRegister(name.c_str() + 1);
  if (!value.IsValid()) value = frame.FindValue(name.c_str(), lldb::eValueTypeConstResult);
  lldb::SBError error;
  const uint64_t address = value.GetValueAsUnsigned(error, 0);
  if (value.IsValid() && error.Success()) return address;
  return NotFound(fmt::format("the selected frame has no register or result \"{}\"", name),
                  "register read lists the registers");
}

// "$rbp", "$rbp+16", "0x7f00-8"
Result<uint64_t> Sum(lldb::SBDebugger& debugger, std::string_view text) {
  const size_t sign = text.find_first_of("+-");
  const std::string_view first = text.substr(0, sign);
  NH_TRY(const uint64_t base,
         first.starts_with('$') ? Register(debugger, std::string(first)) : Number(first));
  if (sign == std::string_view::npos) return base;
  NH_TRY(const uint64_t offset, Number(text.substr(sign + 1)));
  return text[sign] == '+' ? base + offset : base - offset;
}

// "*$rsp" and "*($rbp+16)" are what lies there.
Result<uint64_t> Evaluate(lldb::SBDebugger& debugger, std::string_view text) {
  if (!text.starts_with('*')) return Sum(debugger, text);
  text.remove_prefix(1);
  if (text.starts_with('(') && text.ends_with(')')) text = text.substr(1, text.size() - 2);
  NH_TRY(const uint64_t address, Sum(debugger, text));
  lldb::SBError error;
  const uint64_t word =
      debugger.GetSelectedTarget().GetProcess().ReadPointerFromMemory(address, error);
  if (error.Success()) return word;
  return NotFound(fmt::format("the memory at 0x{:x} cannot be read", address));
}

bool IsAddress(const Param& param) {
  return param.kind == ParamKind::kNode || param.name == "address" || param.name == "function";
}

bool IsName(std::string_view text) {
  const char first = text.empty() ? '0' : text[0];
  return (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '_';
}

bool TakesFrame(const QueryInfo& query) {
  for (const Param& param : query.params)
    if (param.name == "frame") return true;
  return false;
}

// By what print says of it.
Result<std::string> AddressOfName(const std::string& name, const FrameChoice& frame,
                                  Session& session, Progress& progress) {
  const QueryInfo& print = *FindQuery("print");
  Arguments::Values values = {{"node", name}};
  frame.AddTo(print, values);
  NH_TRY(const Arguments arguments, Arguments::Parse(print, values));
  NH_TRY(const Report report, RunQuery(print, {.session = session,
                                               .second = nullptr,
                                               .arguments = arguments,
                                               .progress = progress}));
  const Table& table = report.tables.front();
  for (size_t i = 0; i < table.fields.size(); ++i)
    if (const auto* id = std::get_if<std::string>(&table.rows.front()[i]);
        id != nullptr && table.fields[i].key == "id")
      return *id;
  return NotFound(fmt::format("\"{}\" is no object", name), "v8 print shows it");
}

}  // namespace

Result<void> EvaluateAddresses(const QueryInfo& query, const FrameChoice& frame, Session& session,
                               lldb::SBDebugger& debugger, Progress& progress,
                               Arguments::Values& values) {
  for (const Param& param : query.params) {
    const auto value = values.find(param.name);
    if (!IsAddress(param) || value == values.end() || value->second.empty()) continue;
    std::string& text = value->second;
    if (text[0] == '$' || text[0] == '*') {
      NH_TRY(const uint64_t address, Evaluate(debugger, text));
      text = fmt::format("0x{:x}", address);
    } else if (IsName(text) && (param.kind != ParamKind::kNode || !TakesFrame(query))) {
      // The others know names themselves, of what is no object too.
      NH_TRY(text, AddressOfName(text, frame, session, progress));
    }
  }
  return {};
}

}  // namespace nodeheap::plugin
