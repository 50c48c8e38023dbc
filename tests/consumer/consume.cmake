# SPDX-License-Identifier: BSL-1.0
# One case of tests/consumer/CMakeLists.txt, in script mode: makes a fresh WORK folder, acts as CLAIM says and stops
# with an error where something is not as claimed.
cmake_minimum_required(VERSION 3.25)

set(here "${CMAKE_CURRENT_LIST_DIR}")
# What a user's compiler is asked to see in bowline's headers, as errors.
set(flags -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Werror)
if(COMPILER_ID STREQUAL "GNU")
  list(APPEND flags -Wuseless-cast)
endif()
list(JOIN flags " " flags_text)
set(strictly -D "CMAKE_CXX_FLAGS=${flags_text}")

# Runs a command that must succeed; its output is left in `output`.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT code EQUAL 0)
    list(JOIN ARGV " " command)
    message("${out}")
    message(FATAL_ERROR "ended with ${code}: ${command}")
  endif()
  set(output "${out}" PARENT_SCOPE)
endfunction()

# Configures the project in `source`; further arguments go to cmake.
macro(configure source build)
  run("${CMAKE_COMMAND}" -G "${GENERATOR}" -S "${source}" -B "${build}" -D "CMAKE_CXX_COMPILER=${COMPILER}"
    -D CMAKE_BUILD_TYPE=Debug ${ARGN})
endmacro()

# Configures, builds and runs the project in `source`.
macro(build_and_run source build)
  configure("${source}" "${build}" ${ARGN})
  run("${CMAKE_COMMAND}" --build "${build}")
  run("${build}/consumer")
endmacro()

# Installs bowline to `prefix`, as a package maintainer would.
macro(install_bowline prefix)
  configure("${BOWLINE}" "${WORK}/bowline" -D BOWLINE_BUILD_TESTS=OFF -D BOWLINE_BUILD_EXAMPLES=OFF)
  run("${CMAKE_COMMAND}" --install "${WORK}/bowline" --prefix "${prefix}")
endmacro()

function(include_folder_alone_is_enough)
  file(COPY "${BOWLINE}/include/bowline" DESTINATION "${WORK}/third_party")
  run("${COMPILER}" -std=c++20 ${flags} -I "${WORK}/third_party" "${here}/main.cpp" -o "${WORK}/consumer")
  run("${WORK}/consumer")
endfunction()

function(installed_package_is_found_and_can_be_moved)
  install_bowline("${WORK}/prefix")
  string(REGEX REPLACE "\\.[0-9]+$" "" wanted "${VERSION}")
  build_and_run("${here}/find" "${WORK}/find" ${strictly} -D "CMAKE_PREFIX_PATH=${WORK}/prefix" -D "WANTED=${wanted}")

  file(GLOB_RECURSE texts "${WORK}/prefix/*.cmake" "${WORK}/prefix/*.pc")
  foreach(text IN LISTS texts)
    file(READ "${text}" content)
    if(content MATCHES "${WORK}|${BOWLINE}")
      message(FATAL_ERROR "${text} names a folder of the machine that built it")
    endif()
  endforeach()

  file(RENAME "${WORK}/prefix" "${WORK}/moved")
  file(REMOVE_RECURSE "${WORK}/bowline")
  build_and_run("${here}/find" "${WORK}/find_moved" ${strictly} -D "CMAKE_PREFIX_PATH=${WORK}/moved"
    -D "WANTED=${wanted}")

  # Headers suit every architecture: a 32-bit build finds them too.
  configure("${here}/find" "${WORK}/find_32_bit" -D "CMAKE_PREFIX_PATH=${WORK}/moved" -D "WANTED=${wanted}"
    -D POINTER_BYTES=4)
endfunction()

