// AVX2: 4-bit codes, two subquantizers a register; 8-bit codes by sixteen tables of sixteen and a tree of choices.
#include "kernels.h"

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>

#define TARGET LIKENESS_TARGET("avx2")

namespace likeness {
namespace {

/** Of 32 sums in 16 bits: vectors 0 to 15 and 16 to 31. */
struct Sums {
  __m256i first;
  __m256i second;
};

TARGET LIKENESS_INLINE __m256i load(const uint8_t* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

/** The same 16 bytes in both lanes: a load alone, where spreading out what was loaded would take the shuffles' room. */
TARGET LIKENESS_INLINE __m256i loadTwice(const uint8_t* from) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}

/** The lanes of each hold different subquantizers of the same eight vectors: add them up, one lane for each. */
TARGET LIKENESS_INLINE __m256i addLanes(__m256i even, __m256i odd) {
  return _mm256_add_epi16(_mm256_permute2x128_si256(even, odd, 0x20), _mm256_permute2x128_si256(even, odd, 0x31));
}

TARGET LIKENESS_INLINE Sums sumBlock4(const uint8_t* block, Table table, size_t rows) {
  const __m256i low = _mm256_set1_epi8(15);
  __m256i even0 = _mm256_setzero_si256(), odd0 = even0, even1 = even0, odd1 = even0;
  for (size_t m = 0; m < rows; m += 2) {
    const __m256i codes = load(block + 16 * m);
    const __m256i row = load(table + 16 * m);
    const __m256i first = _mm256_shuffle_epi8(row, _mm256_and_si256(codes, low));
    const __m256i second = _mm256_shuffle_epi8(row, _mm256_and_si256(_mm256_srli_epi16(codes, 4), low));
    even0 = _mm256_add_epi16(even0, first);
    odd0 = _mm256_add_epi16(odd0, _mm256_srli_epi16(first, 8));
    even1 = _mm256_add_epi16(even1, second);
    odd1 = _mm256_add_epi16(odd1, _mm256_srli_epi16(second, 8));
  }
  even0 = _mm256_sub_epi16(even0, _mm256_slli_epi16(odd0, 8));
  even1 = _mm256_sub_epi16(even1, _mm256_slli_epi16(odd1, 8));
  return {addLanes(even0, odd0), addLanes(even1, odd1)};
}

/** 32 tables in 256 entries: each quarter of the codes' high bits halves the tables left to choose from. */
TARGET LIKENESS_INLINE __m256i lookUp8(const uint8_t* row, __m256i codes) {
  const __m256i low = _mm256_and_si256(codes, _mm256_set1_epi8(15));
  // A choice looks at the highest bit of each byte: bits 4 to 7 of the codes, brought there.
  const __m256i bit4 = _mm256_slli_epi16(codes, 3), bit5 = _mm256_slli_epi16(codes, 2),
                bit6 = _mm256_slli_epi16(codes, 1);
  __m256i halves[2];
  for (int h = 0; h < 2; h++) {
    __m256i quarters[2];
    for (int q = 0; q < 2; q++) {
      __m256i pairs[2];
      for (int p = 0; p < 2; p++) {
        const uint8_t* at = row + 128 * h + 64 * q + 32 * p;
        const __m256i table0 = loadTwice(at), table1 = loadTwice(at + 16);
        pairs[p] = _mm256_blendv_epi8(_mm256_shuffle_epi8(table0, low), _mm256_shuffle_epi8(table1, low), bit4);
      }
      quarters[q] = _mm256_blendv_epi8(pairs[0], pairs[1], bit5);
    }
    halves[h] = _mm256_blendv_epi8(quarters[0], quarters[1], bit6);
  }
  return _mm256_blendv_epi8(halves[0], halves[1], codes);
}

TARGET LIKENESS_INLINE Sums sumBlock8(const uint8_t* block, Table table, size_t M) {
  const __m256i zero = _mm256_setzero_si256();
  __m256i first = zero, second = zero;
  for (size_t m = 0; m < M; m++) {
    const __m256i found = lookUp8(table + m * 256, load(block + m * kBlock));
    // Unpacking works lane by lane: these are vectors 0-7, 16-23 and 8-15, 24-31.
    first = _mm256_add_epi16(first, _mm256_unpacklo_epi8(found, zero));
    second = _mm256_add_epi16(second, _mm256_unpackhi_epi8(found, zero));
  }
  return {_mm256_permute2x128_si256(first, second, 0x20), _mm256_permute2x128_si256(first, second, 0x31)};
}

/** Bit v where sum v is at most the limit. */
TARGET LIKENESS_INLINE uint32_t atMost(const Sums& sums, __m256i limit) {
  const __m256i first = _mm256_cmpeq_epi16(_mm256_min_epu16(sums.first, limit), sums.first);
  const __m256i second = _mm256_cmpeq_epi16(_mm256_min_epu16(sums.second, limit), sums.second);
  // Packing, too, works lane by lane.
  const __m256i bytes = _mm256_permute4x64_epi64(_mm256_packs_epi16(first, second), 0xd8);
  return static_cast<uint32_t>(_mm256_movemask_epi8(bytes));
}

TARGET LIKENESS_INLINE __m256i atMostCapped(__m256i sums, __m256i limit) {
  return _mm256_cmpeq_epi8(_mm256_min_epu8(sums, limit), sums);
}

/** Sums in 16 bits, which no number of rows exceeds. */
struct Wide4 {
  const Shape& shape;
  Table table;
  __m256i limit;
  TARGET Wide4(const Shape& of, Table entries, uint16_t bound)
      : shape(of), table(entries), limit(_mm256_set1_epi16(static_cast<short>(bound))) {}
  TARGET LIKENESS_INLINE uint32_t operator()(const uint8_t* block) const {
    return atMost(sumBlock4(block, table, shape.rows()), limit);
  }
};

struct Wide8 {
  const Shape& shape;
  Table table;
  __m256i limit;
  TARGET Wide8(const Shape& of, Table entries, uint16_t bound)
      : shape(of), table(entries), limit(_mm256_set1_epi16(static_cast<short>(bound))) {}
  TARGET LIKENESS_INLINE uint32_t operator()(const uint8_t* block) const {
    return atMost(sumBlock8(block, table, shape.M), limit);
  }
};

/** Bit v where vector v of a block of 4-bit codes has a capped sum of at most the limit. */
TARGET LIKENESS_INLINE uint32_t atMostCapped4(__m256i first, __m256i second, __m256i limit) {
  const __m256i sums = _mm256_adds_epu8(_mm256_permute2x128_si256(first, second, 0x20),
                                        _mm256_permute2x128_si256(first, second, 0x31));
  const __m256i found = atMostCapped(sums, limit);
  if (!_mm256_movemask_epi8(found)) return 0;
  // Even bytes before odd ones, as nibbleByte() has them.
  const __m256i inOrder = _mm256_setr_epi8(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15,  //
                                           0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15);
  return static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_shuffle_epi8(found, inOrder)));
}

