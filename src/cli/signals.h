// Ctrl-C, a closed pipe, and input that shrinks while it is mapped.
#pragma once

#include <string>

namespace nodeheap::cli {

// An interrupt then ends the program at once, whatever it is doing: there is nothing to tidy up but
// what is named here.
void InstallSignalHandlers();

// The line to leave on stderr when reading mapped input fails (SIGBUS).
void SetLostInputMessage(const std::string& line);

// A file to remove should the program end by a signal; empty: none.
void SetTemporaryFile(const std::string& path);

// Whether a line of progress stands on the terminal, to be removed should the program end by a
// signal.
void SetProgressShown(bool shown);

}  // namespace nodeheap::cli
