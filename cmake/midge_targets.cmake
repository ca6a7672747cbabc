# midge_library(), midge_tool(), midge_test(), midge_fuzzer(): the only way targets are made, so that all share one set of options.
# Sources are listed explicitly. DEPENDS names what may be included (the arrows of ARCHITECTURE.md); it is PUBLIC.

function(midge_library name)
    cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
    add_library(midge_${name} STATIC ${arg_SOURCES})
    target_link_libraries(midge_${name} PUBLIC midge_options ${arg_DEPENDS})
endfunction()

# DAEMON: for administrators (sbin), of the component mqttd; all others are of the component clients.
function(midge_tool name)
    cmake_parse_arguments(arg "DAEMON" "" "SOURCES;DEPENDS" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE midge_options ${arg_DEPENDS})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
    if(MIDGE_FUZZ)
        return()
    endif()
    if(arg_DAEMON)
        install(TARGETS ${name} RUNTIME DESTINATION "${CMAKE_INSTALL_SBINDIR}" COMPONENT mqttd)
    else()
        install(TARGETS ${name} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT clients)
    endif()
endfunction()

# LABEL is unit, scenario, …, and races for what ThreadSanitizer has to see as well; one executable, each of its
# GoogleTest cases a ctest case.
function(midge_test name)
    cmake_parse_arguments(arg "" "" "LABEL;SOURCES;DEPENDS" ${ARGN})
    if(NOT MIDGE_TESTS)
        return()
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE midge_options GTest::gtest_main ${arg_DEPENDS})
    set_target_properties(${name} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests" INTERPROCEDURAL_OPTIMIZATION OFF)
    target_compile_definitions(${name} PRIVATE
        MIDGE_SOURCE_DIR="${PROJECT_SOURCE_DIR}" MIDGE_BINARY_DIR="${PROJECT_BINARY_DIR}")
    if("races" IN_LIST arg_LABEL)
        set_property(GLOBAL APPEND PROPERTY MIDGE_RACES_TARGETS ${name})
    endif()
    string(REPEAT "\\" 7 escape) # the list passes through several evaluations until the test is defined
    list(JOIN arg_LABEL "${escape};" labels)
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES LABELS "${labels}" TIMEOUT 300)
endfunction()

# A libFuzzer target fuzz_NAME, run by ctest for MIDGE_FUZZ_SECONDS. What it finds stays in build/…/fuzz/NAME and is where
# the next run goes on. SEEDS: a test fixture that writes fuzz/seeds/NAME, or a folder of seeds in the tree.
set(MIDGE_FUZZ_SECONDS 20 CACHE STRING "How long ctest runs each fuzz target")
function(midge_fuzzer name)
    cmake_parse_arguments(arg "" "SEEDS" "SOURCES;DEPENDS" ${ARGN})
    add_executable(fuzz_${name} ${arg_SOURCES})
    target_link_libraries(fuzz_${name} PRIVATE midge_options ${arg_DEPENDS})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers fuzz_${name})
    target_compile_definitions(fuzz_${name} PRIVATE MIDGE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    set(folder "${PROJECT_BINARY_DIR}/fuzz/${name}")
    file(MAKE_DIRECTORY "${folder}" "${PROJECT_BINARY_DIR}/fuzz/seeds/${name}")
    set(seeds "${PROJECT_BINARY_DIR}/fuzz/seeds/${name}")
    set(fixture "${arg_SEEDS}")
    if(IS_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}/${arg_SEEDS}" AND arg_SEEDS)
        set(seeds "${CMAKE_CURRENT_SOURCE_DIR}/${arg_SEEDS}")
        set(fixture "")
    endif()
    add_test(NAME fuzz.${name}
        COMMAND fuzz_${name} -max_total_time=${MIDGE_FUZZ_SECONDS} -timeout=10 -rss_limit_mb=1024 -max_len=4096
            -artifact_prefix=${folder}/found- -verbosity=0 -print_final_stats=1 "${folder}" "${seeds}")
    math(EXPR timeout "${MIDGE_FUZZ_SECONDS} * 3 + 60")
    set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT ${timeout} FIXTURES_REQUIRED "${fixture}")
endfunction()
