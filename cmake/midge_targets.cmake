# midge_library(), midge_tool(), midge_test(): the only way targets are made, so that all share one set of options.
# Sources are listed explicitly. DEPENDS names what may be included (the arrows of ARCHITECTURE.md); it is PUBLIC.

function(midge_library name)
    cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
    add_library(midge_${name} STATIC ${arg_SOURCES})
    target_link_libraries(midge_${name} PUBLIC midge_options ${arg_DEPENDS})
endfunction()

function(midge_tool name)
    cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE midge_options ${arg_DEPENDS})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
    if(NOT MIDGE_FUZZ)
        install(TARGETS ${name})
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
