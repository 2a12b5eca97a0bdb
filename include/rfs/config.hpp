/// \file
/// The version and the two macros of the library. Nothing else in rfs is a macro.
#pragma once

/// Version of the engine, as it stands in outcomes.
#define RFS_VERSION "0.1.0"

// One text, two flavours: the compiled library defines each body once (src/<room>.cpp);
// with RFS_HEADER_ONLY every header brings its bodies along. The flavour is part of the
// inline namespace, so that mixing the two links two libraries and never a broken one.
#if defined(RFS_HEADER_ONLY)
#define RFS_INLINE inline
#define RFS_ABI v0_1_header_only
#else
#define RFS_INLINE
#define RFS_ABI v0_1
#endif

// RFS_API marks what the compiled library exports; everything else is hidden.
#if defined(RFS_HEADER_ONLY) || defined(_WIN32)
#define RFS_API
#else
#define RFS_API __attribute__((visibility("default")))
#endif
