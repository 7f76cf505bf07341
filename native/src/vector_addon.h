#pragma once

#include <napi.h>

namespace likeness {

/** The class of exact neighbours for JavaScript. */
Napi::Function defineVectorIndex(Napi::Env env);

}  // namespace likeness
