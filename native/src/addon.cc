// The index for JavaScript: arguments are checked here, and nowhere else.
#include <napi.h>

#include <memory>
#include <string>

#include "arguments.h"
#include "code_index.h"
#include "vector_addon.h"

namespace likeness {
namespace {

constexpr size_t kMostResults = 1'000'000;
constexpr size_t kMostQueries = 4096;
constexpr size_t kMostThreads = 64;

Napi::Object toResult(Napi::Env env, const std::vector<Candidate>& candidates) {
  auto idArray = Napi::Float64Array::New(env, candidates.size());
  auto distanceArray = Napi::Float32Array::New(env, candidates.size());
  for (size_t i = 0; i < candidates.size(); i++) {
    idArray[i] = candidates[i].id;
    distanceArray[i] = candidates[i].distance;
  }
  auto result = Napi::Object::New(env);
  result["ids"] = idArray;
  result["distances"] = distanceArray;
  return result;
}

class SearchWorker : public Napi::AsyncWorker {
 public:
  SearchWorker(Napi::Env env, std::shared_ptr<CodeIndex> index, std::shared_ptr<CodeIndex::Search> search)
      : Napi::AsyncWorker(env),
        promise_(Napi::Promise::Deferred::New(env)),
        index_(std::move(index)),
        search_(std::move(search)) {}

  ~SearchWorker() override { index_->end(*search_); }

  Napi::Promise promise() const { return promise_.Promise(); }

 protected:
  void Execute() override { index_->run(*search_); }

  void OnOK() override {
    const Napi::Env env = Env();
    const auto results = index_->finish(*search_);
    if (!results) {
      promise_.Resolve(env.Null());
      return;
    }
    auto all = Napi::Array::New(env, results->size());
    for (size_t q = 0; q < results->size(); q++) all[static_cast<uint32_t>(q)] = toResult(env, (*results)[q]);
    promise_.Resolve(all);
  }

  void OnError(const Napi::Error& error) override { promise_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred promise_;
  std::shared_ptr<CodeIndex> index_;
  std::shared_ptr<CodeIndex::Search> search_;
};

class CompactWorker : public Napi::AsyncWorker {
 public:
  CompactWorker(Napi::Env env, std::shared_ptr<CodeIndex> index)
      : Napi::AsyncWorker(env), promise_(Napi::Promise::Deferred::New(env)), index_(std::move(index)) {}

  Napi::Promise promise() const { return promise_.Promise(); }

 protected:
  void Execute() override { given_ = index_->compact(); }
  void OnOK() override { promise_.Resolve(Napi::Number::New(Env(), static_cast<double>(given_))); }
  void OnError(const Napi::Error& error) override { promise_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred promise_;
  std::shared_ptr<CodeIndex> index_;
  size_t given_ = 0;
};

class CodeIndexObject : public Napi::ObjectWrap<CodeIndexObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(
        env, "CodeIndex",
        {InstanceMethod<&CodeIndexObject::append>("append"), InstanceMethod<&CodeIndexObject::overwrite>("overwrite"),
         InstanceMethod<&CodeIndexObject::remove>("remove"), InstanceMethod<&CodeIndexObject::read>("read"),
         InstanceMethod<&CodeIndexObject::distances>("distances"), InstanceMethod<&CodeIndexObject::search>("search"),
         InstanceMethod<&CodeIndexObject::compact>("compact"), InstanceMethod<&CodeIndexObject::sums>("sums"),
         InstanceAccessor<&CodeIndexObject::size>("size"), InstanceAccessor<&CodeIndexObject::removed>("removed"),
         InstanceAccessor<&CodeIndexObject::memory>("memory")});
  }

  /** (M, ksub, level) */
  explicit CodeIndexObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<CodeIndexObject>(info) {
    const Napi::Env env = info.Env();
    const size_t ksub = whole(info[1], "ksub", 16, 256);
    if (ksub != 16 && ksub != 256) refuse(env, "ksub: expected 16 or 256, got " + std::to_string(ksub));
    const size_t M = whole(info[0], "M", 1, ksub == 16 ? 64 : 32);
    if (!info[2].IsString()) refuse(env, "level: expected a string, got " + describe(info[2]));
    const std::string level = info[2].As<Napi::String>();
    const Kernels* kernels = findKernels(level);
    if (!kernels) refuse(env, "level: this machine has no \"" + level + "\"");
    index_ = std::make_shared<CodeIndex>(Shape{static_cast<uint32_t>(M), static_cast<uint32_t>(ksub)}, *kernels);
  }

 private:
  struct IdsAndCodes {
    View<uint32_t> ids;
    View<uint8_t> codes;
  };

  IdsAndCodes idsAndCodes(const Napi::CallbackInfo& info) {
    const IdsAndCodes both = {ids(info[0], "ids"), bytes(info[1], "codes")};
    const size_t expected = both.ids.length * index_->shape().codeSize();
    if (both.codes.length != expected) {
      refuse(info.Env(), "codes: expected " + std::to_string(expected) + " bytes for " +
                             std::to_string(both.ids.length) + " ids, got " + std::to_string(both.codes.length));
    }
    return both;
  }

