# SPDX-License-Identifier: BSL-1.0
# Sends a file through a direct path that fails as CASE says, with a server to fall back on, and compares what arrived,
# byte by byte.
#
#   cmake -DPROGRAM=<server_fallback> -DFOLDER=<scratch folder> -DCASE=path_dies -P server_fallback_test.cmake
cmake_minimum_required(VERSION 3.25)

set(port_file "${FOLDER}/port")
set(break_at 1000000)
set(break_sender "")
set(break_receiver "")
if(CASE STREQUAL "path_dies")
  set(break_sender --blackhole-after ${break_at})
elseif(CASE STREQUAL "path_heals")
  set(break_receiver --blackhole-after ${break_at} --blackhole-outward --blackhole-ms 1500)
elseif(CASE STREQUAL "copies_spared")
  set(break_receiver --blackhole-after ${break_at} --blackhole-outward --blackhole-ms 1500)
  set(break_sender --hold-back 2000)
elseif(CASE STREQUAL "acks_lost")
  set(break_receiver --blackhole-after ${break_at} --blackhole-outward)
elseif(CASE STREQUAL "no_path")
  set(break_sender --blackhole-after 0)
endif()

# The second and third part of the pipe below: they wait for the server's port first.
if(ROLE)
  foreach(attempt RANGE 100)
    if(EXISTS "${port_file}")
      break()
    endif()
    execute_process(COMMAND ${CMAKE_COMMAND} -E sleep 0.1)
  endforeach()
  if(NOT EXISTS "${port_file}")
    message(FATAL_ERROR "The server did not start.")
  endif()
  file(STRINGS "${port_file}" port)
  if(ROLE STREQUAL "send")
    set(command send "${FOLDER}/sent" ${break_sender})
  else()
    set(command receive --into "${FOLDER}/arrived" ${break_receiver})
  endif()
  # Into a file: the next part of the pipe, which has no use for the words, may have ended.
  execute_process(COMMAND "${PROGRAM}" ${command} --server 127.0.0.1:${port}
    OUTPUT_FILE "${FOLDER}/${ROLE}.log" RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ROLE} ended with ${result}.")
  endif()
  return()
endif()

# 4,194,343 bytes: 64 times 64 KiB of noise and a rest that fills no chunk. No two chunks are alike.
file(REMOVE_RECURSE "${FOLDER}")
file(MAKE_DIRECTORY "${FOLDER}")
foreach(page RANGE 1 64)
  string(RANDOM LENGTH 65536 RANDOM_SEED ${page} noise)
  file(APPEND "${FOLDER}/sent" "${noise}")
endforeach()
file(APPEND "${FOLDER}/sent" "and here the file ends within a chunk.\n")
set(chunks 4097)

set(again ${CMAKE_COMMAND} -DPROGRAM=${PROGRAM} -DFOLDER=${FOLDER} -DCASE=${CASE})
execute_process(
  COMMAND "${PROGRAM}" server --listen 127.0.0.1:0 --port-file "${port_file}"
  COMMAND ${again} -DROLE=receive -P "${CMAKE_CURRENT_LIST_FILE}"
  COMMAND ${again} -DROLE=send -P "${CMAKE_CURRENT_LIST_FILE}"
  RESULTS_VARIABLE results
  OUTPUT_QUIET
  TIMEOUT 60)
foreach(role receive send)
  if(EXISTS "${FOLDER}/${role}.log")
    file(READ "${FOLDER}/${role}.log" said)
    message(STATUS "${role} said:\n${said}")
  endif()
endforeach()
if(NOT results STREQUAL "0;0;0")
  message(FATAL_ERROR "The server, the receiver and the sender ended with ${results}.")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files "${FOLDER}/sent" "${FOLDER}/arrived" RESULT_VARIABLE differs)
if(differs)
  message(FATAL_ERROR "The file did not arrive as it was sent.")
endif()

set(number "([0-9]+)")
if(NOT said MATCHES "${number} chunks over the direct path, ${number} over the server; ${number} copies dropped; \
${number} late acks, ${number} of")
  message(FATAL_ERROR "The summary is missing.")
endif()
set(direct ${CMAKE_MATCH_1})
set(relayed ${CMAKE_MATCH_2})
set(copies ${CMAKE_MATCH_3})
set(late_acks ${CMAKE_MATCH_4})
set(spared ${CMAKE_MATCH_5})

function(claim)
  if(NOT (${ARGN}))
    string(JOIN " " claimed ${ARGN})
    message(FATAL_ERROR "Not so: ${claimed}")
  endif()
endfunction()

math(EXPR written "${direct} + ${relayed}")
claim(${written} EQUAL ${chunks})
if(CASE STREQUAL "path_stays")
  claim(${direct} GREATER ${relayed})
elseif(CASE STREQUAL "path_dies")
  claim(${direct} GREATER 0 AND ${relayed} GREATER 0)
elseif(CASE STREQUAL "path_heals")
  claim(${copies} GREATER 0 AND ${late_acks} GREATER 0)
elseif(CASE STREQUAL "copies_spared")
  claim(${spared} GREATER 0)
elseif(CASE STREQUAL "acks_lost")
  claim(${relayed} GREATER 0 AND ${copies} GREATER 0)
elseif(CASE STREQUAL "no_path")
  claim(${direct} EQUAL 0 AND ${copies} EQUAL 0)
endif()
