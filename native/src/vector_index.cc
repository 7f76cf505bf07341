#include "vector_index.h"

#include <algorithm>
#include <thread>

namespace likeness {
namespace {

/** Panels that are gone through together stay in a core's own cache, in bytes. */
constexpr size_t kGroupBytes = 384 * 1024;
/** Numbers of each vector between two visits of a tile: its rows stay in the nearest cache. */
constexpr size_t kDepth = 384;

size_t roundUp(size_t number, size_t to) { return (number + to - 1) / to * to; }

}  // namespace

VectorIndex::VectorIndex(const float* vectors, size_t count, size_t d, const Products& products)
    : count_(count), d_(d), products_(products), packed_(roundUp(count, products.columns) * d) {
  const size_t columns = products.columns;
  for (size_t i = 0; i < count; i++) {
    float* panel = packed_.data() + i / columns * columns * d + i % columns;
    for (size_t t = 0; t < d; t++) panel[t * columns] = vectors[i * d + t];
  }
}

void VectorIndex::run(Search& search) const {
  const size_t queries = search.queries.size() / d_;
  search.places.resize(queries * search.k);
  search.products.resize(queries * search.k);
  // Whole tiles for each thread.
  const size_t share = roundUp((queries + search.threads - 1) / search.threads, products_.rows);
  std::vector<std::thread> others;
  for (size_t first = share; first < queries; first += share)
    others.emplace_back([this, &search, first, end = std::min(queries, first + share)] { runSome(search, first, end); });
  runSome(search, 0, std::min(queries, share));
  for (std::thread& other : others) other.join();
}

void VectorIndex::runSome(Search& search, size_t first, size_t end) const {
  const size_t rows = products_.rows, columns = products_.columns, k = search.k;
  const size_t tiles = (end - first + rows - 1) / rows;
  std::vector<TopK> best(end - first, TopK(k));
  // Queries in tiles, one number of each after the other; zeros behind the last query.
  std::vector<float> asked(tiles * rows * d_);
  for (size_t q = first; q < end; q++) {
    float* tile = asked.data() + (q - first) / rows * rows * d_ + (q - first) % rows;
    for (size_t t = 0; t < d_; t++) tile[t * rows] = search.queries[q * d_ + t];
  }
  const size_t panels = roundUp(count_, columns) / columns;
  const size_t together = std::max<size_t>(1, kGroupBytes / (columns * d_ * sizeof(float)));
  const size_t stride = together * columns;
  std::vector<float> out(rows * stride);
  for (size_t from = 0; from < panels; from += together) {
    if (search.cancelled.load(std::memory_order_relaxed)) return;
    const size_t to = std::min(panels, from + together);
    const size_t width = std::min(count_, to * columns) - from * columns;
    for (size_t tile = 0; tile < tiles; tile++) {
      std::fill(out.begin(), out.end(), 0.0f);
      const float* a = asked.data() + tile * rows * d_;
      for (size_t t = 0; t < d_; t += kDepth) {
        const size_t depth = std::min(kDepth, d_ - t);
        for (size_t p = from; p < to; p++)
          products_.add(a + t * rows, packed_.data() + (p * d_ + t) * columns, depth, out.data() + (p - from) * columns,
                        stride);
      }
      const size_t real = std::min(rows, end - first - tile * rows);
      for (size_t r = 0; r < real; r++) {
        TopK& of = best[tile * rows + r];
        const float* found = out.data() + r * stride;
        float least = -of.threshold();
        for (size_t c = 0; c < width; c++) {
          if (found[c] < least) continue;
          of.offer(-found[c], static_cast<uint32_t>(from * columns + c));
          least = -of.threshold();
        }
      }
    }
  }
  for (size_t q = first; q < end; q++) {
    const std::vector<Candidate> nearest = best[q - first].drain();
    for (size_t i = 0; i < k; i++) {
      search.places[q * k + i] = static_cast<int32_t>(nearest[i].id);
      search.products[q * k + i] = -nearest[i].distance;
    }
  }
}

}  // namespace likeness
