{
  'targets': [
    {
      'target_name': 'likeness_scan',
      'sources': [
        'src/addon.cc',
        'src/code_index.cc',
        'src/kernels.cc',
        'src/kernels_scalar.cc',
        'src/kernels_avx2.cc',
        'src/kernels_avx512.cc',
        'src/kernels_neon.cc',
        'src/search.cc',
      ],
      'include_dirs': ["<!(node -p \"require('node-addon-api').include_dir\")"],
      'defines': ['NAPI_VERSION=8', 'NAPI_CPP_EXCEPTIONS', 'NODE_ADDON_API_DISABLE_DEPRECATED'],
      'cflags!': ['-fno-exceptions'],
      'cflags_cc!': ['-fno-exceptions', '-fno-rtti'],
      'cflags_cc': ['-std=c++17', '-O3', '-fvisibility=hidden', '-Wall', '-Wextra', '-Wno-unused-parameter', '-Wno-missing-field-initializers', '-Wno-maybe-uninitialized'],
      'xcode_settings': {
        'GCC_ENABLE_CPP_EXCEPTIONS': 'YES',
        'CLANG_CXX_LIBRARY': 'libc++',
        'CLANG_CXX_LANGUAGE_STANDARD': 'c++17',
        'MACOSX_DEPLOYMENT_TARGET': '12.0',
        'GCC_OPTIMIZATION_LEVEL': '3',
      },
      'msvs_settings': {'VCCLCompilerTool': {'ExceptionHandling': 1, 'AdditionalOptions': ['/std:c++17']}},
    },
  ],
}
