// Inner products with AVX2 and FMA (tiles of 6 by 16) and with AVX-512 (12 by 32): sums stay in registers over the whole depth,
// beside which two loads and as many broadcasts as there are rows are all that a step takes.
#include "products.h"

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>

namespace likeness {
namespace {

LIKENESS_TARGET("avx2,fma") void addAvx2(const float* a, const float* b, size_t depth, float* out, size_t stride) {
  constexpr size_t kRows = 6;
  __m256 sums[kRows][2];
  LIKENESS_UNROLL
  for (size_t r = 0; r < kRows; r++) sums[r][0] = sums[r][1] = _mm256_setzero_ps();
  for (size_t t = 0; t < depth; t++) {
    const __m256 left = _mm256_loadu_ps(b + t * 16), right = _mm256_loadu_ps(b + t * 16 + 8);
    LIKENESS_UNROLL
    for (size_t r = 0; r < kRows; r++) {
      const __m256 one = _mm256_broadcast_ss(a + t * kRows + r);
      sums[r][0] = _mm256_fmadd_ps(one, left, sums[r][0]);
      sums[r][1] = _mm256_fmadd_ps(one, right, sums[r][1]);
    }
  }
  LIKENESS_UNROLL
  for (size_t r = 0; r < kRows; r++) {
    float* to = out + r * stride;
    _mm256_storeu_ps(to, _mm256_add_ps(_mm256_loadu_ps(to), sums[r][0]));
    _mm256_storeu_ps(to + 8, _mm256_add_ps(_mm256_loadu_ps(to + 8), sums[r][1]));
  }
}

LIKENESS_TARGET("avx512f") void addAvx512(const float* a, const float* b, size_t depth, float* out, size_t stride) {
  constexpr size_t kRows = 12;
  __m512 sums[kRows][2];
  LIKENESS_UNROLL
  for (size_t r = 0; r < kRows; r++) sums[r][0] = sums[r][1] = _mm512_setzero_ps();
  for (size_t t = 0; t < depth; t++) {
    const __m512 left = _mm512_loadu_ps(b + t * 32), right = _mm512_loadu_ps(b + t * 32 + 16);
    LIKENESS_UNROLL
    for (size_t r = 0; r < kRows; r++) {
      const __m512 one = _mm512_set1_ps(a[t * kRows + r]);
      sums[r][0] = _mm512_fmadd_ps(one, left, sums[r][0]);
      sums[r][1] = _mm512_fmadd_ps(one, right, sums[r][1]);
    }
  }
  LIKENESS_UNROLL
  for (size_t r = 0; r < kRows; r++) {
    float* to = out + r * stride;
    _mm512_storeu_ps(to, _mm512_add_ps(_mm512_loadu_ps(to), sums[r][0]));
    _mm512_storeu_ps(to + 16, _mm512_add_ps(_mm512_loadu_ps(to + 16), sums[r][1]));
  }
}

}  // namespace

const Products kAvx2Products = {"avx2", 6, 16, addAvx2};
const Products kAvx512Products = {"avx512", 12, 32, addAvx512};

}  // namespace likeness
#endif
