// NEON, which every 64-bit ARM has: 4-bit codes one subquantizer a register, 8-bit codes by four tables of 64.
#include "kernels.h"

#if defined(__aarch64__) || defined(_M_ARM64)
#include <arm_neon.h>

namespace likeness {
namespace {

/** Of 32 sums in 16 bits, eight each. */
struct Sums {
  uint16x8_t eights[4];
};

LIKENESS_INLINE Sums sumBlock4(const uint8_t* block, Table table, size_t rows) {
  const uint8x16_t low = vdupq_n_u8(15);
  uint16x8_t even0 = vdupq_n_u16(0), odd0 = even0, even1 = even0, odd1 = even0;
  for (size_t m = 0; m < rows; m++) {
    const uint8x16_t codes = vld1q_u8(block + 16 * m);
    const uint8x16_t row = vld1q_u8(table + 16 * m);
    const uint16x8_t first = vreinterpretq_u16_u8(vqtbl1q_u8(row, vandq_u8(codes, low)));
    const uint16x8_t second = vreinterpretq_u16_u8(vqtbl1q_u8(row, vshrq_n_u8(codes, 4)));
    // Even bytes are summed together with 256 times the odd ones, which are taken off at the end.
    even0 = vaddq_u16(even0, first);
    odd0 = vsraq_n_u16(odd0, first, 8);
    even1 = vaddq_u16(even1, second);
    odd1 = vsraq_n_u16(odd1, second, 8);
  }
  even0 = vsubq_u16(even0, vshlq_n_u16(odd0, 8));
  even1 = vsubq_u16(even1, vshlq_n_u16(odd1, 8));
  return {{even0, odd0, even1, odd1}};
}

LIKENESS_INLINE uint8x16_t lookUp8(const uint8x16x4_t* quarters, uint8x16_t codes) {
  // Codes outside the 64 of a table leave what was found before.
  const uint8x16_t step = vdupq_n_u8(64);
  uint8x16_t found = vqtbl4q_u8(quarters[0], codes);
  for (int q = 1; q < 4; q++) {
    codes = vsubq_u8(codes, step);
    found = vqtbx4q_u8(found, quarters[q], codes);
  }
  return found;
}

LIKENESS_INLINE Sums sumBlock8(const uint8_t* block, Table table, size_t M) {
  Sums sums;
  for (auto& eight : sums.eights) eight = vdupq_n_u16(0);
  for (size_t m = 0; m < M; m++) {
    uint8x16x4_t quarters[4];
    for (int q = 0; q < 4; q++) {
      for (int t = 0; t < 4; t++) quarters[q].val[t] = vld1q_u8(table + m * 256 + 64 * q + 16 * t);
    }
    for (int half = 0; half < 2; half++) {
      const uint8x16_t found = lookUp8(quarters, vld1q_u8(block + m * kBlock + 16 * half));
      sums.eights[2 * half] = vaddw_u8(sums.eights[2 * half], vget_low_u8(found));
      sums.eights[2 * half + 1] = vaddw_u8(sums.eights[2 * half + 1], vget_high_u8(found));
    }
  }
  return sums;
}

/** Bit v where sum v is at most the limit. */
LIKENESS_INLINE uint32_t atMost(const Sums& sums, uint16x8_t limit) {
  static const uint16_t kBits[8] = {1, 2, 4, 8, 16, 32, 64, 128};
  const uint16x8_t bits = vld1q_u16(kBits);
  uint32_t mask = 0;
  for (int e = 0; e < 4; e++)
    mask |= static_cast<uint32_t>(vaddvq_u16(vandq_u16(vcleq_u16(sums.eights[e], limit), bits))) << (8 * e);
  return mask;
}

/** Whether any sum is at most the limit: asked of each block, while the bits are wanted of few. */
LIKENESS_INLINE bool anyAtMost(const Sums& sums, uint16_t bound) {
  return vminvq_u16(vminq_u16(vminq_u16(sums.eights[0], sums.eights[1]), vminq_u16(sums.eights[2], sums.eights[3]))) <=
         bound;
}

/** Of 32 sums that stop at 255: for 4-bit codes in the order of nibbleByte(). */
struct CappedSums {
  uint8x16_t first;
  uint8x16_t second;
};

LIKENESS_INLINE CappedSums cappedBlock4(const uint8_t* block, Table table, size_t rows) {
  const uint8x16_t low = vdupq_n_u8(15);
  uint8x16_t first = vdupq_n_u8(0), second = first;
  for (size_t m = 0; m < rows; m++) {
    const uint8x16_t codes = vld1q_u8(block + 16 * m);
    const uint8x16_t row = vld1q_u8(table + 16 * m);
    first = vqaddq_u8(first, vqtbl1q_u8(row, vandq_u8(codes, low)));
    second = vqaddq_u8(second, vqtbl1q_u8(row, vshrq_n_u8(codes, 4)));
  }
  return {first, second};
}

LIKENESS_INLINE bool anyAtMost(const CappedSums& sums, uint16_t bound) {
  return vminvq_u8(vminq_u8(sums.first, sums.second)) <= bound;
}

/** Bit v where sum v is at most the limit. */
LIKENESS_INLINE uint32_t atMost(const CappedSums& sums, uint8x16_t limit) {
  static const uint8_t kBits[8] = {1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x8_t bits = vld1_u8(kBits);
  // Vectors 0 to 7 and 16 to 23, then 8 to 15 and 24 to 31.
  const uint8x16_t even = vcleq_u8(vuzp1q_u8(sums.first, sums.second), limit);
  const uint8x16_t odd = vcleq_u8(vuzp2q_u8(sums.first, sums.second), limit);
  const auto byteOf = [&](uint8x8_t eight) { return static_cast<uint32_t>(vaddv_u8(vand_u8(eight, bits))); };
  return byteOf(vget_low_u8(even)) | byteOf(vget_low_u8(odd)) << 8 | byteOf(vget_high_u8(even)) << 16 |
         byteOf(vget_high_u8(odd)) << 24;
}

size_t findCapped4(const Shape& shape, const uint8_t* codes, const uint32_t* list, size_t count, Table table,
                   uint16_t bound, Hit* hits) {
  const uint8x16_t limit = vdupq_n_u8(static_cast<uint8_t>(bound));
  const size_t bytes = shape.blockBytes(), rows = shape.rows();
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    const uint32_t block = list ? list[i] : static_cast<uint32_t>(i);
    const CappedSums sums = cappedBlock4(codes + block * bytes, table, rows);
    if (anyAtMost(sums, bound)) hits[found++] = {block, atMost(sums, limit)};
  }
  return found;
}

template <bool Four>
size_t find(const Shape& shape, const uint8_t* codes, const uint32_t* list, size_t count, Table table, uint16_t bound,
            Hit* hits) {
  if (Four && bound <= kMostCapped) return findCapped4(shape, codes, list, count, table, bound, hits);
  const uint16x8_t limit = vdupq_n_u16(bound);
  const size_t bytes = shape.blockBytes(), rows = shape.rows();
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    const uint32_t block = list ? list[i] : static_cast<uint32_t>(i);
    const Sums sums =
        Four ? sumBlock4(codes + block * bytes, table, rows) : sumBlock8(codes + block * bytes, table, rows);
    if (anyAtMost(sums, bound)) hits[found++] = {block, atMost(sums, limit)};
  }
  return found;
}

template <bool Four>
void sum(const Shape& shape, const uint8_t* codes, size_t count, Table table, uint16_t* out) {
  for (size_t i = 0; i < count; i++) {
    const uint8_t* block = codes + i * shape.blockBytes();
    const Sums sums = Four ? sumBlock4(block, table, shape.rows()) : sumBlock8(block, table, shape.rows());
    for (int e = 0; e < 4; e++) vst1q_u16(out + i * kBlock + 8 * e, sums.eights[e]);
  }
}

}  // namespace

const Kernels kNeonKernels = {"neon", find<false>, find<true>, sum<false>, sum<true>};

}  // namespace likeness
#endif
