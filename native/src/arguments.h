// Arguments from JavaScript: taken as they should be, or refused in words.
#pragma once

#include <napi.h>

#include <cmath>
#include <iterator>
#include <string>

namespace likeness {

[[noreturn]] inline void refuse(Napi::Env env, const std::string& what) { throw Napi::TypeError::New(env, what); }

inline std::string describe(const Napi::Value& value) {
  if (value.IsTypedArray()) {
    const auto array = value.As<Napi::TypedArray>();
    static const char* const kNames[] = {"Int8Array",    "Uint8Array",    "Uint8ClampedArray", "Int16Array",
                                         "Uint16Array",  "Int32Array",    "Uint32Array",       "Float32Array",
                                         "Float64Array", "BigInt64Array", "BigUint64Array"};
    const auto type = static_cast<size_t>(array.TypedArrayType());
    return std::string(type < std::size(kNames) ? kNames[type] : "typed array") + " of " +
           std::to_string(array.ElementLength());
  }
  if (value.IsNumber()) return std::to_string(value.As<Napi::Number>().DoubleValue());
  if (value.IsNull()) return "null";
  if (value.IsUndefined()) return "nothing";
  if (value.IsString()) return "a string";
  return "something else";
}

/** What a typed array holds just now; of a detached one, nothing. */
template <typename T>
struct View {
  const T* data;
  size_t length;
};

template <typename T>
View<T> view(const Napi::Value& value, napi_typedarray_type type, const char* name, const char* kind) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type) {
    refuse(value.Env(), std::string(name) + ": expected a " + kind + ", got " + describe(value));
  }
  napi_typedarray_type got;
  size_t length = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(value.Env(), value, &got, &length, &data, nullptr, nullptr) != napi_ok) {
    refuse(value.Env(), std::string(name) + ": its memory cannot be reached");
  }
  return {static_cast<const T*>(data), data ? length : 0};
}

inline View<float> floats(const Napi::Value& value, const char* name) {
  return view<float>(value, napi_float32_array, name, "Float32Array");
}
inline View<uint32_t> ids(const Napi::Value& value, const char* name) {
  return view<uint32_t>(value, napi_uint32_array, name, "Uint32Array");
}
inline View<uint8_t> bytes(const Napi::Value& value, const char* name) {
  return view<uint8_t>(value, napi_uint8_array, name, "Uint8Array");
}

inline size_t whole(const Napi::Value& value, const char* name, size_t least, size_t most) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
  if (!(number >= static_cast<double>(least) && number <= static_cast<double>(most)) || number != std::floor(number)) {
    refuse(value.Env(), std::string(name) + ": expected a whole number from " + std::to_string(least) + " to " +
                            std::to_string(most) + ", got " + describe(value));
  }
  return static_cast<size_t>(number);
}

/** Only numbers that are finite: sums of others have no order. */
inline void requireFinite(Napi::Env env, const View<float>& numbers, const char* name) {
  for (size_t i = 0; i < numbers.length; i++) {
    if (!std::isfinite(numbers.data[i]))
      refuse(env,
             std::string(name) + ": expected finite numbers, got " + std::to_string(numbers.data[i]) + " at " + std::to_string(i));
  }
}

}  // namespace likeness
