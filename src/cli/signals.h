// Ctrl-C, a closed pipe, and input that shrinks while it is mapped.
#pragma once

#include <string>

namespace nodeheap::cli {

void InstallSignalHandlers();

// True once the user wants the program to end. A second Ctrl-C ends it at once.
bool Interrupted();

// The line to leave on stderr when reading mapped input fails (SIGBUS).
void SetLostInputMessage(const std::string& line);

// A file to remove should the program end by a signal; empty: none.
void SetTemporaryFile(const std::string& path);

}  // namespace nodeheap::cli