TARGET LIKENESS_INLINE void addCapped4(__m256i codes, __m256i row, __m256i& first, __m256i& second) {
  const __m256i low = _mm256_set1_epi8(15);
  first = _mm256_adds_epu8(first, _mm256_shuffle_epi8(row, _mm256_and_si256(codes, low)));
  second = _mm256_adds_epu8(second, _mm256_shuffle_epi8(row, _mm256_and_si256(_mm256_srli_epi16(codes, 4), low)));
}

/** Sums capped at 255, which tell as much as whole ones for limits below. */
struct Capped4 {
  const Shape& shape;
  Table table;
  __m256i limit;
  TARGET Capped4(const Shape& of, Table entries, uint16_t bound)
      : shape(of), table(entries), limit(_mm256_set1_epi8(static_cast<char>(bound))) {}
  TARGET LIKENESS_INLINE uint32_t operator()(const uint8_t* block) const {
    __m256i first = _mm256_setzero_si256(), second = first;
    for (size_t m = 0; m < shape.rows(); m += 2) addCapped4(load(block + 16 * m), load(table + 16 * m), first, second);
    return atMostCapped4(first, second, limit);
  }
};

/** The same for 64-bit codes, whose tables all fit into registers. */
struct Capped4Of16 {
  __m256i rows[8];
  __m256i limit;
  TARGET Capped4Of16(Table table, uint16_t bound) : limit(_mm256_set1_epi8(static_cast<char>(bound))) {
    for (size_t m = 0; m < 8; m++) rows[m] = load(table + 32 * m);
  }
  TARGET LIKENESS_INLINE uint32_t operator()(const uint8_t* block) const {
    __m256i first = _mm256_setzero_si256(), second = first;
    for (size_t m = 0; m < 8; m++) addCapped4(load(block + 32 * m), rows[m], first, second);
    return atMostCapped4(first, second, limit);
  }
};

