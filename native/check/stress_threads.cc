// Searches beside a thread that appends, overwrites and removes, and others that compact: for ThreadSanitizer, which
// tells where two of them touch the same memory without a lock. Prints how many searches there were.
#include <atomic>
#include <cstdio>
#include <random>
#include <thread>
#include <vector>

#include "../src/code_index.h"

using namespace likeness;

namespace {

constexpr size_t kFirst = 60'000;
constexpr size_t kMore = 40'000;
constexpr size_t kStep = 500;
constexpr Shape kShape{8, 256};

std::vector<uint8_t> randomCodes(std::mt19937& random, size_t n) {
  std::vector<uint8_t> codes(n * 8);
  for (auto& byte : codes) byte = static_cast<uint8_t>(random());
  return codes;
}

std::vector<uint32_t> idsFrom(size_t first, size_t n) {
  std::vector<uint32_t> ids(n);
  for (size_t i = 0; i < n; i++) ids[i] = static_cast<uint32_t>(first + i + 1);
  return ids;
}

}  // namespace

int main() {
  std::mt19937 random(5);
  CodeIndex index(kShape, *supportedKernels().back());
  index.append(idsFrom(0, kFirst).data(), randomCodes(random, kFirst).data(), kFirst);
  std::atomic<bool> done{false};
  std::atomic<size_t> searches{0};

  // begin, finish and end are for the thread that writes; run is for any.
  std::vector<std::unique_ptr<CodeIndex::Search>> running;
  auto request = [&random](size_t threads, bool filtered) {
    Request made;
    made.queries = 2;
    made.k = 50;
    made.threads = threads;
    made.tables.resize(2 * 8 * 256);
    for (auto& value : made.tables) value = static_cast<float>(random() % 1000);
    made.filtered = filtered;
    if (filtered) made.selector.assign((kFirst + kMore) / 32 + 1, 0x55555555u);
    return made;
  };
  std::thread compacting([&] {
    while (!done.load()) index.compact();
  });
  for (size_t at = 0; at < kMore; at += kStep) {
    std::vector<std::unique_ptr<CodeIndex::Search>> started;
    std::vector<std::thread> threads;
    for (size_t s = 0; s < 3; s++) started.push_back(index.begin(request(1 + s % 2, s == 2)));
    for (auto& search : started) threads.emplace_back([&index, &search] { index.run(*search); });
    index.append(idsFrom(kFirst + at, kStep).data(), randomCodes(random, kStep).data(), kStep);
    index.overwrite(idsFrom(at, kStep / 5).data(), randomCodes(random, kStep / 5).data(), kStep / 5);
    index.remove(idsFrom(at / 2, kStep / 4).data(), kStep / 4);
    if (at % (4 * kStep) == 0) started[0]->cancel();
    for (auto& thread : threads) thread.join();
    for (auto& search : started) {
      if (index.finish(*search)) searches++;
      index.end(*search);
    }
  }
  done = true;
  compacting.join();
  std::printf("%zu searches, %zu vectors\n", searches.load(), index.size());
  return 0;
}
