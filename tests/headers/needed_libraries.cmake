# SPDX-License-Identifier: BSL-1.0
# Fails where PROGRAM needs a shared library other than those of C and C++.
execute_process(COMMAND "${READELF}" -d "${PROGRAM}" OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "\\(NEEDED\\)[^\n]*\\[[^]\n]+\\]" needed "${dynamic}")
if(NOT needed)
  message(FATAL_ERROR "readelf named no needed library:\n${dynamic}")
endif()
foreach(line IN LISTS needed)
  string(REGEX REPLACE ".*\\[([^]]+)\\].*" "\\1" library "${line}")
  if(NOT library MATCHES "^(libc|libm|libstdc\\+\\+|libc\\+\\+|libc\\+\\+abi|libgcc_s|ld-linux[^.]*)\\.so")
    message(FATAL_ERROR "a program that uses bowline needs ${library}; it may need the standard library only")
  endif()
endforeach()
