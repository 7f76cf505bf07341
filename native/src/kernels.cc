// Which kernels this machine can run.
#include "kernels.h"

#if defined(_MSC_VER) && !defined(__clang__)
#include <immintrin.h>
#include <intrin.h>
#endif

namespace likeness {
namespace {

#if defined(__x86_64__) || defined(_M_X64)
struct Cpu {
  bool avx2;
  bool avx512;
};

#if defined(_MSC_VER) && !defined(__clang__)
Cpu askCpu() {
  int leaf[4];
  __cpuidex(leaf, 1, 0);
  const bool osSavesRegisters = (leaf[2] >> 27) & 1;
  const int leaf1Ecx = leaf[2];
  if (!osSavesRegisters) return {false, false};
  const unsigned long long saved = _xgetbv(0);
  __cpuidex(leaf, 7, 0);
  const auto ebx = static_cast<unsigned>(leaf[1]), ecx = static_cast<unsigned>(leaf[2]);
  const bool ymm = (saved & 0x6) == 0x6, zmm = (saved & 0xe6) == 0xe6;
  const bool wide = (ebx >> 16 & 1) && (ebx >> 17 & 1) && (ebx >> 30 & 1) && (ebx >> 31 & 1) && (ecx >> 1 & 1);
  const bool fma = (static_cast<unsigned>(leaf1Ecx) >> 12) & 1;
  return {ymm && fma && (ebx >> 5 & 1), zmm && wide};
}
#else
Cpu askCpu() {
  __builtin_cpu_init();
  return {__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"),
          __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
              __builtin_cpu_supports("avx512vbmi")};
}
#endif
#endif

std::vector<const Kernels*> supported() {
  std::vector<const Kernels*> levels = {&kScalarKernels};
#if defined(__x86_64__) || defined(_M_X64)
  const Cpu cpu = askCpu();
  if (cpu.avx2) levels.push_back(&kAvx2Kernels);
  if (cpu.avx512) levels.push_back(&kAvx512Kernels);
#elif defined(__aarch64__) || defined(_M_ARM64)
  levels.push_back(&kNeonKernels);
#endif
  return levels;
}

}  // namespace

const std::vector<const Kernels*>& supportedKernels() {
  static const std::vector<const Kernels*> levels = supported();
  return levels;
}

const Kernels* findKernels(const std::string& level) {
  for (const Kernels* kernels : supportedKernels()) {
    if (level == kernels->level) return kernels;
  }
  return nullptr;
}

}  // namespace likeness
