// Links the parts of the library that need other libraries, and sees an error come back as a value.
#include <nodeheap/snapshot.h>
#include <nodeheap/version.h>

#include <cstdio>

int main() {
  nodeheap::Progress progress;
  const auto graph = nodeheap::LoadSnapshot("does-not-exist.heapsnapshot", {}, progress);
  if (graph) return 1;
  std::printf("nodeheap %s: %s\n", nodeheap::kVersion, nodeheap::Describe(graph.error()).c_str());
}
