#include "memory/core_notes.h"

#include <algorithm>
#include <csignal>
#include <string_view>

#include "memory/core_registers.h"

namespace nodeheap {
namespace {

// Offsets into elf_prstatus, elf_prpsinfo and siginfo_t, which are the same on x64 and arm64.
constexpr uint64_t kStatusSignal = 12;  // pr_cursig, 16 bits
constexpr uint64_t kStatusThread = 32;  // pr_pid
constexpr uint64_t kStatusRegisters = 112;
constexpr uint64_t kInfoProcess = 24;  // pr_pid
constexpr uint64_t kInfoCommand = 40;
constexpr uint64_t kInfoCommandBytes = 16;
constexpr uint64_t kInfoArguments = 56;
constexpr uint64_t kInfoArgumentsBytes = 80;
constexpr uint64_t kSignalNumber = 0;
constexpr uint64_t kSignalCode = 8;
constexpr uint64_t kSignalAddress = 16;
constexpr uint64_t kSignalSender = 16;

// Text that ends at a NUL or with its field.
std::string TextIn(Bytes bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return std::string(text.substr(0, text.find('\0')));
}

void ReadThread(Bytes status, Architecture architecture, CoreNotes& core) {
  const auto signal = ReadAt<uint16_t>(status, kStatusSignal);
  const auto id = ReadAt<uint32_t>(status, kStatusThread);
  if (!signal || !id) return;
  // gcore of a live process writes 0, and other debuggers the SIGSTOP that they stopped it with. No
  // kernel writes a core for that.
  if (core.threads.empty()) core.signal.number = *signal == SIGSTOP ? 0 : *signal;
  ThreadState thread = ReadRegisters(Slice(status, kStatusRegisters, status.size()), architecture);
  thread.id = *id;
  core.threads.push_back(std::move(thread));
}

// Linux writes one for the process, after the status of the first thread; gdb writes one for each
// thread after its status, and that of a live process tells how gdb stopped it.
void ReadSignal(Bytes info, CoreNotes& core) {
  const auto number = ReadAt<int32_t>(info, kSignalNumber);
  const auto code = ReadAt<int32_t>(info, kSignalCode);
  SignalInfo& signal = core.signal;
  if (core.threads.size() != 1 || number != signal.number || !code) return;
  signal.code = *code;
  switch (*number) {
    case SIGSEGV:
    case SIGBUS:
    case SIGILL:
    case SIGFPE:
    case SIGTRAP:
      if (*code > 0) signal.address = ReadAt<uint64_t>(info, kSignalAddress).value_or(0);
      break;
    default:
      break;
  }
  if (*code == SI_USER || *code == SI_QUEUE || *code == SI_TKILL)
    signal.sender = ReadAt<uint32_t>(info, kSignalSender).value_or(0);
}

void ReadProcess(Bytes info, CoreNotes& core) {
  core.process_id = ReadAt<uint32_t>(info, kInfoProcess).value_or(0);
  core.command = TextIn(Slice(info, kInfoCommand, kInfoCommandBytes));
  core.arguments = TextIn(Slice(info, kInfoArguments, kInfoArgumentsBytes));
  while (core.arguments.ends_with(' ')) core.arguments.pop_back();  // Linux appends one
}

void ReadAuxiliaryVector(Bytes vector, CoreNotes& core) {
  for (uint64_t at = 0;; at += sizeof(Elf64_auxv_t)) {
    const auto entry = ReadAt<Elf64_auxv_t>(vector, at);
    if (!entry || entry->a_type == AT_NULL) return;
    if (entry->a_type == AT_PHDR) core.program_headers = entry->a_un.a_val;
    if (entry->a_type == AT_EXECFN) core.executable_name = entry->a_un.a_val;
  }
}

// Two words, the number of mappings and the size of a page; three words for each mapping; then as
// many paths, each with a NUL.
void ReadFiles(Bytes note, CoreNotes& core) {
  struct Row {
    uint64_t start;
    uint64_t end;
    uint64_t page;
  };
  constexpr uint64_t kRows = 2 * sizeof(uint64_t);
  const auto count = ReadAt<uint64_t>(note, 0);
  const auto page_bytes = ReadAt<uint64_t>(note, sizeof(uint64_t));
  if (!count || !page_bytes || *count > note.size() / sizeof(Row)) return;
  uint64_t path_at = kRows + *count * sizeof(Row);
  for (uint64_t i = 0; i < *count; ++i) {
    const auto row = ReadAt<Row>(note, kRows + i * sizeof(Row));
    const Bytes rest = Slice(note, path_at, note.size());
    if (!row || rest.empty()) return;
    core.files.push_back({.start = row->start,
                          .end = row->end,
                          .offset = row->page * *page_bytes,
                          .path = TextIn(rest)});
    path_at += core.files.back().path.size() + 1;
  }
}

// Linux tells these of each thread, after its status.
void ReadArm64(const ElfNote& note, CoreNotes& core) {
  if (note.type == NT_ARM_TLS && !core.threads.empty())
    core.threads.back().tls = ReadAt<uint64_t>(note.contents, 0).value_or(0);
  // struct user_pac_mask: that of data, then that of instructions.
  if (note.type == NT_ARM_PAC_MASK)
    core.signature_bits = ReadAt<uint64_t>(note.contents, sizeof(uint64_t)).value_or(0);
}

void ReadNote(const ElfNote& note, Architecture architecture, CoreNotes& core) {
  if (note.owner == "LINUX" && architecture == Architecture::kArm64) ReadArm64(note, core);
  if (note.owner != "CORE") return;
  switch (note.type) {
    case NT_PRSTATUS:
      return ReadThread(note.contents, architecture, core);
    case NT_SIGINFO:
      return ReadSignal(note.contents, core);
    case NT_PRPSINFO:
      return ReadProcess(note.contents, core);
    case NT_AUXV:
      return ReadAuxiliaryVector(note.contents, core);
    case NT_FILE:
      return ReadFiles(note.contents, core);
    default:
      return;
  }
}

}  // namespace

CoreNotes ReadCoreNotes(Bytes file, std::span<const Elf64_Phdr> headers,
                        Architecture architecture) {
  CoreNotes core;
  uint64_t bytes_left = file.size();  // damaged segments may overlap
  for (const Elf64_Phdr& header : headers) {
    if (header.p_type != PT_NOTE) continue;
    const Bytes segment =
        Slice(file, header.p_offset, std::min<uint64_t>(header.p_filesz, bytes_left));
    bytes_left -= segment.size();
    NoteReader notes(segment, header.p_align);
    while (const auto note = notes.Next()) ReadNote(*note, architecture, core);
  }
  if (core.process_id == 0 && !core.threads.empty()) core.process_id = core.threads.front().id;
  return core;
}

}  // namespace nodeheap
