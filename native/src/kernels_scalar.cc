// The reference: what every other level must agree with, bit by bit.
#include "kernels.h"

namespace likeness {
namespace {

void sumBlock(const Shape& shape, const uint8_t* block, Table table, uint16_t* sums) {
  for (size_t v = 0; v < kBlock; v++) sums[v] = 0;
  for (size_t m = 0; m < shape.M; m++) {
    const uint8_t* row = table + m * shape.ksub;
    for (size_t v = 0; v < kBlock; v++) sums[v] = static_cast<uint16_t>(sums[v] + row[readSub(shape, block, m, v)]);
  }
}

size_t find(const Shape& shape, const uint8_t* codes, const uint32_t* list, size_t count, Table table, uint16_t bound,
            Hit* hits) {
  size_t found = 0;
  uint16_t sums[kBlock];
  for (size_t i = 0; i < count; i++) {
    const uint32_t block = list ? list[i] : static_cast<uint32_t>(i);
    sumBlock(shape, codes + block * shape.blockBytes(), table, sums);
    uint32_t mask = 0;
    for (size_t v = 0; v < kBlock; v++) mask |= static_cast<uint32_t>(sums[v] <= bound) << v;
    if (mask) hits[found++] = {block, mask};
  }
  return found;
}

void sum(const Shape& shape, const uint8_t* codes, size_t count, Table table, uint16_t* sums) {
  for (size_t i = 0; i < count; i++) sumBlock(shape, codes + i * shape.blockBytes(), table, sums + i * kBlock);
}

}  // namespace

const Kernels kScalarKernels = {"scalar", find, find, sum, sum};

}  // namespace likeness
