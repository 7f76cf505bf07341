// Exact neighbours for JavaScript: arguments are checked here.
#include "vector_addon.h"

#include <memory>
#include <string>

#include "arguments.h"
#include "vector_index.h"

namespace likeness {
namespace {

constexpr size_t kMostDimensions = 65'536;
constexpr size_t kMostThreads = 64;

class NearestWorker : public Napi::AsyncWorker {
 public:
  NearestWorker(Napi::Env env, std::shared_ptr<const VectorIndex> index, std::shared_ptr<VectorIndex::Search> search)
      : Napi::AsyncWorker(env),
        promise_(Napi::Promise::Deferred::New(env)),
        index_(std::move(index)),
        search_(std::move(search)) {}

  Napi::Promise promise() const { return promise_.Promise(); }

 protected:
  void Execute() override { index_->run(*search_); }

  void OnOK() override {
    const Napi::Env env = Env();
    if (search_->cancelled.load()) {
      promise_.Resolve(env.Null());
      return;
    }
    auto places = Napi::Int32Array::New(env, search_->places.size());
    auto products = Napi::Float32Array::New(env, search_->products.size());
    std::copy(search_->places.begin(), search_->places.end(), places.Data());
    std::copy(search_->products.begin(), search_->products.end(), products.Data());
    auto result = Napi::Object::New(env);
    result["places"] = places;
    result["products"] = products;
    promise_.Resolve(result);
  }

  void OnError(const Napi::Error& error) override { promise_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred promise_;
  std::shared_ptr<const VectorIndex> index_;
  std::shared_ptr<VectorIndex::Search> search_;
};

class VectorIndexObject : public Napi::ObjectWrap<VectorIndexObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "VectorIndex",
                       {InstanceMethod<&VectorIndexObject::nearest>("nearest"),
                        InstanceAccessor<&VectorIndexObject::size>("size"),
                        InstanceAccessor<&VectorIndexObject::memory>("memory")});
  }

  /** (vectors: Float32Array, d, level) */
  explicit VectorIndexObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<VectorIndexObject>(info) {
    const Napi::Env env = info.Env();
    const size_t d = whole(info[1], "d", 1, kMostDimensions);
    const auto vectors = rowsOf(info[0], "vectors", d);
    if (vectors.length == 0 || vectors.length / d > INT32_MAX)
      refuse(env, "vectors: expected 1 to " + std::to_string(INT32_MAX) + " of them, got " +
                      std::to_string(vectors.length / d));
    if (!info[2].IsString()) refuse(env, "level: expected a string, got " + describe(info[2]));
    const std::string level = info[2].As<Napi::String>();
    const Kernels* kernels = findKernels(level);
    if (!kernels) refuse(env, "level: this machine has no \"" + level + "\"");
    index_ = std::make_shared<const VectorIndex>(vectors.data, vectors.length / d, d, productsFor(*kernels));
    // Or the garbage collector sees a small object that can wait.
    Napi::MemoryManagement::AdjustExternalMemory(env, static_cast<int64_t>(index_->memory()));
  }

  ~VectorIndexObject() override {
    if (index_) Napi::MemoryManagement::AdjustExternalMemory(Env(), -static_cast<int64_t>(index_->memory()));
  }

 private:
  static View<float> rowsOf(const Napi::Value& value, const char* name, size_t d) {
    const auto rows = floats(value, name);
    if (rows.length % d != 0)
      refuse(value.Env(), std::string(name) + ": expected rows of " + std::to_string(d) + " numbers, got " +
                              std::to_string(rows.length) + " numbers");
    requireFinite(value.Env(), rows, name);
    return rows;
  }

  /** (queries: Float32Array, k, threads) -> { promise, cancel } */
  Napi::Value nearest(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const auto queries = rowsOf(info[0], "queries", index_->dimensions());
    auto search = std::make_shared<VectorIndex::Search>();
    search->k = whole(info[1], "k", 1, index_->size());
    search->threads = whole(info[2], "threads", 1, kMostThreads);
    search->queries.assign(queries.data, queries.data + queries.length);
    auto* worker = new NearestWorker(env, index_, search);
    auto result = Napi::Object::New(env);
    result["promise"] = worker->promise();
    result["cancel"] = Napi::Function::New(env, [search](const Napi::CallbackInfo&) { search->cancelled.store(true); });
    worker->Queue();
    return result;
  }

  Napi::Value size(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(index_->size()));
  }
  Napi::Value memory(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(index_->memory()));
  }

  std::shared_ptr<const VectorIndex> index_;
};

}  // namespace

Napi::Function defineVectorIndex(Napi::Env env) { return VectorIndexObject::define(env); }

}  // namespace likeness
