#include "code_index.h"

#include <limits>
#include <thread>

namespace likeness {
namespace {

/** Vectors that a compaction copies before others have their turn, and times it tries a chunk that keeps changing. */
constexpr size_t kCopyAtOnce = 8192;
/** A chunk alone is written anew when more than one in so many of its vectors are gone. */
constexpr size_t kWorthCompacting = 4;
constexpr size_t kAttempts = 8;

}  // namespace

void TurnLock::lock_shared() {
  while (waiting_.load(std::memory_order_relaxed) > 0) std::this_thread::yield();
  mutex_.lock_shared();
}

size_t CodeIndex::removed() const {
  const std::shared_lock<TurnLock> guard(lock_);
  size_t dead = 0;
  for (const auto& chunk : chunks_) dead += chunk->dead;
  return dead;
}

size_t CodeIndex::memory() const {
  const std::shared_lock<TurnLock> guard(lock_);
  size_t bytes = 0;
  for (const auto& chunk : chunks_) {
    const size_t blocks = (chunk->count + kBlock - 1) / kBlock;
    bytes += blocks * shape_.blockBytes() + chunk->count * sizeof(uint32_t) + blocks * sizeof(uint32_t);
  }
  return bytes;
}

void CodeIndex::appendOne(uint32_t id, const uint8_t* code) {
  if (chunks_.empty() || chunks_.back()->count == kChunk) chunks_.push_back(std::make_shared<Chunk>(shape_));
  chunks_.back()->append(shape_, id, code);
  if (id != 0) size_++;
}

void CodeIndex::append(const uint32_t* ids, const uint8_t* codes, size_t n) {
  const std::lock_guard<TurnLock> guard(lock_);
  for (size_t i = 0; i < n; i++) appendOne(ids[i], codes + i * shape_.codeSize());
}

void CodeIndex::overwrite(const uint32_t* ids, const uint8_t* codes, size_t n) {
  const std::lock_guard<TurnLock> guard(lock_);
  for (size_t i = 0; i < n; i++) {
    const uint8_t* code = codes + i * shape_.codeSize();
    if (const auto place = find(ids[i])) {
      writeCode(shape_, place->chunk->block(shape_, place->position), place->position % kBlock, code);
      place->chunk->version++;
    } else
      appendOne(ids[i], code);
  }
}

size_t CodeIndex::remove(const uint32_t* ids, size_t n) {
  const std::lock_guard<TurnLock> guard(lock_);
  size_t removed = 0;
  for (size_t i = 0; i < n; i++) {
    const auto place = find(ids[i]);
    if (!place) continue;
    place->chunk->live[place->position / kBlock] &= ~(1u << (place->position % kBlock));
    place->chunk->dead++;
    place->chunk->version++;
    size_--;
    removed++;
    for (Search* search : searches_) search->removed_.push_back(ids[i]);
  }
  return removed;
}

std::optional<CodeIndex::Place> CodeIndex::find(uint32_t id) const {
  // The newest first: what changes is mostly new.
  for (size_t c = chunks_.size(); c-- > 0;) {
    Chunk& chunk = *chunks_[c];
    if (id < chunk.smallest || id > chunk.largest) continue;
    const uint32_t* begin = chunk.ids.get();
    const uint32_t* end = begin + chunk.count;
    if (chunk.ascending) {
      const uint32_t* at = std::lower_bound(begin, end, id);
      const auto position = static_cast<size_t>(at - begin);
      if (at != end && *at == id && chunk.isLive(position)) return Place{&chunk, position};
      continue;
    }
    for (const uint32_t* at = std::find(begin, end, id); at != end; at = std::find(at + 1, end, id)) {
      const auto position = static_cast<size_t>(at - begin);
      if (chunk.isLive(position)) return Place{&chunk, position};
    }
  }
  return std::nullopt;
}

std::vector<uint8_t> CodeIndex::read(const uint32_t* ids, size_t n, uint8_t* codes) const {
  const std::shared_lock<TurnLock> guard(lock_);
  std::vector<uint8_t> found(n);
  for (size_t i = 0; i < n; i++) {
    const auto place = find(ids[i]);
    found[i] = place.has_value();
    if (place)
      readCode(shape_, place->chunk->block(shape_, place->position), place->position % kBlock,
               codes + i * shape_.codeSize());
  }
  return found;
}

void CodeIndex::distances(const float* lookup, const uint32_t* ids, size_t n, float* out) const {
  const std::shared_lock<TurnLock> guard(lock_);
  for (size_t i = 0; i < n; i++) {
    const auto place = find(ids[i]);
    out[i] = place ? distanceAt(shape_, lookup, place->chunk->block(shape_, place->position), place->position % kBlock)
                   : std::numeric_limits<float>::quiet_NaN();
  }
}

size_t CodeIndex::compact() {
  size_t given = 0;
  size_t attempts = 0;
  for (size_t c = 0;;) {
    // One chunk that is worth writing anew, or two that fit into one.
    std::vector<std::shared_ptr<Chunk>> old;
    std::vector<size_t> versions;
    {
      const std::shared_lock<TurnLock> guard(lock_);
      if (c >= chunks_.size() || attempts > kAttempts) return given;
      const auto alive = [&](size_t at) { return chunks_[at]->count - chunks_[at]->dead; };
      if (c + 1 < chunks_.size() && alive(c) + alive(c + 1) <= kChunk)
        old = {chunks_[c], chunks_[c + 1]};
      else if (chunks_[c]->dead * kWorthCompacting > chunks_[c]->count)
        old = {chunks_[c]};
      else {
        c++;
        attempts = 0;
        continue;
      }
      for (const auto& chunk : old) versions.push_back(chunk->version);
    }
    const auto merged = std::make_shared<Chunk>(shape_);
    std::vector<uint8_t> code(shape_.codeSize());
    for (const auto& from : old) {
      for (size_t at = 0; at < kChunk; at += kCopyAtOnce) {
        const std::shared_lock<TurnLock> guard(lock_);
        for (size_t position = at; position < std::min(at + kCopyAtOnce, from->count); position++) {
          // More may have come by now than there is room for; then it is done again below.
          if (!from->isLive(position) || merged->count == kChunk) continue;
          readCode(shape_, from->block(shape_, position), position % kBlock, code.data());
          merged->append(shape_, from->ids[position], code.data());
        }
      }
    }
    const std::lock_guard<TurnLock> guard(lock_);
    attempts++;
    // Unless something changed meanwhile, or another compaction came first: then it is looked at again.
    bool same = true;
    for (size_t i = 0; i < old.size(); i++)
      same = same && c + i < chunks_.size() && chunks_[c + i] == old[i] && old[i]->version == versions[i];
    if (!same) continue;
    // Searches under way keep the chunks that they began with.
    const auto at = chunks_.begin() + static_cast<std::ptrdiff_t>(c);
    given += old.size() - 1;
    if (merged->count == 0)
      chunks_.erase(at, at + static_cast<std::ptrdiff_t>(old.size()));
    else {
      *at = merged;
      chunks_.erase(at + 1, at + static_cast<std::ptrdiff_t>(old.size()));
    }
    attempts = 0;
  }
}

std::vector<uint16_t> CodeIndex::sums(const uint8_t* table) const {
  const std::shared_lock<TurnLock> guard(lock_);
  std::vector<uint16_t> out;
  for (const auto& chunk : chunks_) {
    std::vector<uint16_t> of((chunk->count + kBlock - 1) / kBlock * kBlock);
    kernels_.sumFor(shape_)(shape_, chunk->codes.data(), of.size() / kBlock, table, of.data());
    out.insert(out.end(), of.begin(), of.begin() + static_cast<std::ptrdiff_t>(chunk->count));
  }
  return out;
}

}  // namespace likeness
