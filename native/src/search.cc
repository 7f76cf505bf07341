// The search over an index: slices of chunks, on one thread or several, against what may be found.
#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#endif
#include <limits>
#include <thread>

#include "code_index.h"
#include "quantized_table.h"

namespace likeness {
namespace {

/**
 * Blocks between two looks at the threshold: 256 KiB of codes at 64 bits, which stay in the cache for the next query.
 * The first slices are smaller, because a threshold falls fastest then.
 */
constexpr size_t kSlice = 1024;
constexpr size_t kFirstSlice = 128;

inline size_t lowestBit(uint32_t bits) {
#if defined(_MSC_VER) && !defined(__clang__)
  unsigned long at;
  _BitScanForward(&at, bits);
  return at;
#else
  return static_cast<size_t>(__builtin_ctz(bits));
#endif
}

}  // namespace

/** What one thread has of each query. */
struct Worker {
  explicit Worker(const CodeIndex::Search& search, const Shape& shape) {
    for (size_t q = 0; q < search.request_.queries; q++) {
      best.emplace_back(search.request_.k);
      tables.emplace_back(shape, search.request_.tables.data() + q * shape.M * shape.ksub);
    }
    hits.resize(kSlice);
    sums.resize(kBlock);
  }
  std::vector<TopK> best;
  std::vector<QuantizedTable> tables;
  std::vector<Hit> hits;
  /** Blocks of the next slice. */
  size_t slice = kFirstSlice;
  std::vector<uint16_t> sums;
  std::vector<uint32_t> histogram;
  /** With a filter: selector and live vectors of each block of a chunk, and the blocks that have any. */
  std::vector<uint32_t> masks;
  std::vector<uint32_t> list;
};

namespace {

/** 32 bits of a bitmap from any bit on; zeros beyond its end. */
inline uint32_t bitsFrom(const std::vector<uint32_t>& bitmap, uint64_t at) {
  const size_t word = at / 32;
  const auto shift = static_cast<unsigned>(at % 32);
  const uint64_t low = word < bitmap.size() ? bitmap[word] : 0;
  const uint64_t high = word + 1 < bitmap.size() ? bitmap[word + 1] : 0;
  return static_cast<uint32_t>((low | high << 32) >> shift);
}

inline bool hasBit(const std::vector<uint32_t>& bitmap, uint32_t id) {
  return id / 32 < bitmap.size() && (bitmap[id / 32] >> (id % 32) & 1);
}

/** Which vectors of a chunk are selector, as masks of its blocks, and the blocks that hold any. */
void allowedBlocks(const Chunk& chunk, size_t count, const std::vector<uint32_t>& selector,
                   std::vector<uint32_t>& masks, std::vector<uint32_t>& list) {
  const size_t blocks = (count + kBlock - 1) / kBlock;
  list.clear();
  masks.assign(blocks, 0);
  const uint64_t end = static_cast<uint64_t>(selector.size()) * 32;
  if (chunk.smallest >= end) return;
  if (chunk.consecutive) {
    const uint64_t first = chunk.ids[0];
    const size_t word = first / 32;
    const auto shift = static_cast<unsigned>(first % 32);
    // As far as both words that a mask is made of are there, without asking each time.
    const size_t plain = selector.size() > word + 1 ? std::min(blocks, selector.size() - word - 1) : 0;
    const uint32_t* from = selector.data() + word;
    for (size_t b = 0; b < plain; b++)
      masks[b] = static_cast<uint32_t>((from[b] | static_cast<uint64_t>(from[b + 1]) << 32) >> shift);
    for (size_t b = plain; b < blocks; b++) masks[b] = bitsFrom(selector, first + b * kBlock);
  } else if (chunk.ascending) {
    // From each selector id to its place: at most as many places on as the id is larger, and mostly just so many.
    size_t position = 0;
    const uint64_t last = std::min<uint64_t>(end, static_cast<uint64_t>(chunk.largest) + 1);
    for (uint64_t word = chunk.smallest / 32; word * 32 < last; word++) {
      for (uint32_t bits = selector[word]; bits; bits &= bits - 1) {
        const auto id = static_cast<uint32_t>(word * 32 + lowestBit(bits));
        if (id < chunk.ids[position]) continue;
        size_t at = std::min<size_t>(position + (id - chunk.ids[position]), count - 1);
        if (chunk.ids[at] > id)
          at = static_cast<size_t>(std::upper_bound(chunk.ids.get() + position, chunk.ids.get() + at, id) -
                                   chunk.ids.get()) -
               1;
        position = at;
        if (chunk.ids[at] == id) masks[at / kBlock] |= 1u << (at % kBlock);
      }
    }
  } else {
    for (size_t i = 0; i < count; i++)
      masks[i / kBlock] |= static_cast<uint32_t>(hasBit(selector, chunk.ids[i])) << (i % kBlock);
  }
  // Written whether it counts or not: which blocks hold any cannot be foreseen, and a wrong guess costs more. Eight
  // that hold none can be, where a filter is narrow and its photos lie together.
  list.resize(blocks + 8);
  size_t found = 0;
  for (size_t at = 0; at < blocks; at += 8) {
    const size_t end = std::min(at + 8, blocks);
    uint32_t any = 0;
    for (size_t b = at; b < end; b++) any |= masks[b] &= chunk.live[b];
    if (!any) continue;
    for (size_t b = at; b < end; b++) {
      list[found] = static_cast<uint32_t>(b);
      found += masks[b] != 0;
    }
  }
  list.resize(found);
}

/** Words of a filter between two that are looked at to tell how dense it is. */
constexpr size_t kSampled = 61;
/** The share of a chunk's ids, one in so many, from which all of it is scanned and hits are asked one by one. */
constexpr size_t kDense = 512;

/**
 * Whether a filter lets so many of a chunk through that scanning all of it, side by side, is quicker than finding out where they
 * lie and going from one to the next.
 */
bool isDense(const Chunk& chunk, const std::vector<uint32_t>& selector) {
  const size_t end = std::min<size_t>(selector.size(), static_cast<size_t>(chunk.largest) / 32 + 1);
  size_t words = 0, bits = 0;
  for (size_t word = chunk.smallest / 32; word < end; word += kSampled) {
    words++;
    for (uint32_t left = selector[word]; left; left &= left - 1) bits++;
  }
  return bits * kDense > words * 32;
}

/** Of the vectors of a block, those that a filter lets through. */
uint32_t passing(const Chunk& chunk, uint32_t block, uint32_t mask, const std::vector<uint32_t>& selector) {
  if (chunk.consecutive) return mask & bitsFrom(selector, static_cast<uint64_t>(chunk.ids[0]) + block * kBlock);
  for (uint32_t left = mask; left; left &= left - 1) {
    const size_t v = lowestBit(left);
    if (!hasBit(selector, chunk.ids[block * kBlock + v])) mask &= ~(1u << v);
  }
  return mask;
}

}  // namespace

void CodeIndex::searchChunk(Search& search, size_t c, Worker& worker) const {
  const Chunk& chunk = *search.chunks_[c];
  const size_t count = search.counts_[c];
  if (count == 0) return;
  // By a list of the blocks that hold any; a dense filter is asked about hits alone.
  bool dense = false;
  if (search.request_.filtered) {
    const std::shared_lock<TurnLock> guard(lock_);
    dense = isDense(chunk, search.request_.selector);
  }
  const bool filtered = search.request_.filtered && !dense;
  if (filtered) {
    const std::shared_lock<TurnLock> guard(lock_);
    allowedBlocks(chunk, count, search.request_.selector, worker.masks, worker.list);
  }
  const size_t blocks = filtered ? worker.list.size() : (count + kBlock - 1) / kBlock;
  const FindKernel find = kernels_.findFor(shape_);
  const size_t bytes = shape_.blockBytes();

  // Of a block, the vectors that can be found: selector, alive, and there when the search began.
  const auto visible = [&](uint32_t block, uint32_t among) {
    uint32_t mask = among & (filtered ? worker.masks[block] : chunk.live[block]);
    const size_t from = block * kBlock;
    if (from + kBlock > count) mask &= static_cast<uint32_t>((uint64_t{1} << (count - from)) - 1);
    return dense ? passing(chunk, block, mask, search.request_.selector) : mask;
  };
  const auto offer = [&](size_t q, Hit hit) {
    const auto [block, hits] = hit;
    const float* lookup = search.request_.tables.data() + q * shape_.M * shape_.ksub;
    for (uint32_t mask = hits; mask; mask &= mask - 1) {
      const size_t v = lowestBit(mask);
      worker.best[q].offer(distanceAt(shape_, lookup, chunk.codes.data() + block * bytes, v),
                           chunk.ids[block * kBlock + v]);
    }
  };
  // A distance that k of the first vectors are not beyond, from their sums alone; infinite where they are too few.
  const auto firstThreshold = [&](QuantizedTable& table, size_t at, size_t slice) {
    if (search.request_.k > slice * kBlock) return std::numeric_limits<float>::infinity();
    table.fit(std::numeric_limits<float>::infinity());
    worker.histogram.assign(size_t{255} * shape_.M + 1, 0);
    for (size_t b = 0; b < slice; b++) {
      const uint32_t block = filtered ? worker.list[at + b] : static_cast<uint32_t>(at + b);
      uint16_t* sums = worker.sums.data();
      kernels_.sumFor(shape_)(shape_, chunk.codes.data() + block * bytes, 1, table.entries(), sums);
      for (uint32_t mask = visible(block, ~0u); mask; mask &= mask - 1) worker.histogram[sums[lowestBit(mask)]]++;
    }
    size_t seen = 0;
    for (uint32_t sum = 0; sum < worker.histogram.size(); sum++) {
      seen += worker.histogram[sum];
      if (seen >= search.request_.k) return table.atMost(sum);
    }
    return std::numeric_limits<float>::infinity();
  };

  size_t slice = 0;
  for (size_t at = 0; at < blocks; at += slice) {
    if (search.cancelled_.load(std::memory_order_relaxed)) return;
    slice = std::min(worker.slice, blocks - at);
    worker.slice = std::min(kSlice, worker.slice * 2);
    for (size_t q = 0; q < search.request_.queries; q++) {
      const std::shared_lock<TurnLock> guard(lock_);
      TopK& best = worker.best[q];
      QuantizedTable& table = worker.tables[q];
      std::atomic<float>& shared = search.thresholds_[q];
      float threshold = std::min(best.threshold(), shared.load(std::memory_order_relaxed));
      if (std::isinf(threshold)) {
        threshold = firstThreshold(table, at, slice);
        best.limit(threshold);
      }
      if (table.isCoarseFor(threshold) || std::isinf(threshold)) table.fit(threshold);
      const uint32_t* list = filtered ? worker.list.data() + at : nullptr;
      const uint8_t* codes = chunk.codes.data() + (filtered ? 0 : at * bytes);
      const size_t found =
          find(shape_, codes, list, slice, table.entries(), table.bound(threshold), worker.hits.data());
      const uint32_t from = filtered ? 0 : static_cast<uint32_t>(at);
      // Ids are read of hits alone, and would each be waited for.
      size_t real = 0;
      for (size_t h = 0; h < found; h++) {
        const uint32_t block = from + worker.hits[h].block;
        const uint32_t mask = visible(block, worker.hits[h].mask);
        if (!mask) continue;
        worker.hits[real++] = {block, mask};
        LIKENESS_PREFETCH(chunk.ids.get() + block * kBlock + lowestBit(mask));
      }
      for (size_t h = 0; h < real; h++) offer(q, worker.hits[h]);
      best.tightenSome();
      for (float known = shared.load(std::memory_order_relaxed);
           best.threshold() < known && !shared.compare_exchange_weak(known, best.threshold());) {
      }
    }
  }
}

void CodeIndex::work(Search& search, Worker& worker) const {
  for (size_t c; (c = search.next_.fetch_add(1)) < search.chunks_.size();) {
    if (search.cancelled_.load(std::memory_order_relaxed)) return;
    searchChunk(search, c, worker);
  }
}

std::unique_ptr<CodeIndex::Search> CodeIndex::begin(Request request) {
  auto search = std::make_unique<Search>();
  search->request_ = std::move(request);
  search->thresholds_ = std::vector<std::atomic<float>>(search->request_.queries);
  for (auto& threshold : search->thresholds_) threshold.store(std::numeric_limits<float>::infinity());
  const std::lock_guard<TurnLock> guard(lock_);
  search->chunks_ = chunks_;
  for (const auto& chunk : chunks_) search->counts_.push_back(chunk->count);
  searches_.push_back(search.get());
  return search;
}

void CodeIndex::run(Search& search) {
  const size_t threads = std::max<size_t>(1, std::min(search.request_.threads, search.chunks_.size()));
  std::vector<Worker> workers;
  workers.reserve(threads);
  for (size_t t = 0; t < threads; t++) workers.emplace_back(search, shape_);
  std::vector<std::thread> others;
  for (size_t t = 1; t < threads; t++) others.emplace_back([this, &search, &workers, t] { work(search, workers[t]); });
  work(search, workers[0]);
  for (std::thread& other : others) other.join();
  if (search.cancelled_.load()) return;
  for (size_t q = 0; q < search.request_.queries; q++) {
    for (size_t t = 1; t < threads; t++) workers[0].best[q].merge(workers[t].best[q]);
    search.results_.push_back(workers[0].best[q].drain());
  }
}

std::optional<std::vector<std::vector<Candidate>>> CodeIndex::finish(Search& search) {
  end(search);
  if (search.cancelled_.load()) return std::nullopt;
  std::sort(search.removed_.begin(), search.removed_.end());
  const auto isGone = [&](const Candidate& one) {
    return std::binary_search(search.removed_.begin(), search.removed_.end(), one.id);
  };
  for (auto& of : search.results_) of.erase(std::remove_if(of.begin(), of.end(), isGone), of.end());
  return std::move(search.results_);
}

void CodeIndex::end(Search& search) {
  const std::lock_guard<TurnLock> guard(lock_);
  searches_.erase(std::remove(searches_.begin(), searches_.end(), &search), searches_.end());
}

}  // namespace likeness
