// What each instruction set offers: sums of 8-bit tables over blocks of codes, in 16 bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "layout.h"

namespace likeness {

/** A block in which something was found, and which of its 32 vectors. */
struct Hit {
  uint32_t block;
  uint32_t mask;
};

/** Lookup tables quantized to 8 bits: uint8, (rows, ksub). Sums of at most 64 of them fit into 16 bits. */
using Table = const uint8_t*;

/** Up to this bound, sums that stop at 255 tell as much as whole ones: twice as many of them fit into a register. */
constexpr uint16_t kMostCapped = 254;

/**
 * Finds the vectors whose sum is at most `bound`.
 * @param codes the first block
 * @param list numbers of the blocks to look at, or null for the first `count`
 * @param hits room for `count`
 * @returns hits written, in the order of the blocks
 */
using FindKernel = size_t (*)(const Shape&, const uint8_t* codes, const uint32_t* list, size_t count, Table,
                              uint16_t bound, Hit* hits);

/** All sums: uint16, (count * 32), for `count` blocks side by side. What tests compare. */
using SumKernel = void (*)(const Shape&, const uint8_t* codes, size_t count, Table, uint16_t* sums);

struct Kernels {
  const char* level;
  FindKernel find8;
  FindKernel find4;
  SumKernel sum8;
  SumKernel sum4;

  FindKernel findFor(const Shape& shape) const { return shape.ksub == 16 ? find4 : find8; }
  SumKernel sumFor(const Shape& shape) const { return shape.ksub == 16 ? sum4 : sum8; }
};

/** Those that this machine can run, the slowest (scalar) first. */
const std::vector<const Kernels*>& supportedKernels();

/** By name, or null where this machine has none of it. */
const Kernels* findKernels(const std::string& level);

extern const Kernels kScalarKernels;
#if defined(__x86_64__) || defined(_M_X64)
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
#elif defined(__aarch64__) || defined(_M_ARM64)
extern const Kernels kNeonKernels;
#endif

}  // namespace likeness

// Which instructions a function may use, where the compiler wants to be told (MSVC takes intrinsics as they come).
#if defined(__GNUC__) || defined(__clang__)
#define LIKENESS_TARGET(features) __attribute__((target(features)))
#define LIKENESS_INLINE inline __attribute__((always_inline))
#define LIKENESS_PREFETCH(address) __builtin_prefetch(address)
// Loops over registers: unrolled early, or the compiler keeps them in memory.
#if defined(__clang__)
#define LIKENESS_UNROLL _Pragma("unroll")
#else
#define LIKENESS_UNROLL _Pragma("GCC unroll 16")
#endif
#else
#define LIKENESS_TARGET(features)
#define LIKENESS_INLINE __forceinline
#define LIKENESS_PREFETCH(address) ((void)0)
#define LIKENESS_UNROLL
#endif
