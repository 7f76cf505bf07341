// AVX-512 with byte permutes (VBMI: Intel since Ice Lake, AMD since Zen 4).
#include "kernels.h"

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>

#define TARGET LIKENESS_TARGET("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi")

namespace likeness {
namespace {

/** Bytes ahead that are asked of memory where blocks are read in a row: a page, before which the processor's own
 * foresight stops. */
constexpr size_t kBytesAhead = 4096;
/** Blocks ahead that are asked of memory where blocks are not read in a row. */
constexpr size_t kAhead = 32;

TARGET LIKENESS_INLINE void prefetchBlock(const uint8_t* block, size_t bytes) {
  for (size_t at = 0; at < bytes; at += 64) LIKENESS_PREFETCH(block + at);
}

/** Table rows, four subquantizers a register: from memory, or held in registers where their number is known. */
struct RowsInMemory {
  Table table;
  TARGET LIKENESS_INLINE __m512i operator[](size_t g) const { return _mm512_loadu_si512(table + 64 * g); }
};
struct FourRows {
  TARGET LIKENESS_INLINE explicit FourRows(Table table)
      : first(_mm512_loadu_si512(table)),
        second(_mm512_loadu_si512(table + 64)),
        third(_mm512_loadu_si512(table + 128)),
        fourth(_mm512_loadu_si512(table + 192)) {}
  TARGET LIKENESS_INLINE __m512i operator[](size_t g) const {
    return g == 0 ? first : g == 1 ? second : g == 2 ? third : fourth;
  }
  __m512i first, second, third, fourth;
};

/** Sums over one block of 4-bit codes; 32 sums of 16 bits, in order. */
template <typename Rows>
TARGET LIKENESS_INLINE __m512i sumBlock4(const uint8_t* block, const Rows& rows, size_t groups) {
  const __m512i low = _mm512_set1_epi8(15);
  __m512i even0 = _mm512_setzero_si512(), odd0 = even0, even1 = even0, odd1 = even0;
  for (size_t g = 0; g < groups; g++) {
    const __m512i codes = _mm512_loadu_si512(block + 64 * g);
    const __m512i row = rows[g];
    const __m512i first = _mm512_shuffle_epi8(row, _mm512_and_si512(codes, low));
    const __m512i second = _mm512_shuffle_epi8(row, _mm512_and_si512(_mm512_srli_epi16(codes, 4), low));
    // Even bytes are summed together with 256 times the odd ones, which are taken off at the end.
    even0 = _mm512_add_epi16(even0, first);
    odd0 = _mm512_add_epi16(odd0, _mm512_srli_epi16(first, 8));
    even1 = _mm512_add_epi16(even1, second);
    odd1 = _mm512_add_epi16(odd1, _mm512_srli_epi16(second, 8));
  }
  even0 = _mm512_sub_epi16(even0, _mm512_slli_epi16(odd0, 8));
  even1 = _mm512_sub_epi16(even1, _mm512_slli_epi16(odd1, 8));
  // The four lanes of each hold different subquantizers of the same eight vectors: add them up, one lane for each.
  const __m512i a = _mm512_add_epi16(_mm512_shuffle_i64x2(even0, odd0, 0x88), _mm512_shuffle_i64x2(even0, odd0, 0xdd));
  const __m512i b = _mm512_add_epi16(_mm512_shuffle_i64x2(even1, odd1, 0x88), _mm512_shuffle_i64x2(even1, odd1, 0xdd));
  return _mm512_add_epi16(_mm512_shuffle_i64x2(a, b, 0x88), _mm512_shuffle_i64x2(a, b, 0xdd));
}

template <typename Rows>
TARGET LIKENESS_INLINE size_t find4Of(size_t groups, const Rows rows, const uint8_t* codes, const uint32_t* list,
                                      size_t count, uint16_t bound, Hit* hits) {
  const size_t bytes = 64 * groups;
  const __m512i limit = _mm512_set1_epi16(static_cast<short>(bound));
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    const uint32_t block = list ? list[i] : static_cast<uint32_t>(i);
    if (list && i + kAhead < count) prefetchBlock(codes + list[i + kAhead] * bytes, bytes);
    if (!list) prefetchBlock(codes + block * bytes + kBytesAhead, bytes);
    const uint32_t mask = _mm512_cmple_epu16_mask(sumBlock4(codes + block * bytes, rows, groups), limit);
    if (mask) hits[found++] = {block, mask};
  }
  return found;
}

TARGET size_t find4(const Shape& shape, const uint8_t* codes, const uint32_t* list, size_t count, Table table,
                    uint16_t bound, Hit* hits) {
  // 64 bits is the common size.
  if (shape.rows() != 16) return find4Of(shape.rows() / 4, RowsInMemory{table}, codes, list, count, bound, hits);
  const FourRows rows(table);
  return list ? find4Of(4, rows, codes, list, count, bound, hits)
              : find4Of(4, rows, codes, nullptr, count, bound, hits);
}

TARGET void sum4(const Shape& shape, const uint8_t* codes, size_t count, Table table, uint16_t* sums) {
  for (size_t i = 0; i < count; i++)
    _mm512_storeu_si512(sums + i * kBlock,
                        sumBlock4(codes + i * shape.blockBytes(), RowsInMemory{table}, shape.rows() / 4));
}

/** Sums over two blocks of 8-bit codes, 64 vectors; even and odd vectors apart. */
TARGET LIKENESS_INLINE void sumPair8(const uint8_t* first, const uint8_t* second, Table table, size_t M,
                                     __m512i& evenOut, __m512i& oddOut) {
  __m512i even = _mm512_setzero_si512(), odd = even;
  for (size_t m = 0; m < M; m++) {
    const __m256i half = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(first + m * kBlock));
    const __m512i codes = _mm512_inserti64x4(
        _mm512_castsi256_si512(half), _mm256_loadu_si256(reinterpret_cast<const __m256i*>(second + m * kBlock)), 1);
    const uint8_t* row = table + m * 256;
    // A permute looks up in 128 entries by the low 7 bits; the highest bit says in which 128.
    const __m512i below = _mm512_permutex2var_epi8(_mm512_loadu_si512(row), codes, _mm512_loadu_si512(row + 64));
    const __m512i above = _mm512_permutex2var_epi8(_mm512_loadu_si512(row + 128), codes, _mm512_loadu_si512(row + 192));
    const __m512i found = _mm512_mask_blend_epi8(_mm512_movepi8_mask(codes), below, above);
    even = _mm512_add_epi16(even, found);
    odd = _mm512_add_epi16(odd, _mm512_srli_epi16(found, 8));
  }
  evenOut = _mm512_sub_epi16(even, _mm512_slli_epi16(odd, 8));
  oddOut = odd;
}

