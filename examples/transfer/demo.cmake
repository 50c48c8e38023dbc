# SPDX-License-Identifier: BSL-1.0
# Transfers real files between two processes over a bad network and compares what arrived, byte by byte.
#
#   cmake -DTRANSFER=<program> -DFOLDER=<scratch folder> [-DSEED=7] -P demo.cmake
#
# The seed may also come from the environment, as BOWLINE_DEMO_SEED.
cmake_minimum_required(VERSION 3.25)

if(NOT SEED)
  set(SEED 7)
  if(DEFINED ENV{BOWLINE_DEMO_SEED})
    set(SEED $ENV{BOWLINE_DEMO_SEED})
  endif()
endif()
math(EXPR other_seed "${SEED} + 1000")
set(faults --loss 0.1 --duplicate 0.02 --reorder 0.05 --corrupt 0.01)
set(port_file "${FOLDER}/port")

# The second half of the pipe below: waits for the receiver's port, then sends.
if(ROLE STREQUAL "send")
  foreach(attempt RANGE 100)
    if(EXISTS "${port_file}")
      break()
    endif()
    execute_process(COMMAND ${CMAKE_COMMAND} -E sleep 0.1)
  endforeach()
  if(NOT EXISTS "${port_file}")
    message(FATAL_ERROR "The receiver did not start.")
  endif()
  file(STRINGS "${port_file}" port)
  file(GLOB files "${FOLDER}/outbox/*")
  execute_process(COMMAND "${TRANSFER}" send ${files} --to 127.0.0.1:${port} ${faults} --seed ${SEED}
      --chat "These lines overtake the files." --chat "Nothing is delivered twice." --chat-every 250
      --media-rate 50 --media-bytes 400
    RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "The sender ended with ${result}.")
  endif()
  return()
endif()

file(REMOVE_RECURSE "${FOLDER}")
file(MAKE_DIRECTORY "${FOLDER}/outbox" "${FOLDER}/inbox")
message(STATUS "Making files, seed ${SEED}")

# Text without repetition within 64 KiB, so that it cannot be compressed into nothing, and no two pieces are alike.
string(RANDOM LENGTH 65536 RANDOM_SEED ${SEED} noise)
foreach(page RANGE 1 320)
  string(APPEND pages "page ${page}\n${noise}\n")
  math(EXPR odd "${page} % 20")
  if(odd EQUAL 0)
    file(APPEND "${FOLDER}/outbox/pages.txt" "${pages}")
    set(pages "")
  endif()
endforeach()
# The same as a binary, a program as it is, and a file without a byte.
execute_process(COMMAND ${CMAKE_COMMAND} -E tar czf pages.tgz pages.txt
  WORKING_DIRECTORY "${FOLDER}/outbox" COMMAND_ERROR_IS_FATAL ANY)
file(COPY_FILE "${TRANSFER}" "${FOLDER}/outbox/program")
file(TOUCH "${FOLDER}/outbox/empty")

message(STATUS "Transferring them: 10 % lost, 2 % repeated, 5 % reordered, 1 % corrupted, both ways")
string(TIMESTAMP start "%s")
execute_process(
  COMMAND "${TRANSFER}" receive --listen 127.0.0.1:0 --port-file "${port_file}" --into "${FOLDER}/inbox"
    --log "${FOLDER}/receiver.log" ${faults} --seed ${other_seed}
  COMMAND ${CMAKE_COMMAND} -DROLE=send -DTRANSFER=${TRANSFER} -DFOLDER=${FOLDER} -DSEED=${SEED}
    -P "${CMAKE_CURRENT_LIST_FILE}"
  RESULTS_VARIABLE results
  TIMEOUT 120)
string(TIMESTAMP end "%s")
math(EXPR seconds "${end} - ${start}")
if(EXISTS "${FOLDER}/receiver.log")
  file(READ "${FOLDER}/receiver.log" said)
  string(REGEX REPLACE "\n[^\n]* [0-9]+% [^\n]*" "" said "${said}")
  string(REGEX REPLACE "\nchat: [^\n]*" "" said "${said}")
  message(STATUS "The receiver said, but for progress and chat:\n${said}")
endif()
if(NOT results STREQUAL "0;0")
  message(FATAL_ERROR "The transfer failed with seed ${SEED}: the receiver and the sender ended with ${results}.")
endif()

set(bytes 0)
file(GLOB names RELATIVE "${FOLDER}/outbox" "${FOLDER}/outbox/*")
file(GLOB arrived RELATIVE "${FOLDER}/inbox" "${FOLDER}/inbox/*" "${FOLDER}/inbox/.*")
list(LENGTH names count)
if(NOT "${arrived}" STREQUAL "${names}")
  message(FATAL_ERROR "Sent were ${names}, but there are ${arrived}.")
endif()
foreach(name IN LISTS names)
  execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files "${FOLDER}/outbox/${name}" "${FOLDER}/inbox/${name}"
    RESULT_VARIABLE differs)
  if(differs)
    message(FATAL_ERROR "${name} did not arrive as it was sent, with seed ${SEED}.")
  endif()
  file(SIZE "${FOLDER}/inbox/${name}" size)
  math(EXPR bytes "${bytes} + ${size}")
  message(STATUS "${name}: ${size} bytes, the same at both ends")
endforeach()
if(bytes LESS 33554432)
  message(FATAL_ERROR "The files have ${bytes} bytes, too few to show anything.")
endif()
message(STATUS "All ${count} files arrived whole: ${bytes} bytes in ${seconds} s, seed ${SEED}")
