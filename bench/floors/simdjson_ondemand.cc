// A floor under any reader of snapshots: simdjson On-Demand visits every integer of "nodes" and
// "edges", adds them up and keeps nothing. It indexes the document with 32-bit offsets, so files
// over 4 GiB are out of its reach.
//
//   simdjson_ondemand FILE

#include <simdjson.h>

#include <chrono>
#include <cstdint>
#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: simdjson_ondemand FILE\n");
    return 2;
  }
  try {
    const auto start = std::chrono::steady_clock::now();
    const simdjson::padded_string text = simdjson::padded_string::load(argv[1]);
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document = parser.iterate(text);
    std::uint64_t count = 0;
    std::uint64_t sum = 0;
    for (const char* section : {"nodes", "edges"}) {
      for (auto element : document[section].get_array()) {
        sum += element.get_uint64();
        ++count;
      }
    }
    const std::chrono::duration<double, std::milli> elapsed =
        std::chrono::steady_clock::now() - start;
    std::printf("total_ms=%.0f integers=%llu sum=%llu\n", elapsed.count(),
                static_cast<unsigned long long>(count), static_cast<unsigned long long>(sum));
  } catch (const simdjson::simdjson_error& error) {
    std::fprintf(stderr, "simdjson_ondemand: %s\n", error.what());
    return 1;
  }
}