/** Bit i to bit 2 i. */
LIKENESS_INLINE uint32_t spread(uint32_t bits) {
  bits &= 0xffff;
  bits = (bits | (bits << 8)) & 0x00ff00ff;
  bits = (bits | (bits << 4)) & 0x0f0f0f0f;
  bits = (bits | (bits << 2)) & 0x33333333;
  return (bits | (bits << 1)) & 0x55555555;
}

template <size_t Rows>
TARGET LIKENESS_INLINE size_t find8Of(const Shape& shape, const uint8_t* codes, const uint32_t* list, size_t count,
                                      Table table, uint16_t bound, Hit* hits) {
  const size_t M = Rows ? Rows : shape.M;
  const size_t bytes = M * kBlock;
  const __m512i limit = _mm512_set1_epi16(static_cast<short>(bound));
  size_t found = 0;
  for (size_t i = 0; i < count; i += 2) {
    const size_t j = i + 1 < count ? i + 1 : i;
    const uint32_t first = list ? list[i] : static_cast<uint32_t>(i);
    const uint32_t second = list ? list[j] : static_cast<uint32_t>(j);
    if (list && j + kAhead < count) {
      prefetchBlock(codes + list[i + kAhead] * bytes, bytes);
      prefetchBlock(codes + list[j + kAhead] * bytes, bytes);
    }
    if (!list) prefetchBlock(codes + first * bytes + kBytesAhead, 2 * bytes);
    __m512i even, odd;
    sumPair8(codes + first * bytes, codes + second * bytes, table, M, even, odd);
    const uint32_t evens = _mm512_cmple_epu16_mask(even, limit);
    const uint32_t odds = _mm512_cmple_epu16_mask(odd, limit);
    if ((evens | odds) == 0) continue;
    const uint32_t inFirst = spread(evens) | (spread(odds) << 1);
    const uint32_t inSecond = spread(evens >> 16) | (spread(odds >> 16) << 1);
    if (inFirst) hits[found++] = {first, inFirst};
    if (inSecond && j != i) hits[found++] = {second, inSecond};
  }
  return found;
}

TARGET size_t find8(const Shape& shape, const uint8_t* codes, const uint32_t* list, size_t count, Table table,
                    uint16_t bound, Hit* hits) {
  if (shape.M == 8)
    return list ? find8Of<8>(shape, codes, list, count, table, bound, hits)
                : find8Of<8>(shape, codes, nullptr, count, table, bound, hits);
  return find8Of<0>(shape, codes, list, count, table, bound, hits);
}

TARGET void sum8(const Shape& shape, const uint8_t* codes, size_t count, Table table, uint16_t* sums) {
  for (size_t i = 0; i < count; i++) {
    __m512i even, odd;
    const uint8_t* block = codes + i * shape.blockBytes();
    sumPair8(block, block, table, shape.M, even, odd);
    uint16_t evens[32], odds[32];
    _mm512_storeu_si512(evens, even);
    _mm512_storeu_si512(odds, odd);
    for (size_t v = 0; v < kBlock; v++) sums[i * kBlock + v] = v % 2 ? odds[v / 2] : evens[v / 2];
  }
}

}  // namespace

const Kernels kAvx512Kernels = {"avx512", find8, find4, sum8, sum4};

}  // namespace likeness
#endif
