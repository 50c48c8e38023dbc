// SPDX-License-Identifier: BSL-1.0
// Every header in a translation unit of C++23.
#include "public_sizes.hpp"

static_assert(__cplusplus > 202002L, "this unit is built as C++23");

PublicSizes sizes_in_cxx23() { return public_sizes(); }
