// Inner products with NEON: tiles of 6 by 16, whose sums take 24 of the 32 registers.
#include "products.h"

#if defined(__aarch64__) || defined(_M_ARM64)
#include <arm_neon.h>

namespace likeness {
namespace {

void add(const float* a, const float* b, size_t depth, float* out, size_t stride) {
  constexpr size_t kRows = 6;
  float32x4_t sums[kRows][4];
  LIKENESS_UNROLL
  for (size_t r = 0; r < kRows; r++)
    LIKENESS_UNROLL
    for (size_t c = 0; c < 4; c++) sums[r][c] = vdupq_n_f32(0);
  for (size_t t = 0; t < depth; t++) {
    float32x4_t of[4];
    LIKENESS_UNROLL
    for (size_t c = 0; c < 4; c++) of[c] = vld1q_f32(b + t * 16 + 4 * c);
    LIKENESS_UNROLL
  for (size_t r = 0; r < kRows; r++)
    for (size_t c = 0; c < 4; c++) sums[r][c] = vfmaq_n_f32(sums[r][c], of[c], a[t * kRows + r]);
  }
  LIKENESS_UNROLL
  for (size_t r = 0; r < kRows; r++)
    LIKENESS_UNROLL
    for (size_t c = 0; c < 4; c++) {
      float* to = out + r * stride + 4 * c;
      vst1q_f32(to, vaddq_f32(vld1q_f32(to), sums[r][c]));
    }
}

}  // namespace

const Products kNeonProducts = {"neon", 6, 16, add};

}  // namespace likeness
#endif
