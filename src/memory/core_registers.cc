#include "memory/core_registers.h"

#include <array>
#include <string_view>

namespace nodeheap {
namespace {

struct Register {
  std::string_view name;
  uint64_t index;  // of its word
};

constexpr auto kX64 = std::to_array<Register>({
    {"rax", 10}, {"rbx", 5}, {"rcx", 11}, {"rdx", 12},     {"rsi", 13},     {"rdi", 14}, {"rbp", 4},
    {"rsp", 19}, {"r8", 9},  {"r9", 8},   {"r10", 7},      {"r11", 6},      {"r12", 3},  {"r13", 2},
    {"r14", 1},  {"r15", 0}, {"rip", 16}, {"rflags", 18},  {"cs", 17},      {"ss", 20},  {"ds", 23},
    {"es", 24},  {"fs", 25}, {"gs", 26},  {"fs_base", 21}, {"gs_base", 22},
});

constexpr auto kArm64 = std::to_array<Register>({
    {"x0", 0},   {"x1", 1},   {"x2", 2},   {"x3", 3},   {"x4", 4},   {"x5", 5},      {"x6", 6},
    {"x7", 7},   {"x8", 8},   {"x9", 9},   {"x10", 10}, {"x11", 11}, {"x12", 12},    {"x13", 13},
    {"x14", 14}, {"x15", 15}, {"x16", 16}, {"x17", 17}, {"x18", 18}, {"x19", 19},    {"x20", 20},
    {"x21", 21}, {"x22", 22}, {"x23", 23}, {"x24", 24}, {"x25", 25}, {"x26", 26},    {"x27", 27},
    {"x28", 28}, {"x29", 29}, {"x30", 30}, {"sp", 31},  {"pc", 32},  {"pstate", 33},
});

}  // namespace

ThreadState ReadRegisters(Bytes bytes, Architecture architecture) {
  ThreadState state;
  const bool x64 = architecture == Architecture::kX64;
  for (const auto& [name, index] : x64 ? std::span<const Register>(kX64) : kArm64) {
    const auto value = ReadAt<uint64_t>(bytes, index * sizeof(uint64_t));
    if (!value) continue;
    state.registers.emplace_back(name, *value);
    if (name == (x64 ? "rip" : "pc")) state.pc = *value;
    if (name == (x64 ? "rsp" : "sp")) state.sp = *value;
    if (name == (x64 ? "rbp" : "x29")) state.fp = *value;
    if (name == "x30") state.lr = *value;
    if (name == "fs_base") state.tls = *value;
  }
  return state;
}

}  // namespace nodeheap
