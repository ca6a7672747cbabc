# format, format-check, tidy and architecture-check (what the lint preset builds), and races (what the tsan preset builds).
find_program(MIDGE_CLANG_FORMAT NAMES clang-format-14 clang-format)
find_program(MIDGE_CLANG_TIDY NAMES clang-tidy-14 clang-tidy)
find_package(Python3 3.9 COMPONENTS Interpreter)

file(GLOB_RECURSE midge_all_sources CONFIGURE_DEPENDS
    "${PROJECT_SOURCE_DIR}/common/*.[ch]pp" "${PROJECT_SOURCE_DIR}/tools/*.[ch]pp" "${PROJECT_SOURCE_DIR}/tests/*.[ch]pp")
list(FILTER midge_all_sources EXCLUDE REGEX "/node_modules/")
if(MIDGE_CLANG_FORMAT)
    add_custom_target(format-check COMMAND "${MIDGE_CLANG_FORMAT}" --dry-run -Werror ${midge_all_sources} VERBATIM)
    add_custom_target(format COMMAND "${MIDGE_CLANG_FORMAT}" -i ${midge_all_sources} VERBATIM)
endif()
if(Python3_Interpreter_FOUND)
    set(midge_python "${Python3_EXECUTABLE}" -B)
    if(MIDGE_CLANG_TIDY)
        add_custom_target(tidy
            COMMAND ${midge_python} "${PROJECT_SOURCE_DIR}/cmake/run_tidy.py" "${PROJECT_BINARY_DIR}" "${PROJECT_SOURCE_DIR}"
                --clang-tidy "${MIDGE_CLANG_TIDY}"
            USES_TERMINAL VERBATIM)
    endif()
    add_custom_target(architecture-check
        COMMAND ${midge_python} "${PROJECT_SOURCE_DIR}/tests/architecture/check_includes.py" "${PROJECT_SOURCE_DIR}"
        COMMAND ${midge_python} "${PROJECT_SOURCE_DIR}/tests/architecture/check_tree.py" "${PROJECT_SOURCE_DIR}"
        COMMAND ${midge_python} "${PROJECT_SOURCE_DIR}/tests/architecture/check_documents.py" "${PROJECT_SOURCE_DIR}"
        VERBATIM)
endif()

# The same as tests, for the report of tests/run.sh. Tidy on every file takes longer than all tests together: it checks
# what changed since it last passed, newest first, for a bounded time.
if(MIDGE_TESTS AND MIDGE_CLANG_FORMAT)
    add_test(NAME lint.format COMMAND "${MIDGE_CLANG_FORMAT}" --dry-run -Werror ${midge_all_sources})
    set_tests_properties(lint.format PROPERTIES LABELS lint)
endif()
if(MIDGE_TESTS AND MIDGE_CLANG_TIDY AND Python3_Interpreter_FOUND)
    add_test(NAME lint.tidy
        COMMAND ${midge_python} "${PROJECT_SOURCE_DIR}/cmake/run_tidy.py" "${PROJECT_BINARY_DIR}" "${PROJECT_SOURCE_DIR}"
            --clang-tidy "${MIDGE_CLANG_TIDY}" --jobs 2 --budget 150)
    set_tests_properties(lint.tidy PROPERTIES LABELS lint PROCESSORS 2 TIMEOUT 900)
endif()

# The binaries that run more than one thread and the tests with the label races: all that ThreadSanitizer has to see.
if(MIDGE_TESTS)
    get_property(midge_races_targets GLOBAL PROPERTY MIDGE_RACES_TARGETS)
    add_custom_target(races DEPENDS ${midge_races_targets})
    foreach(tool mqttd mqtt-pub mqtt-sub)
        if(TARGET ${tool})
            add_dependencies(races ${tool})
        endif()
    endforeach()
endif()
