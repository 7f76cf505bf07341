// The k best of a stream of candidates, exactly: by distance, ties by the smaller id.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace likeness {

struct Candidate {
  float distance;
  uint32_t id;

  bool operator<(const Candidate& other) const {
    return distance != other.distance ? distance < other.distance : id < other.id;
  }
};

/** Keeps more than k for a while and throws the worse ones away together: a heap would cost log k each. */
class TopK {
 public:
  explicit TopK(size_t k) : k_(k) { kept_.reserve(2 * k + kSlack); }

  /** A candidate farther away than this cannot be among the k best; infinite until k are known. */
  float threshold() const { return threshold_; }

  /** It is known that k candidates are to come that are no farther away than this. */
  void limit(float threshold) { threshold_ = std::min(threshold_, threshold); }

  void offer(float distance, uint32_t id) {
    if (distance > threshold_) return;
    kept_.push_back({distance, id});
    if (kept_.size() >= 2 * k_ + kSlack) tighten();
  }

  /** Brings the threshold to where it can be. */
  void tighten() {
    if (kept_.size() < k_) return;
    std::nth_element(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(k_ - 1), kept_.end());
    kept_.resize(k_);
    threshold_ = std::min(threshold_, kept_[k_ - 1].distance);
    atThreshold_ = k_;
  }

  /** As tighten, where enough has come since the last time to be worth it. */
  void tightenSome() {
    if (kept_.size() >= k_ && kept_.size() >= atThreshold_ + k_) tighten();
  }

  /** Takes over what others found. */
  void merge(const TopK& other) {
    for (const Candidate& candidate : other.kept_) offer(candidate.distance, candidate.id);
  }

  /** Best first. */
  std::vector<Candidate> drain() {
    tighten();
    std::sort(kept_.begin(), kept_.end());
    return std::move(kept_);
  }

 private:
  static constexpr size_t kSlack = 64;
  size_t k_;
  size_t atThreshold_ = 0;
  float threshold_ = std::numeric_limits<float>::infinity();
  std::vector<Candidate> kept_;
};

}  // namespace likeness
