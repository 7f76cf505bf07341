// Inner products without any instruction set in particular, and which level has which.
#include "products.h"

namespace likeness {
namespace {

void add(const float* a, const float* b, size_t depth, float* out, size_t stride) {
  for (size_t t = 0; t < depth; t++)
    for (size_t r = 0; r < 4; r++)
      for (size_t c = 0; c < 8; c++) out[r * stride + c] += a[t * 4 + r] * b[t * 8 + c];
}

}  // namespace

const Products kScalarProducts = {"scalar", 4, 8, add};

const Products& productsFor(const Kernels& kernels) {
  (void)kernels;
#if defined(__x86_64__) || defined(_M_X64)
  if (&kernels == &kAvx512Kernels) return kAvx512Products;
  if (&kernels == &kAvx2Kernels) return kAvx2Products;
#elif defined(__aarch64__) || defined(_M_ARM64)
  if (&kernels == &kNeonKernels) return kNeonProducts;
#endif
  return kScalarProducts;
}

}  // namespace likeness
