// SPDX-License-Identifier: BSL-1.0
// That this program links says that no header defines anything twice.
#include <gtest/gtest.h>

#include "public_sizes.hpp"

bool hostile_macros_do_no_harm();

TEST(EveryHeader, types_have_one_size_in_cxx20_and_cxx23) { EXPECT_EQ(sizes_in_cxx20(), sizes_in_cxx23()); }

TEST(EveryHeader, macros_of_system_headers_do_no_harm) { EXPECT_TRUE(hostile_macros_do_no_harm()); }
