#include "queries/core_only.h"

#include <fmt/format.h>

namespace nodeheap {

Result<Process*> RequireProcess(const QueryInput& input, std::string_view query) {
  if (Process* const process = input.session.process()) return process;
  return std::unexpected(Error{
      .code = ErrorCode::kInvalidArgument,
      .message = fmt::format("is a heap snapshot, which has nothing that {} could show", query),
      .hint = "only a core has the memory and the threads of the process",
      .file = input.session.source().path});
}

std::string AddressText(uint64_t address) { return fmt::format("0x{:x}", address); }

}  // namespace nodeheap
