// A query's lookup table in 8 bits, with a bound that never loses a true result.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "kernels.h"
#include "layout.h"

namespace likeness {

/**
 * Each entry is floor((L - min L of its row) / scale), at most 255, with one scale for all, so that
 * scale * sum + offset never exceeds the distance: a vector whose sum is above bound(t) lies farther away than t.
 * Entries that alone lead beyond the threshold need not be told apart, so that the scale follows the threshold:
 * the better the results so far, the finer the table. (Rounding down after André et al. 2017, section 4.3.)
 */
class QuantizedTable {
 public:
  QuantizedTable(const Shape& shape, const float* lookup)
      : shape_(shape), lookup_(lookup), entries_(shape.rows() * shape.ksub), minima_(shape.M) {
    double magnitude = 0;
    for (size_t m = 0; m < shape.M; m++) {
      const float* row = lookup + m * shape.ksub;
      const auto [low, high] = std::minmax_element(row, row + shape.ksub);
      minima_[m] = *low;
      offset_ += *low;
      range_ = std::max(range_, static_cast<double>(*high) - *low);
      magnitude += std::max(std::abs(static_cast<double>(*low)), std::abs(static_cast<double>(*high)));
    }
    // Distances are rounded to 32 bits; twice that keeps on the safe side.
    rounding_ = magnitude * 1.2e-7 + std::numeric_limits<float>::min();
  }

  /** Makes the table as fine as a threshold allows. */
  void fit(float threshold) {
    const double whole = std::max(range_, rounding_);
    double span = whole;
    if (!std::isinf(threshold)) {
      // Where sums are few, the whole threshold fits into what kernels may cap; else rounding would let too much through.
      span = std::max(threshold + rounding_ - offset_, rounding_);
      if (shape_.M > kMostNarrow) span = std::min(span, whole);
    }
    scale_ = span / kMostCapped;
    fitted_ = threshold;
    const double inverse = 1 / scale_;
    for (size_t m = 0; m < shape_.M; m++) {
      const float* row = lookup_ + m * shape_.ksub;
      uint8_t* to = entries_.data() + m * shape_.ksub;
      const double low = minima_[m];
      for (size_t k = 0; k < shape_.ksub; k++)
        to[k] = static_cast<uint8_t>(static_cast<int32_t>(std::min(255.0, (row[k] - low) * inverse)));
    }
  }

  /** A distance that a vector with this sum has at most, where no entry was cut off at 255 by a threshold. */
  float atMost(uint32_t sum) const {
    return std::nextafter(static_cast<float>(offset_ + rounding_ + scale_ * (sum + shape_.M * (1 + 1e-6))),
                          std::numeric_limits<float>::infinity());
  }

  /** Whether a threshold has fallen so far that fitting again pays. */
  bool isCoarseFor(float threshold) const {
    if (std::isinf(threshold)) return false;
    return std::isinf(fitted_) || threshold - offset_ < 0.9 * (fitted_ - offset_);
  }

  /** The largest sum that a vector at most `threshold` away can have. */
  uint16_t bound(float threshold) const {
    if (std::isinf(threshold)) return UINT16_MAX;
    const double sums = (threshold + rounding_ - offset_) / scale_ + 1e-3;
    return static_cast<uint16_t>(std::clamp(sums, 0.0, 65535.0));
  }

  const uint8_t* entries() const { return entries_.data(); }

 private:
  static constexpr uint32_t kMostNarrow = 16;
  Shape shape_;
  const float* lookup_;
  std::vector<uint8_t> entries_;
  std::vector<float> minima_;
  double offset_ = 0;
  double range_ = 0;
  double rounding_ = 0;
  double scale_ = 1;
  float fitted_ = std::numeric_limits<float>::infinity();
};

}  // namespace likeness
