// Exact k nearest neighbours over float vectors, by inner product (of unit vectors: by cosine).
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "products.h"
#include "top_k.h"

namespace likeness {

/** Vectors laid out for products, never changed: any number of searches can run beside each other. */
class VectorIndex {
 public:
  /** @param vectors (count, d), row-major */
  VectorIndex(const float* vectors, size_t count, size_t d, const Products& products);

  size_t size() const { return count_; }
  size_t dimensions() const { return d_; }
  /** Bytes. */
  size_t memory() const { return packed_.size() * sizeof(float); }

  struct Search {
    /** (count, d), row-major. */
    std::vector<float> queries;
    size_t k;
    size_t threads;
    std::atomic<bool> cancelled{false};
    /** (count, k): places of the nearest, the nearest first, ties by the smaller place; and their products. */
    std::vector<int32_t> places;
    std::vector<float> products;
  };

  /** k is at most size(). Ends early where the search is cancelled; its results are then not to be used. */
  void run(Search& search) const;

 private:
  void runSome(Search& search, size_t first, size_t end) const;

  size_t count_;
  size_t d_;
  const Products& products_;
  /** Panels of as many vectors as a tile has columns, one number of each after the other; zeros behind the last vector. */
  std::vector<float> packed_;
};

}  // namespace likeness
