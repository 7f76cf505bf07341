// Inner products of float vectors, a tile at a time: what each instruction set offers.
#pragma once

#include <cstddef>
#include <string>

#include "kernels.h"

namespace likeness {

/**
 * Adds to a tile: out[r * stride + c] += sum over t of a[t * rows + r] * b[t * columns + c].
 * @param a `rows` vectors beside each other, one number of each after the other
 * @param b `columns` vectors in the same way
 * @param depth numbers of each
 */
using ProductKernel = void (*)(const float* a, const float* b, size_t depth, float* out, size_t stride);

struct Products {
  const char* level;
  /** Of a tile. */
  size_t rows;
  size_t columns;
  ProductKernel add;
};

/** The most that any level has. */
constexpr size_t kMostTileRows = 12;
constexpr size_t kMostTileColumns = 32;

/** By the name of a level that this machine has. */
const Products& productsFor(const Kernels& kernels);

extern const Products kScalarProducts;
#if defined(__x86_64__) || defined(_M_X64)
extern const Products kAvx2Products;
extern const Products kAvx512Products;
#elif defined(__aarch64__) || defined(_M_ARM64)
extern const Products kNeonProducts;
#endif

}  // namespace likeness
