# SPDX-License-Identifier: BSL-1.0
# Compiles SOURCE twice. With CORRECTED defined it must compile, so that it can only fail for its mistake. Without, it
# must fail, and the compiler's output must hold each sentence of a line `// EXPECT: sentence`; a sentence of
# `// EXPECT(GNU): …` or `// EXPECT(Clang): …` is asked of that compiler alone.
cmake_minimum_required(VERSION 3.25)

separate_arguments(flags UNIX_COMMAND "${FLAGS}")
set(compile "${COMPILER}" -std=c++20 ${flags} -fsyntax-only -Werror=unused-result -I "${INCLUDE}")
set(ENV{LC_ALL} C)

# The lines become a list, which an unescaped semicolon would split.
file(READ "${SOURCE}" content)
string(REPLACE ";" "\\;" content "${content}")
string(REGEX MATCHALL "// EXPECT(\\([A-Za-z]+\\))?: [^\n]+" lines "${content}")
set(sentences "")
foreach(line IN LISTS lines)
  string(REGEX MATCH "^// EXPECT(\\(([A-Za-z]+)\\))?: (.+)$" all "${line}")
  if("${CMAKE_MATCH_2}" STREQUAL "" OR "${CMAKE_MATCH_2}" STREQUAL COMPILER_ID)
    list(APPEND sentences "${CMAKE_MATCH_3}")
  endif()
endforeach()
if(NOT sentences)
  message(FATAL_ERROR "${SOURCE} expects no sentence of ${COMPILER_ID}; add a line `// EXPECT: sentence`")
endif()

execute_process(COMMAND ${compile} -D CORRECTED "${SOURCE}" RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE out)
if(NOT code EQUAL 0)
  message("${out}")
  message(FATAL_ERROR "${SOURCE} does not compile even without its mistake")
endif()

execute_process(COMMAND ${compile} "${SOURCE}" RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE out)
if(code EQUAL 0)
  message(FATAL_ERROR "${SOURCE} compiles, and must not")
endif()
foreach(sentence IN LISTS sentences)
  string(FIND "${out}" "${sentence}" at)
  if(at EQUAL -1)
    message("${out}")
    message(FATAL_ERROR "${SOURCE} is refused, but the compiler does not say \"${sentence}\"")
  endif()
endforeach()