  View<float> lookupTables(const Napi::Value& value, size_t most, size_t& queries) {
    const View<float> tables = floats(value, "lookup");
    const size_t each = index_->shape().M * index_->shape().ksub;
    queries = tables.length / each;
    if (queries == 0 || queries > most || tables.length % each != 0) {
      refuse(value.Env(), "lookup: expected 1 to " + std::to_string(most) + " tables of " + std::to_string(each) +
                              " numbers, got " + std::to_string(tables.length) + " numbers");
    }
    requireFinite(value.Env(), tables, "lookup");
    return tables;
  }

  /** (ids: Uint32Array, codes: Uint8Array) */
  void append(const Napi::CallbackInfo& info) {
    const auto [from, codes] = idsAndCodes(info);
    index_->append(from.data, codes.data, from.length);
  }

  /** (ids: Uint32Array, codes: Uint8Array) */
  void overwrite(const Napi::CallbackInfo& info) {
    const auto [from, codes] = idsAndCodes(info);
    for (size_t i = 0; i < from.length; i++) {
      if (from.data[i] == 0) refuse(info.Env(), "ids: expected ids above 0, got 0 at " + std::to_string(i));
    }
    index_->overwrite(from.data, codes.data, from.length);
  }

  /** (ids: Uint32Array) -> how many were there */
  Napi::Value remove(const Napi::CallbackInfo& info) {
    const auto from = ids(info[0], "ids");
    return Napi::Number::New(info.Env(), static_cast<double>(index_->remove(from.data, from.length)));
  }

  /** (ids: Uint32Array) -> { found: Uint8Array, codes: Uint8Array } */
  Napi::Value read(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const auto from = ids(info[0], "ids");
    auto codes = Napi::Uint8Array::New(env, from.length * index_->shape().codeSize());
    const auto found = index_->read(from.data, from.length, codes.Data());
    auto flags = Napi::Uint8Array::New(env, found.size());
    for (size_t i = 0; i < found.size(); i++) flags[i] = found[i];
    auto result = Napi::Object::New(env);
    result["found"] = flags;
    result["codes"] = codes;
    return result;
  }

  /** (lookup: Float32Array, ids: Uint32Array) -> Float32Array */
  Napi::Value distances(const Napi::CallbackInfo& info) {
    size_t queries;
    const auto lookup = lookupTables(info[0], 1, queries);
    const auto from = ids(info[1], "ids");
    auto out = Napi::Float32Array::New(info.Env(), from.length);
    index_->distances(lookup.data, from.data, from.length, out.Data());
    return out;
  }

  /** (tables: Float32Array, k, selector: Uint32Array | null, threads) -> { promise, cancel } */
  Napi::Value search(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    Request request;
    const auto tables = lookupTables(info[0], kMostQueries, request.queries);
    request.k = whole(info[1], "k", 1, kMostResults);
    if (!info[2].IsNull()) {
      const auto selector = ids(info[2], "selector");
      request.filtered = true;
      request.selector.assign(selector.data, selector.data + selector.length);
    }
    request.threads = whole(info[3], "threads", 1, kMostThreads);
    request.tables.assign(tables.data, tables.data + tables.length);
    // No more room than there can be results.
    request.k = std::max<size_t>(1, std::min(request.k, index_->size()));
    std::shared_ptr<CodeIndex::Search> search = index_->begin(std::move(request));
    auto* worker = new SearchWorker(env, index_, search);
    auto result = Napi::Object::New(env);
    result["promise"] = worker->promise();
    result["cancel"] = Napi::Function::New(env, [search](const Napi::CallbackInfo&) { search->cancel(); });
    worker->Queue();
    return result;
  }

  /** () -> Promise of chunks given back */
  Napi::Value compact(const Napi::CallbackInfo& info) {
    auto* worker = new CompactWorker(info.Env(), index_);
    const auto promise = worker->promise();
    worker->Queue();
    return promise;
  }

  /** (table: Uint8Array) -> Uint16Array: what the kernels sum up. For tests. */
  Napi::Value sums(const Napi::CallbackInfo& info) {
    const auto table = bytes(info[0], "table");
    const size_t expected = index_->shape().rows() * index_->shape().ksub;
    if (table.length != expected)
      refuse(info.Env(), "table: expected " + std::to_string(expected) + " bytes, got " + std::to_string(table.length));
    const auto sums = index_->sums(table.data);
    auto out = Napi::Uint16Array::New(info.Env(), sums.size());
    std::copy(sums.begin(), sums.end(), out.Data());
    return out;
  }

  Napi::Value size(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(index_->size()));
  }
  Napi::Value removed(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(index_->removed()));
  }
  Napi::Value memory(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(index_->memory()));
  }

  std::shared_ptr<CodeIndex> index_;
};

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  exports["CodeIndex"] = CodeIndexObject::define(env);
  exports["VectorIndex"] = defineVectorIndex(env);
  const auto& kernels = supportedKernels();
  auto levels = Napi::Array::New(env, kernels.size());
  for (size_t i = 0; i < kernels.size(); i++)
    levels[static_cast<uint32_t>(i)] = Napi::String::New(env, kernels[i]->level);
  exports["levels"] = levels;
  return exports;
}

}  // namespace
}  // namespace likeness

Napi::Object InitializeAddon(Napi::Env env, Napi::Object exports) { return likeness::initialize(env, exports); }
NODE_API_MODULE(likeness_scan, InitializeAddon)