struct Capped8 {
  const Shape& shape;
  Table table;
  __m256i limit;
  TARGET Capped8(const Shape& of, Table entries, uint16_t bound)
      : shape(of), table(entries), limit(_mm256_set1_epi8(static_cast<char>(bound))) {}
  TARGET LIKENESS_INLINE uint32_t operator()(const uint8_t* block) const {
    __m256i sums = _mm256_setzero_si256();
    for (size_t m = 0; m < shape.M; m++)
      sums = _mm256_adds_epu8(sums, lookUp8(table + m * 256, load(block + m * kBlock)));
    return static_cast<uint32_t>(_mm256_movemask_epi8(atMostCapped(sums, limit)));
  }
};

template <typename MaskOf>
TARGET LIKENESS_INLINE size_t findBy(MaskOf maskOf, size_t bytes, const uint8_t* codes, const uint32_t* list,
                                     size_t count, Hit* hits) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    const uint32_t block = list ? list[i] : static_cast<uint32_t>(i);
    const uint32_t mask = maskOf(codes + block * bytes);
    if (mask) hits[found++] = {block, mask};
  }
  return found;
}

TARGET size_t find4(const Shape& shape, const uint8_t* codes, const uint32_t* list, size_t count, Table table,
                    uint16_t bound, Hit* hits) {
  if (bound > kMostCapped) return findBy(Wide4{shape, table, bound}, shape.blockBytes(), codes, list, count, hits);
  if (shape.rows() == 16) return findBy(Capped4Of16{table, bound}, 256, codes, list, count, hits);
  return findBy(Capped4{shape, table, bound}, shape.blockBytes(), codes, list, count, hits);
}

TARGET size_t find8(const Shape& shape, const uint8_t* codes, const uint32_t* list, size_t count, Table table,
                    uint16_t bound, Hit* hits) {
  if (bound > kMostCapped) return findBy(Wide8{shape, table, bound}, shape.blockBytes(), codes, list, count, hits);
  return findBy(Capped8{shape, table, bound}, shape.blockBytes(), codes, list, count, hits);
}

TARGET LIKENESS_INLINE void store(uint16_t* to, const Sums& sums) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), sums.first);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + 16), sums.second);
}

TARGET void sum4(const Shape& shape, const uint8_t* codes, size_t count, Table table, uint16_t* sums) {
  for (size_t i = 0; i < count; i++)
    store(sums + i * kBlock, sumBlock4(codes + i * shape.blockBytes(), table, shape.rows()));
}

TARGET void sum8(const Shape& shape, const uint8_t* codes, size_t count, Table table, uint16_t* sums) {
  for (size_t i = 0; i < count; i++)
    store(sums + i * kBlock, sumBlock8(codes + i * shape.blockBytes(), table, shape.M));
}

}  // namespace

const Kernels kAvx2Kernels = {"avx2", find8, find4, sum8, sum4};

}  // namespace likeness
#endif
