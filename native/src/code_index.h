// Codes that can be searched while they change.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <vector>

#include "kernels.h"
#include "storage.h"
#include "top_k.h"

namespace likeness {

/** A lock for many readers that lets a writer in before the next reader. */
class TurnLock {
 public:
  void lock() {
    waiting_.fetch_add(1, std::memory_order_relaxed);
    mutex_.lock();
    waiting_.fetch_sub(1, std::memory_order_relaxed);
  }
  void unlock() { mutex_.unlock(); }
  void lock_shared();
  void unlock_shared() { mutex_.unlock_shared(); }

 private:
  std::shared_mutex mutex_;
  std::atomic<int> waiting_{0};
};

/** What is searched for. */
struct Request {
  /** float32, (queries, M, ksub). */
  std::vector<float> tables;
  size_t queries = 0;
  size_t k = 0;
  size_t threads = 1;
  /** Bit i of word i / 32 allows id i; ids beyond it are not selector. Empty and not `filtered`: all are. */
  bool filtered = false;
  std::vector<uint32_t> selector;
};

/**
 * Appending, overwriting and removing are for one thread, searching and compacting for others beside it: a search
 * holds the lock for a slice and a query at a time, some tens of microseconds. It sees what was there when it began,
 * less what was removed since.
 */
class CodeIndex {
 public:
  CodeIndex(Shape shape, const Kernels& kernels) : shape_(shape), kernels_(kernels) {}

  const Shape& shape() const { return shape_; }
  const Kernels& kernels() const { return kernels_; }
  /** Vectors that can be found. */
  size_t size() const { return size_; }
  /** Vectors that cannot be found any more and take room. */
  size_t removed() const;
  /** Bytes of memory taken for `size()` vectors and those removed but not yet compacted away. */
  size_t memory() const;

  /** @param ids 0 stands for one that is gone. @param codes (n, codeSize) */
  void append(const uint32_t* ids, const uint8_t* codes, size_t n);
  /** Puts new codes in the place of those of the same ids; ids not there are appended. */
  void overwrite(const uint32_t* ids, const uint8_t* codes, size_t n);
  /** @returns how many were there */
  size_t remove(const uint32_t* ids, size_t n);
  /** Writes the codes of ids that are here. @returns for each whether it is */
  std::vector<uint8_t> read(const uint32_t* ids, size_t n, uint8_t* codes) const;
  /** Distances of ids to a query; NaN for those not here. */
  void distances(const float* lookup, const uint32_t* ids, size_t n, float* out) const;

  /** Gives back the room of removed vectors: neighbours that fit into one chunk become one. May run beside all else,
   * itself included. @returns chunks given back */
  size_t compact();

  /** A search under way: what it sees, and where it can be stopped. */
  class Search;
  std::unique_ptr<Search> begin(Request request);
  /** Runs to the end or until it is cancelled, on the calling thread and others. */
  void run(Search& search);
  /** What it found, without what was removed until now; empty when it was cancelled. For the thread that removes. */
  std::optional<std::vector<std::vector<Candidate>>> finish(Search& search);
  /** Lets go of a search. May be called again. */
  void end(Search& search);

  /** Sums by the kernels of this index, uint16, of all vectors in order. For tests. */
  std::vector<uint16_t> sums(const uint8_t* table) const;

 private:
  struct Place {
    Chunk* chunk;
    size_t position;
  };
  std::optional<Place> find(uint32_t id) const;
  void appendOne(uint32_t id, const uint8_t* code);
  void searchChunk(Search& search, size_t chunk, struct Worker& worker) const;
  void work(Search& search, struct Worker& worker) const;

  Shape shape_;
  const Kernels& kernels_;
  std::vector<std::shared_ptr<Chunk>> chunks_;
  size_t size_ = 0;
  mutable TurnLock lock_;
  /** Searches under way, which must hear of what is removed. */
  std::vector<Search*> searches_;
};

class CodeIndex::Search {
 public:
  void cancel() { cancelled_.store(true, std::memory_order_relaxed); }

 private:
  friend class CodeIndex;
  friend struct Worker;
  Request request_;
  std::vector<std::shared_ptr<Chunk>> chunks_;
  std::vector<size_t> counts_;
  std::vector<uint32_t> removed_;
  std::vector<std::vector<Candidate>> results_;
  std::atomic<size_t> next_{0};
  std::atomic<bool> cancelled_{false};
  /** The least threshold that any thread has reached, a query each. */
  std::vector<std::atomic<float>> thresholds_;
};

}  // namespace likeness
