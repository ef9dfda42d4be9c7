#include "queries/core_only.h"

#include <fmt/format.h>

namespace nodeheap {

Result<Process*> RequireProcess(const Session& dump, std::string_view query) {
  if (Process* const process = dump.process()) return process;
  return std::unexpected(Error{
      .code = ErrorCode::kInvalidArgument,
      .message = fmt::format("is a heap snapshot, which has nothing that {} could show", query),
      .hint = "only a core has the memory and the threads of the process",
      .file = dump.source().path});
}

std::string AddressText(uint64_t address) { return fmt::format("0x{:x}", address); }

}  // namespace nodeheap
