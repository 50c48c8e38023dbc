# SPDX-License-Identifier: BSL-1.0
# GTest::gtest and GTest::gtest_main: the system's where there is one, else fetched.
include(FetchContent)

set(INSTALL_GTEST OFF)
set(BUILD_GMOCK OFF)
FetchContent_Declare(googletest
  GIT_REPOSITORY https://github.com/google/googletest.git
  GIT_TAG f8d7d77c06936315286eb55f8de22cd23c188571  # v1.14.0
  SYSTEM
  FIND_PACKAGE_ARGS NAMES GTest)
FetchContent_MakeAvailable(googletest)