function(installed_package_of_another_version_is_refused)
  install_bowline("${WORK}/prefix")
  string(REGEX MATCH "^([0-9]+)\\.([0-9]+)\\.([0-9]+)" all "${VERSION}")
  math(EXPR next_major "${CMAKE_MATCH_1} + 1")
  math(EXPR next_minor "${CMAKE_MATCH_2} + 1")
  math(EXPR next_patch "${CMAKE_MATCH_3} + 1")
  set(others "${next_major}.0" "${CMAKE_MATCH_1}.${next_minor}" "${CMAKE_MATCH_1}.${CMAKE_MATCH_2}.${next_patch}")
  if(CMAKE_MATCH_2 GREATER 0)
    math(EXPR last_minor "${CMAKE_MATCH_2} - 1")
    list(APPEND others "${CMAKE_MATCH_1}.${last_minor}")
  endif()
  foreach(wanted IN LISTS others)
    execute_process(
      COMMAND "${CMAKE_COMMAND}" -G "${GENERATOR}" -S "${here}/find" -B "${WORK}/find_${wanted}"
        -D "CMAKE_CXX_COMPILER=${COMPILER}" -D "CMAKE_PREFIX_PATH=${WORK}/prefix" -D "WANTED=${wanted}"
      RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE out)
    string(REGEX REPLACE "[ \n]+" " " words "${out}")
    if(code EQUAL 0)
      message(FATAL_ERROR "${VERSION} was accepted for ${wanted}")
    elseif(NOT words MATCHES "bowline-config.cmake, version: ${VERSION}")
      message("${out}")
      message(FATAL_ERROR "${wanted} was refused for another reason than its version")
    endif()
  endforeach()
endfunction()

function(pkg_config_names_the_headers)
  find_program(pkg_config NAMES pkg-config pkgconf)
  if(NOT pkg_config)
    message("skipped: pkg-config is not installed")
    return()
  endif()
  install_bowline("${WORK}/prefix")
  file(RENAME "${WORK}/prefix" "${WORK}/moved")
  set(ENV{PKG_CONFIG_PATH} "${WORK}/moved/share/pkgconfig")
  run("${pkg_config}" --modversion bowline)
  string(STRIP "${output}" version)
  if(NOT version STREQUAL VERSION)
    message(FATAL_ERROR "bowline.pc says ${version}, the headers say ${VERSION}")
  endif()
  run("${pkg_config}" --cflags bowline)
  string(STRIP "${output}" cflags)
  separate_arguments(cflags)
  run("${COMPILER}" -std=c++20 ${flags} ${cflags} "${here}/main.cpp" -o "${WORK}/consumer")
  run("${WORK}/consumer")
endfunction()

# No test, no installed file, no program and no verification target of ours enters the user's build.
macro(expect_silence build)
  run("${CMAKE_CTEST_COMMAND}" --test-dir "${build}" -N)
  if(NOT output MATCHES "Total Tests: 0")
    message(FATAL_ERROR "bowline adds tests to the build around it:\n${output}")
  endif()
  run("${CMAKE_COMMAND}" --install "${build}" --prefix "${WORK}/installed")
  file(GLOB_RECURSE installed "${WORK}/installed/*")
  if(installed)
    message(FATAL_ERROR "bowline installs files with the build around it: ${installed}")
  endif()
  run("${CMAKE_COMMAND}" --build "${build}" --target help)
  if(output MATCHES "_test|_bench|bowline_warnings|verify_interface_header_sets|gtest|benchmark")
    message(FATAL_ERROR "bowline adds targets of its own to the build around it:\n${output}")
  endif()
endmacro()

function(subdirectory_is_silent)
  build_and_run("${here}/sub" "${WORK}/sub" ${strictly} -D "BOWLINE=${BOWLINE}")
  expect_silence("${WORK}/sub")
endfunction()

function(fetch_content_works_offline)
  build_and_run("${here}/fetch" "${WORK}/fetch" ${strictly}
    -D "FETCHCONTENT_SOURCE_DIR_BOWLINE=${BOWLINE}" -D FETCHCONTENT_FULLY_DISCONNECTED=ON)
  expect_silence("${WORK}/fetch")
endfunction()

function(googletest_is_fetched_where_the_system_has_none)
  if(NOT EXISTS /usr/src/googletest/CMakeLists.txt)
    message("skipped: /usr/src/googletest does not exist")
    return()
  endif()
  build_and_run("${here}/googletest" "${WORK}/googletest"
    -D "BOWLINE=${BOWLINE}" -D FETCHCONTENT_SOURCE_DIR_GOOGLETEST=/usr/src/googletest)
endfunction()

foreach(variable IN ITEMS CLAIM BOWLINE VERSION WORK GENERATOR COMPILER COMPILER_ID)
  if(NOT DEFINED ${variable})
    message(FATAL_ERROR "consume.cmake needs -D ${variable}=…")
  endif()
endforeach()

# `cmake --build` of the outer build must not hand its job server or its choices on.
foreach(variable IN ITEMS MAKEFLAGS MAKELEVEL DESTDIR CXXFLAGS CMAKE_PREFIX_PATH)
  unset(ENV{${variable}})
endforeach()
file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
cmake_language(CALL ${CLAIM})
