// SPDX-License-Identifier: BSL-1.0
// Every header in a translation unit of C++20.
#include "public_sizes.hpp"

static_assert(__cplusplus == 202002L, "this unit is built as C++20");

PublicSizes sizes_in_cxx20() { return public_sizes(); }
