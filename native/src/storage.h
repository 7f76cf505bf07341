// Where codes, ids and marks of a stretch of the index lie.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#include "layout.h"

#if defined(_WIN32)
#include <malloc.h>
#else
#include <sys/mman.h>
#endif

namespace likeness {

/** Vectors a chunk: 2 MiB of codes at 64 bits, which is what a large page holds. */
constexpr size_t kChunk = size_t{1} << 18;
constexpr size_t kBlocksAChunk = kChunk / kBlock;

/** Zeroed memory that is only taken up as it is touched, in large pages where the system gives them. */
class Pages {
 public:
  explicit Pages(size_t bytes) : bytes_((bytes + kLarge - 1) / kLarge * kLarge) {
#if defined(_WIN32)
    data_ = static_cast<uint8_t*>(_aligned_malloc(bytes_, 64));
    if (!data_) throw std::bad_alloc();
    std::memset(data_, 0, bytes_);
#else
    // Some more than needed, so that a large page can begin where the first one would.
    taken_ = bytes_ + kLarge;
    base_ = mmap(nullptr, taken_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base_ == MAP_FAILED) throw std::bad_alloc();
    const auto at = reinterpret_cast<uintptr_t>(base_);
    data_ = reinterpret_cast<uint8_t*>((at + kLarge - 1) / kLarge * kLarge);
#if defined(MADV_HUGEPAGE)
    // A wish; where it is not granted, pages are small and all is well.
    (void)madvise(data_, bytes_, MADV_HUGEPAGE);
#endif
#endif
  }
  ~Pages() {
#if defined(_WIN32)
    _aligned_free(data_);
#else
    munmap(base_, taken_);
#endif
  }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  uint8_t* data() const { return data_; }

 private:
  static constexpr size_t kLarge = size_t{1} << 21;
  size_t bytes_;
  uint8_t* data_ = nullptr;
#if !defined(_WIN32)
  void* base_ = nullptr;
  size_t taken_ = 0;
#endif
};

/**
 * Up to kChunk vectors. Never moves: searches read it while others append behind `count`. Guarded by the index's
 * lock, but for what a search knows from before (see CodeIndex).
 */
struct Chunk {
  explicit Chunk(const Shape& shape)
      : codes(shape.blockBytes() * kBlocksAChunk), ids(new uint32_t[kChunk]), live(new uint32_t[kBlocksAChunk]()) {}

  void append(const Shape& shape, uint32_t id, const uint8_t* code);
  uint8_t* block(const Shape& shape, size_t position) const {
    return codes.data() + position / kBlock * shape.blockBytes();
  }
  bool isLive(size_t position) const { return live[position / kBlock] >> (position % kBlock) & 1; }

  Pages codes;
  std::unique_ptr<uint32_t[]> ids;
  /** A bit for each vector that can be found. */
  std::unique_ptr<uint32_t[]> live;
  size_t count = 0;
  size_t dead = 0;
  /** Raised by every change, so that what was copied without holding all others up can be told from what is out of
   * date. */
  size_t version = 0;
  /** Each id larger than the one before, so that one is found by halving. */
  bool ascending = true;
  /** Each id larger by one: its place is known. */
  bool consecutive = true;
  uint32_t smallest = UINT32_MAX;
  uint32_t largest = 0;
};

/** @param id 0 for one that is gone */
inline void Chunk::append(const Shape& shape, uint32_t id, const uint8_t* code) {
  const size_t position = count;
  writeCode(shape, block(shape, position), position % kBlock, code);
  // One that is gone gets a number that goes on from the last, so that the others' places can still be told.
  const uint32_t before = position > 0 ? ids[position - 1] : 0;
  const uint32_t kept = id != 0 ? id : (position > 0 ? before + 1 : 0);
  ids[position] = kept;
  if (id == 0)
    dead++;
  else {
    live[position / kBlock] |= 1u << (position % kBlock);
    smallest = std::min(smallest, id);
    largest = std::max(largest, id);
  }
  if (position > 0) {
    ascending = ascending && kept > before;
    consecutive = consecutive && kept == before + 1;
  }
  count++;
  version++;
}

}  // namespace likeness
