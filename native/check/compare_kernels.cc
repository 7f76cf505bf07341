// Every level that this machine (or its emulator) has, against the scalar one: sums and hits, bit by bit; inner products of floats
// as near as roundings allow.
// Prints the levels compared; ends with 1 and the case where two differ.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

#include "../src/kernels.h"
#include "../src/products.h"

using namespace likeness;

namespace {

/** A tile of products at a level, number by number. */
bool addsUp(const Products& products, size_t depth, std::mt19937& random) {
  std::normal_distribution<float> normal;
  const size_t stride = products.columns + 3;
  std::vector<float> a(depth * products.rows), b(depth * products.columns), out(products.rows * stride);
  for (auto* numbers : {&a, &b, &out})
    for (float& number : *numbers) number = normal(random);
  std::vector<float> expected = out;
  for (size_t r = 0; r < products.rows; r++) {
    for (size_t c = 0; c < products.columns; c++) {
      double sum = out[r * stride + c];
      for (size_t t = 0; t < depth; t++)
        sum += static_cast<double>(a[t * products.rows + r]) * b[t * products.columns + c];
      expected[r * stride + c] = static_cast<float>(sum);
    }
  }
  products.add(a.data(), b.data(), depth, out.data(), stride);
  for (size_t i = 0; i < out.size(); i++)
    if (std::abs(out[i] - expected[i]) > 1e-4f * (1 + std::abs(expected[i]))) return false;
  return true;
}

}  // namespace

int main() {
  std::mt19937 random(7);
  const Shape shapes[] = {{8, 256}, {16, 16}, {1, 256}, {5, 256}, {32, 256}, {2, 16}, {3, 16}, {13, 16}, {64, 16}};
  for (const Kernels* kernels : supportedKernels()) {
    for (const Shape& shape : shapes) {
      for (const size_t blocks : {size_t{0}, size_t{1}, size_t{2}, size_t{7}, size_t{64}}) {
        std::vector<uint8_t> codes(blocks * shape.blockBytes() + 8192), table(shape.rows() * shape.ksub);
        for (auto& byte : codes) byte = static_cast<uint8_t>(random());
        // Small entries too, whose sums lie below 255.
        const uint32_t most = blocks % 2 ? 256 : 512 / shape.M;
        for (size_t i = 0; i < shape.M * shape.ksub; i++) table[i] = static_cast<uint8_t>(random() % std::min(most, 256u));
        std::vector<uint16_t> expected(blocks * kBlock), got(blocks * kBlock);
        kScalarKernels.sumFor(shape)(shape, codes.data(), blocks, table.data(), expected.data());
        kernels->sumFor(shape)(shape, codes.data(), blocks, table.data(), got.data());
        bool same = expected == got;
        std::vector<uint32_t> list;
        for (uint32_t b = 0; b < blocks; b++)
          if (random() % 3 == 0) list.push_back(b);
        for (const uint16_t bound : {uint16_t{0}, uint16_t{100}, uint16_t{254}, uint16_t{255}, static_cast<uint16_t>(shape.M * 110),
                                     static_cast<uint16_t>(shape.M * 127), uint16_t{UINT16_MAX}}) {
          for (const bool listed : {false, true}) {
            const size_t count = listed ? list.size() : blocks;
            std::vector<Hit> hits(blocks + 1), others(blocks + 1);
            const auto* from = listed ? list.data() : nullptr;
            const size_t found =
                kScalarKernels.findFor(shape)(shape, codes.data(), from, count, table.data(), bound, hits.data());
            same = same && found == kernels->findFor(shape)(shape, codes.data(), from, count, table.data(), bound,
                                                            others.data());
            for (size_t i = 0; same && i < found; i++)
              same = hits[i].block == others[i].block && hits[i].mask == others[i].mask;
          }
        }
        if (!same) {
          std::printf("%s differs from scalar: M %u, ksub %u, %zu blocks\n", kernels->level, shape.M, shape.ksub,
                      blocks);
          return 1;
        }
      }
    }
    for (const size_t depth : {size_t{0}, size_t{1}, size_t{7}, size_t{384}}) {
      if (!addsUp(productsFor(*kernels), depth, random)) {
        std::printf("%s adds up products wrongly at a depth of %zu\n", kernels->level, depth);
        return 1;
      }
    }
    std::printf("%s\n", kernels->level);
  }
  return 0;
}
