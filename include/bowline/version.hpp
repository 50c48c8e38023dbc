// SPDX-License-Identifier: BSL-1.0
// The version of bowline, said once: CMake and the documents read it here.
#pragma once

#define BOWLINE_VERSION_MAJOR 0
#define BOWLINE_VERSION_MINOR 1
#define BOWLINE_VERSION_PATCH 0
#define BOWLINE_VERSION "0.1.0"
