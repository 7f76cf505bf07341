// How codes lie in memory: in blocks of 32, one subquantizer after the other, so that a register looks up many
// photos at once (André, Kermarrec, Le Scouarnec 2017, Quick ADC; FAISS's FastScan).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace likeness {

/** Vectors a block. */
constexpr size_t kBlock = 32;

/** Names as in FAISS. ksub is 256 (8 bits a subquantizer) or 16 (4 bits). */
struct Shape {
  uint32_t M;
  uint32_t ksub;

  /** Bytes of one code as it comes and goes: for 16 centroids two subquantizers a byte, the first in the low half. */
  size_t codeSize() const { return ksub == 16 ? (M + 1) / 2 : M; }
  /** Subquantizers in memory: 4-bit ones come in fours, one for each 128-bit lane of the widest register. */
  size_t rows() const { return ksub == 16 ? (M + 3) / 4 * 4 : M; }
  size_t blockBytes() const { return rows() * (ksub == 16 ? kBlock / 2 : kBlock); }
};

/**
 * The byte of a row of 16 in which vector v of a block has its 4 bits: even bytes hold vectors 0 to 7 and, in
 * their high halves, 16 to 23; odd bytes hold 8 to 15 and 24 to 31. Sums then leave the kernels in order.
 */
inline size_t nibbleByte(size_t v) { return 2 * (v % 8) + (v / 8) % 2; }

inline uint8_t readSub(const Shape& shape, const uint8_t* block, size_t m, size_t v) {
  if (shape.ksub != 16) return block[m * kBlock + v];
  const uint8_t byte = block[m * 16 + nibbleByte(v)];
  return v < 16 ? byte & 15 : byte >> 4;
}

inline void writeSub(const Shape& shape, uint8_t* block, size_t m, size_t v, uint8_t value) {
  if (shape.ksub != 16) {
    block[m * kBlock + v] = value;
    return;
  }
  uint8_t& byte = block[m * 16 + nibbleByte(v)];
  byte = v < 16 ? (byte & 0xf0) | value : (byte & 0x0f) | static_cast<uint8_t>(value << 4);
}

/** Writes a packed code into its place. */
inline void writeCode(const Shape& shape, uint8_t* block, size_t v, const uint8_t* code) {
  for (size_t m = 0; m < shape.M; m++) {
    writeSub(shape, block, m, v, shape.ksub == 16 ? (code[m / 2] >> (m % 2 * 4)) & 15 : code[m]);
  }
}

/** Reads a code back, packed. */
inline void readCode(const Shape& shape, const uint8_t* block, size_t v, uint8_t* code) {
  std::memset(code, 0, shape.codeSize());
  for (size_t m = 0; m < shape.M; m++) {
    const uint8_t value = readSub(shape, block, m, v);
    if (shape.ksub == 16)
      code[m / 2] |= static_cast<uint8_t>(value << (m % 2 * 4));
    else
      code[m] = value;
  }
}

/**
 * The distance by lookup. Summed in double precision, so that the order of summing does not show.
 * @param lookup float32, (M, ksub)
 */
inline float distanceAt(const Shape& shape, const float* lookup, const uint8_t* block, size_t v) {
  double sum = 0;
  if (shape.ksub == 16) {
    const uint8_t* byte = block + nibbleByte(v);
    const unsigned shift = v < 16 ? 0 : 4;
    for (size_t m = 0; m < shape.M; m++, byte += 16, lookup += 16) sum += lookup[*byte >> shift & 15];
  } else {
    const uint8_t* byte = block + v;
    for (size_t m = 0; m < shape.M; m++, byte += kBlock, lookup += 256) sum += lookup[*byte];
  }
  return static_cast<float>(sum);
}

}  // namespace likeness
